// SPDX-License-Identifier: MIT
// What `aoe-conform compare --lockstep` does once its command line is understood.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "conformance/compare/lockstep.h"

namespace aoe::conformance {

struct LockstepArguments {
    std::vector<std::string> sides;  // Two: "e7.3@veth0", "vblade", "reference", a recording.
    std::string allow;               // Doors of those that answer already.
    std::vector<std::string> bins;   // "NAME=PATH"
    std::uint64_t seed = 1;
    std::size_t requests = 1000;
};

/// 0 when they answered alike; 1 when not; 3 when one of them is not there; 130 interrupted.
/// `reference` makes our own target in memory. Throws UsageError, and std::system_error for what
/// the system refused.
int lockstep(const LockstepArguments& arguments,
             const std::function<std::unique_ptr<LockstepSide>()>& reference);

}  // namespace aoe::conformance
