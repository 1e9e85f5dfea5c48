// SPDX-License-Identifier: MIT
// The sides of lock-step that are asked over a network.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "conformance/compare/lockstep.h"
#include "conformance/doors.h"
#include "wire/address.h"

namespace aoe::conformance {

/// Somebody's target that answers already, asked only what goes through these doors. `number` of
/// the two. Throws std::runtime_error when nobody answers, CannotBegin when its state cannot be
/// saved, and std::system_error.
std::unique_ptr<LockstepSide> wire_side(const TargetName& target, std::size_t number, Doors open);

/// One that is known by name, started in a private network of its own, and again for every try;
/// `bins` are as of --bin. Throws UsageError for other names, and std::runtime_error when it is not
/// there or does not start.
std::unique_ptr<LockstepSide> started_side(const std::string& name,
                                           const std::vector<std::string>& bins);

}  // namespace aoe::conformance
