// SPDX-License-Identifier: MIT
// A run divided between processes: each part in a fork of this one, its events in a pipe, one
// report. The process must have one thread, and what the parts open must be opened in them.
//
// Workers end with us: a signal that stops the run is passed on, and one whose pipe nobody reads
// any more gives up, stopping the target that it started.
#pragma once

#include <atomic>
#include <functional>
#include <stdexcept>
#include <vector>

#include "conformance/workers/merge.h"

namespace aoe::conformance {

/// What a worker does. It may throw CannotBegin; std::system_error and std::invalid_argument are
/// for the user to mend; anything else is our own error.
using Part = std::function<RunEnd(Reporter&)>;

struct CrewOptions {
    std::size_t at_once = 1;
    Turns turns = Turns::each_a_case;
    bool until_fail = false;  // The first failure of anybody ends the run.
    FailureRules failures{};
    const std::atomic<bool>* stop = nullptr;  // Set by a signal.
};

/// The system or the command line did not let a worker begin. what() is one sentence.
struct WorkerRefused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Runs all parts, so many at once, and reports what they tell. A worker that dies is our own error
/// in what comes back, and the others go on. Throws WorkerRefused when the rest has been stopped,
/// std::system_error.
RunEnd run_crew(const std::vector<Part>& parts, const CrewOptions& options, Reporter& reporter);

}  // namespace aoe::conformance
