// SPDX-License-Identifier: MIT
// --from: the suite against recordings of --record instead of a target, without a network, rights
// or waiting.
#pragma once

#include <string>
#include <vector>

#include "conformance/capture/recorded_run.h"
#include "conformance/cli/commands.h"
#include "conformance/report/report.h"
#include "conformance/session.h"

namespace aoe::conformance {

/// Reads what --from names: files, and folders for all recordings in them. Options that belong to
/// the recorded run are refused. Throws UsageError.
std::vector<RecordedRun> open_recordings(const RunArguments& arguments);

/// What --tests and the like were for the recorded run, unless they are given now.
RunArguments with_recorded_options(const RunArguments& arguments, const RecordedRun& recording);

/// Judges each and reports: the exit status.
int run_from(const std::vector<RecordedRun>& recordings, const SessionOptions& options,
             Reporter& reporter);

}  // namespace aoe::conformance
