// SPDX-License-Identifier: MIT
#include "bench/live/measurement.h"

#include <algorithm>
#include <fmt/format.h>

namespace aoe::bench {
namespace {

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

double share_us(std::chrono::nanoseconds time, std::uint64_t requests) {
    return requests == 0 ? 0 : seconds(time) * 1e6 / static_cast<double>(requests);
}

}  // namespace

std::vector<double> Series::rates() const {
    std::vector<double> made;
    for (const Sample& run : runs) made.push_back(run.load.per_second());
    return made;
}

LoadResult Series::sum() const {
    LoadResult all;
    for (const Sample& run : runs) {
        all.completed += run.load.completed;
        all.answered += run.load.answered;
        all.refused += run.load.refused;
        all.lost += run.load.lost;
        all.retransmitted += run.load.retransmitted;
        all.wrong += run.load.wrong;
        all.bytes += run.load.bytes;
        all.elapsed += run.load.elapsed;
        all.round_trips.add(run.load.round_trips);
    }
    return all;
}

std::uint64_t Series::lost_here() const {
    std::uint64_t all = 0;
    for (const Sample& run : runs) all += run.lost_here;
    return all;
}

double Series::megabytes_per_second() const {
    const LoadResult all = sum();
    return all.elapsed.count() == 0 ? 0
                                    : static_cast<double>(all.bytes) / 1e6 / seconds(all.elapsed);
}

double Series::our_cpu_us() const {
    std::chrono::nanoseconds used{0};
    for (const Sample& run : runs) used += run.our_cpu;
    return share_us(used, sum().completed);
}

std::optional<double> Series::target_cpu_us() const {
    std::chrono::nanoseconds used{0};
    for (const Sample& run : runs) {
        if (!run.target_cpu_known) return std::nullopt;
        used += run.target_cpu;
    }
    return share_us(used, sum().completed);
}

std::optional<Ratio> Measurement::ratio() const {
    if (sides.size() < 2) return std::nullopt;
    return paired_ratio(sides[0].rates(), sides[1].rates());
}

std::string work_name(const Job& job) {
    if (job.write_percent == 0) return "reads";
    if (job.write_percent >= 100) return "writes";
    return fmt::format("{}% writes", job.write_percent);
}

std::string job_name(const Job& job) {
    return fmt::format("{} {}, {} sector{}, {} outstanding", job.random ? "random" : "sequential",
                       work_name(job), job.sectors, job.sectors == 1 ? "" : "s", job.outstanding);
}

std::string fewer_outstanding(const Report& report, const Measurement& measurement) {
    if (measurement.asked_outstanding <= measurement.job.outstanding) return {};
    const auto least = std::ranges::min_element(
        report.targets, {}, [](const auto& target) { return target.facts.most_outstanding; });
    return fmt::format("not {}: the Buffer Count of {}, --allow hostile sends more",
                       measurement.asked_outstanding, least->facts.name);
}

}  // namespace aoe::bench
