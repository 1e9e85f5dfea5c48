// SPDX-License-Identifier: MIT
// What every command that talks to a live target has in common: a target that it starts itself, and
// reports that are written whatever ends the run.
#pragma once

#include <functional>
#include <stdexcept>

#include "conformance/cli/commands.h"
#include "conformance/cli/outputs.h"
#include "conformance/lab/started_target.h"
#include "conformance/session.h"

namespace aoe::conformance {

/// The exit status of a run that may have been interrupted.
int status_after_interruptions(int status);

/// The target that was to be started does not answer.
struct TargetFailed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Calls `run` and returns its exit status. Every report that was asked for is written, whatever
/// ends the run. Throws what main() has a sentence for.
int with_reports(const RunArguments& arguments, const std::function<int(Outputs&)>& run);

}  // namespace aoe::conformance
