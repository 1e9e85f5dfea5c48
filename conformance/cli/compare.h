// SPDX-License-Identifier: MIT
// What `aoe-conform compare` does once its command line is understood.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace aoe::conformance {

struct CompareArguments {
    std::string targets;               // TARGETS.toml, or an earlier comparison; empty: profiles.
    std::vector<std::string> bins;     // "NAME=PATH"
    std::vector<std::string> benches;  // "NAME=FILE", "NAME,NAME=FILE"
    std::vector<std::string> outputs;  // "html=FILE", ...
    std::string tests, skip, as_of;
    double max_time_s = 300;  // For each target.
    unsigned jobs = 1;        // Targets at once.
    bool all_rows = false;
};

/// 0 when everything that is there was judged to the end; 2 when nothing was; 3 when some of it was
/// not; 130 interrupted. Throws UsageError, and std::system_error for what the system refused.
int compare(const CompareArguments& arguments);

/// What is known of each implementation, as Markdown (docs/targets.md): the exit status.
int print_known_targets();

}  // namespace aoe::conformance
