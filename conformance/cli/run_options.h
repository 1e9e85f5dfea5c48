// SPDX-License-Identifier: MIT
// From the command line's words to what a run is given, and to what its reports say about it.
#pragma once

#include "conformance/cli/commands.h"
#include "conformance/session.h"

namespace aoe::conformance {

/// How often --until-fail repeats when --repeat does not say: results stay in memory.
inline constexpr unsigned until_fail_repeats = 1000;

/// Everything but the target, the link and the network. `today` is for the expectations. Throws
/// UsageError.
SessionOptions session_options(const RunArguments& arguments, Day today);

/// What is known of a run that does not get so far as to have options.
RunInfo first_info(const RunArguments& arguments);

/// With the options as the run will use them.
RunInfo run_info(const RunArguments& arguments, const SessionOptions& options);

}  // namespace aoe::conformance
