// SPDX-License-Identifier: MIT
// The same load as load.h, through the initiator: what windows, tags, retransmission and copies
// cost. And a load of reads and writes that knows what every byte must be.
#pragma once

#include <cstdint>

#include "bench/load.h"
#include "initiator/initiator.h"
#include "wire/clock.h"
#include "wire/link.h"

namespace aoe::bench {

struct InitiatorResult {
    LoadResult load;                          // `lost` stays 0: such requests are refused.
    std::chrono::nanoseconds longest_gap{0};  // Between two completions that are counted.
    initiator::Counters frames;
    std::uint64_t wrong_bytes = 0;  // Of check_through_initiator().
};

/// Reads as Load does, one frame a request. Both must outlive the call. Throws std::runtime_error
/// when the device cannot be attached.
InitiatorResult load_through_initiator(Link& link, Clock& clock, const LoadOptions& options);

struct CheckOptions {
    LoadOptions load;                 // Of which target, address, outstanding, sectors and span.
    std::uint64_t operations = 1000;  // Reads and writes in turn.
    std::uint64_t seed = 1;
};
/// Overwrites the span, again and again from its beginning, while reads of random parts of it are
/// compared with what was written last. So a sector is written again only long after: AoE cannot
/// tell a late copy of a write from a new one.
InitiatorResult check_through_initiator(Link& link, Clock& clock, const CheckOptions& options);

}  // namespace aoe::bench
