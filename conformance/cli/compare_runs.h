// SPDX-License-Identifier: MIT
// What the process of one target does in a comparison: a run of the suite, or whatever else judges
// it, with the results left as JSON lines.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "conformance/cli/compare.h"
#include "conformance/compare/plan.h"
#include "conformance/lab/start_extras.h"

namespace aoe::conformance {

/// Where those lines are in the target's folder.
inline constexpr const char* results_file_name = "results.jsonl";

/// "NAME=PATH" of --bin. Throws UsageError for a name that none of them has.
void apply_bins(const std::vector<std::string>& bins, std::vector<Plan>& plans);

/// What a plan's command takes besides placeholders that every command has.
StartExtras start_extras(const Plan& plan, const std::filesystem::path& bin,
                         const std::filesystem::path& folder);

/// Empty, or what to do so that there can be a guest for the plan, of kind vm.
std::string why_no_guest(const Plan& plan);

/// To be called in a process of its own; its value is the exit status. `bin` is what find_program()
/// found, or empty; `folder` is the target's own.
std::function<int()> run_of(const CompareArguments& compare, const Plan& plan,
                            const std::filesystem::path& bin, const std::filesystem::path& folder);

}  // namespace aoe::conformance
