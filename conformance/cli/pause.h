// SPDX-License-Identifier: MIT
// --pause: waits before some cases, so that a debugger can be attached to the target.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "conformance/case.h"
#include "conformance/liveness.h"

namespace aoe::conformance {

struct PauseOptions {
    std::string patterns;  // As of --tests; empty: never.
    std::string target;    // For people: "e7.3 on veth0".
    TargetControl* control = nullptr;
    std::function<void()> make_room;          // Called before anything is printed.
    const std::atomic<bool>* stop = nullptr;  // Set by a signal: waits no longer.
};

/// What to call before each case: for the chosen ones says on standard error where the run is and
/// waits for a line, or the end, of standard input. Empty when there is nothing to pause for.
/// Throws UsageError when the patterns choose none of the cases that run.
std::function<void(const Case&)> pause_before(const PauseOptions& options,
                                              const std::vector<const Case*>& cases);

}  // namespace aoe::conformance
