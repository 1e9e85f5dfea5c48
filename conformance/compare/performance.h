// SPDX-License-Identifier: MIT
// How fast a target was, as `aoe-bench -o json=FILE` measured it, and under which conditions. The
// suite measures nothing itself: it reads such a report and shows what is in it.
//
// Strings can be shown as they are. Rates are in requests a second, times in microseconds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "wire/expected.h"

namespace aoe::conformance {

/// A report that belongs to a comparison.
struct BenchReport {
    std::filesystem::path file;
    /// Whose number each target of the report is, in its order: names of plans; "-" leaves one out.
    std::vector<std::string> targets;
};

/// Numbers can be held against each other where all of this is the same.
struct LoadConditions {
    std::string machine, date;
    std::string program;  // "aoe-bench 0.1.0"
    std::string network;  // The interface; empty: a private network, made for the measurement.
    unsigned write_percent = 0;
    bool random = false, verified = false;
    unsigned sectors = 0;      // Of each request.
    unsigned outstanding = 0;  // As was asked for.
    std::uint64_t mtu = 0, disk_sectors = 0;

    friend bool operator==(const LoadConditions&, const LoadConditions&) = default;
};

/// How many times as many requests a second as another that took turns with it.
struct SpeedRatio {
    std::string to;  // A plan's name.
    double value = 0;
    double least = 0, most = 0;  // What holds it with a probability of 95 percent.

    friend bool operator==(const SpeedRatio&, const SpeedRatio&) = default;
};

struct Performance {
    std::string target;  // A plan's name.
    LoadConditions conditions;
    std::string model, how, command;  // What answered, how it was started, what measured it.
    std::vector<double> rates;        // Of each run.
    double requests_per_s = 0;        // Their median.
    double variation = 0;             // Their standard deviation, as a share of their mean.
    double megabytes_per_s = 0;
    double p50_us = 0, p90_us = 0, p99_us = 0, p99_9_us = 0, max_us = 0;
    double load_cpu_us = 0;               // Of who asked, for each request.
    std::optional<double> target_cpu_us;  // Nothing where the target's process is not known.
    double seconds = 0;                   // Of all runs.
    std::uint64_t outstanding = 0;        // Really: some targets queue fewer.
    std::uint64_t retransmitted = 0, lost = 0, refused = 0, wrong = 0;
    std::optional<SpeedRatio> ratio;

    friend bool operator==(const Performance&, const Performance&) = default;
};

/// The text of a report, every measurement of each target in its order. On failure one sentence,
/// which begins with `name`.
Expected<std::vector<Performance>, std::string> parse_bench_report(
    const std::string& text, const std::string& name, const std::vector<std::string>& targets);

/// The same, of a file. One that cannot be read, or is larger than any report, is a failure too.
Expected<std::vector<Performance>, std::string> read_bench_report(const BenchReport& report);

}  // namespace aoe::conformance
