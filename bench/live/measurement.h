// SPDX-License-Identifier: MIT
// What is to be measured, and what came of it, for the reports.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/live/job.h"
#include "bench/live/side.h"
#include "bench/statistics.h"

namespace aoe::bench {

/// All runs of one job on one side, in order; fewer, or none, where the report was cut short.
struct Series {
    std::vector<Sample> runs;

    std::vector<double> rates() const;  // Requests a second.
    LoadResult sum() const;             // Counts, time and round trips of all runs.
    std::uint64_t lost_here() const;
    double megabytes_per_second() const;
    /// Microseconds of processor time a request.
    double our_cpu_us() const;
    std::optional<double> target_cpu_us() const;
};

struct Measurement {
    Job job;                         // As it was done: alike on all sides.
    unsigned asked_outstanding = 0;  // More, when a target's Buffer Count allowed no more.
    std::vector<Series> sides;       // As many as there are targets.

    /// Of the first side to the second: requests a second.
    std::optional<Ratio> ratio() const;
};

struct Report {
    std::string version, command, date;
    std::string machine;  // Processor, cores, kernel.
    struct Target {
        std::string how;       // Its command, or its interface.
        bool started = false;  // Whether that is a command: in a private network.
        SideFacts facts;
    };
    std::vector<Target> targets;
    std::vector<Measurement> measurements;
    std::string cut_short;  // Why not all that was asked for is there; empty when it is.
};

/// "reads", "writes", "30% writes".
std::string work_name(const Job& job);
/// "random reads, 2 sectors, 32 outstanding".
std::string job_name(const Job& job);
/// Why fewer requests were outstanding than asked for; empty when they were not.
std::string fewer_outstanding(const Report& report, const Measurement& measurement);

}  // namespace aoe::bench
