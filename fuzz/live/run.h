// SPDX-License-Identifier: MIT
// From the words of aoe-fuzz's command line to a campaign against a live target.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "conformance/cli/target_arguments.h"

namespace aoe::fuzz {

/// As given; texts that need more than a number are checked by run_fuzz().
struct FuzzArguments : conformance::TargetArguments {
    std::uint64_t seed = 1;
    std::optional<std::uint64_t> cases;
    std::optional<double> max_time_s;
    std::string findings = "findings";
    std::string output;   // "json=FILE"
    std::string command;  // The whole line, for the files.
    std::string version;
};

using conformance::UsageError;

/// The exit status. Throws UsageError, conformance::CannotBegin, and std::system_error for what the
/// system refused.
int run_fuzz(const FuzzArguments& arguments);

}  // namespace aoe::fuzz
