// SPDX-License-Identifier: MIT
// What cases do to the surroundings of a target that the suite started. Each is for cases with the
// need in question only.
#pragma once

#include <vector>

#include "conformance/exchange.h"

namespace aoe::conformance {

/// Ends the target and starts it again; returns once it answers. What it said without being asked,
/// its announcements, is returned; `patience` is how long to wait for the first of it.
std::vector<Reply> start_again(Exchange& x, Start how = Start::plain, Time patience = {});

/// The second target, running; a failed start skips the case.
Twin start_twin(Exchange& x);
/// The request, for the twin instead of the target.
Request to_twin(Request request, const Twin& twin);
/// What the twin answers to IDENTIFY DEVICE.
Reply identify_twin(Exchange& x, const Twin& twin);

/// What a config reply announces now; its 0 stands for 2.
unsigned announced_sectors(Exchange& x);
/// Other MTUs at both ends, and a target that knows its own: one that does not follow the change is
/// started again.
void use_mtus(Exchange& x, std::size_t ours, std::size_t theirs);

/// Does `step` over and over until the time of --soak is over. A run that is to end skips the case.
template <typename Step> void soak(Exchange& x, Step step) {
    const Time end = x.peer().now() + x.around().soak;
    while (x.peer().now() < end) {
        if (x.around().stop != nullptr && x.around().stop->load()) {
            x.skip("interrupted", "the run was interrupted");
        }
        step();
    }
}

}  // namespace aoe::conformance
