// SPDX-License-Identifier: MIT
// A recorded run as a side of lock-step: what its target was asked, in that order, and what it
// answered, in canonical form. A recording answers nothing else, so the other side is asked what it
// holds.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conformance/capture/recorded_run.h"
#include "conformance/compare/lockstep.h"

namespace aoe::conformance {

struct RecordedStep {
    Request request;
    std::string answer;
};

struct RecordedSteps {
    std::vector<RecordedStep> steps;
    std::size_t left_out = 0;  // Requests that mean nothing elsewhere, or were lost on the way.
    bool to_the_end = true;  // False: only until its target was started again or its disk changed.
    bool contents_known = false;  // It was on a scratch disk of zeros.
};

RecordedSteps recorded_steps(const RecordedRun& recording);

/// The other side against the recording, which is the left one. Leaving a request out of the
/// sequence counts as shorter only where the other side still gives the answer that it gave: what
/// the recorded target would have said without it, nobody knows.
LockstepResult run_lockstep(const std::vector<RecordedStep>& recorded, LockstepSide& other,
                            const std::atomic<bool>& stop);

}  // namespace aoe::conformance
