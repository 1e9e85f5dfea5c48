// SPDX-License-Identifier: MIT
// The words of the command line as values. All throw UsageError.
#pragma once

#include <vector>

#include "bench/live/job.h"
#include "bench/live/run.h"
#include "bench/live/side.h"

namespace aoe::bench {

/// One side, or two with --vs or --vs-start.
std::vector<SideOptions> plan_sides(const BenchArguments& arguments);
/// Every combination that was asked for.
std::vector<Job> plan_jobs(const BenchArguments& arguments);

struct OutputFile {
    std::string format;  // "json" or "html"
    std::string path;    // "-": standard output.
};
std::vector<OutputFile> plan_outputs(const BenchArguments& arguments);

}  // namespace aoe::bench
