// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "bench/live/report.h"

namespace aoe::bench {
namespace {

double us(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

std::string row(const std::string& name, const Series& series) {
    const LoadResult all = series.sum();
    const auto rates = series.rates();
    const auto p = [&](double share) { return us(all.round_trips.percentile(share)); };
    const auto target_cpu = series.target_cpu_us();
    std::string text = fmt::format(
        "  {:<14.14} {:>9.0f} {:>8.1f} {:>5.1f}% {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f} {:>9.1f} "
        "{:>9} "
        "{:>6.2f}\n",
        name, median(rates), series.megabytes_per_second(), 100 * variation(rates), p(0.5), p(0.9),
        p(0.99), p(0.999), us(all.round_trips.largest()),
        target_cpu ? fmt::format("{:.2f}", *target_cpu) : "-", series.our_cpu_us());
    std::string odd;
    const auto mention = [&](std::uint64_t count, const char* what) {
        if (count > 0) odd += fmt::format("{}{} {}", odd.empty() ? "" : ", ", count, what);
    };
    mention(all.retransmitted, "sent again");
    mention(all.lost, "lost");
    mention(all.refused, "refused");
    mention(all.wrong, "with wrong data");
    mention(series.lost_here(), "replies lost by aoe-bench itself");
    if (!odd.empty()) text += fmt::format("  {:<14} {}\n", "", odd);
    return text;
}

}  // namespace

std::string report_text(const Report& report) {
    std::string text;
    for (std::size_t i = 0; i < report.targets.size(); ++i) {
        const auto& target = report.targets[i];
        text += fmt::format("{}: {} on {}: {}, {} sectors, Buffer Count {}, MTU {}\n", "AB"[i],
                            target.facts.name, target.how,
                            target.facts.model.empty() ? "no model" : target.facts.model,
                            target.facts.sectors, target.facts.buffer_count, target.facts.mtu);
    }
    for (const Measurement& measurement : report.measurements) {
        const auto& runs = measurement.sides.front().runs;
        text += fmt::format("\n{}", job_name(measurement.job));
        const std::string fewer = fewer_outstanding(report, measurement);
        if (!fewer.empty()) text += fmt::format(" ({})", fewer);
        text += fmt::format(", {} runs\n", runs.size());
        text += fmt::format(
            "  {:<14} {:>9} {:>8} {:>6} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9} {:>6}\n", "", "req/s",
            "MB/s", "CV", "p50 us", "p90", "p99", "p99.9", "max", "CPU/req", "ours");
        for (std::size_t i = 0; i < measurement.sides.size(); ++i) {
            text += row(fmt::format("{}: {}", "AB"[i], report.targets[i].facts.name),
                        measurement.sides[i]);
        }
        if (const auto ratio = measurement.ratio(); ratio && ratio->value > 0) {
            text += fmt::format("  A/B {:.3f} (95 % between {:.3f} and {:.3f})\n", ratio->value,
                                ratio->least, ratio->most);
        }
    }
    return text;
}

}  // namespace aoe::bench
