// SPDX-License-Identifier: MIT
// Who is there, and what is known about them before the first case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/facts.h"
#include "conformance/peer.h"
#include "wire/clock.h"
#include "wire/expected.h"
#include "wire/link.h"

namespace aoe::conformance {

struct Wanted {
    std::uint16_t shelf = 0;
    std::optional<std::uint8_t> slot;  // None: every slot that answers.
    std::optional<Mac> mac{};          // Only the machine with this address.
    double timeout_factor = 1;
    std::uint32_t first_tag = 0x80000000U;
};

/// The first reply of each machine that answered a broadcast config read, by slot and address.
/// Empty when nobody did, after several tries.
std::vector<Reply> discover(Link& link, Clock& clock, const Wanted& wanted);

struct FactOptions {
    std::optional<Revision> revision;    // None: by what the target answers.
    std::optional<SectorRange> scratch;  // None: the default range.
};

/// Asks a discovered target for everything that TargetFacts holds. On failure one sentence: a
/// scratch range that is not on the disk.
Expected<TargetFacts, std::string> learn_facts(Peer& peer, const Reply& discovered,
                                               const FactOptions& options);

}  // namespace aoe::conformance
