// SPDX-License-Identifier: MIT
#include "conformance/compare/charts.h"

#include <algorithm>
#include <fmt/format.h>

#include "conformance/report/digest.h"

namespace aoe::conformance {

namespace {

const std::string& title_of(const Matrix& matrix, const std::string& name) {
    const auto column = std::find_if(matrix.columns.begin(), matrix.columns.end(),
                                     [&](const Column& each) { return each.name == name; });
    return column == matrix.columns.end() ? name : column->title;
}

template <typename Number>
std::vector<const Number*> by_column(const Matrix& matrix, std::vector<const Number*> numbers) {
    const auto place = [&](const Number* number) {
        return std::find_if(matrix.columns.begin(), matrix.columns.end(),
                            [&](const Column& each) { return each.name == number->target; });
    };
    std::stable_sort(numbers.begin(), numbers.end(),
                     [&](const Number* a, const Number* b) { return place(a) < place(b); });
    return numbers;
}

/// Lists of what can stand in one chart, in the order of the first of each.
template <typename Number, typename Same>
std::vector<std::vector<const Number*>> grouped(const std::vector<Number>& numbers, Same same) {
    std::vector<std::vector<const Number*>> groups;
    for (const Number& number : numbers) {
        const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& each) {
            return same(*each.front(), number);
        });
        if (group == groups.end()) {
            groups.push_back({&number});
        } else {
            group->push_back(&number);
        }
    }
    return groups;
}

std::string work(const LoadConditions& load) {
    const std::string order = load.random ? "Random" : "Sequential";
    const std::string what = load.write_percent == 0 ? "reads"
                             : load.write_percent == 100
                                 ? "writes"
                                 : fmt::format("{} % writes, the rest reads", load.write_percent);
    return fmt::format("{} {}, {}, {} outstanding", order, what, plural(load.sectors, "sector"),
                       load.outstanding);
}

std::string disk_size(std::uint64_t sectors) {
    const double mib = static_cast<double>(sectors) / 2048;
    return mib < 1024 ? fmt::format("{:g} MiB", mib) : fmt::format("{:.4g} GiB", mib / 1024);
}

std::string conditions_text(const LoadConditions& load) {
    return fmt::format("MTU {}, {}, disk of {}{}; {}; {}, {}", load.mtu,
                       load.network.empty() ? "private network" : "interface " + load.network,
                       disk_size(load.disk_sectors), load.verified ? ", data verified" : "",
                       load.machine, load.date, load.program);
}

// What went wrong; empty when nothing did.
std::string trouble_text(const Performance& speed) {
    std::vector<std::string> all;
    const auto say = [&](std::uint64_t count, const char* what) {
        if (count > 0) all.push_back(fmt::format("{} {}", count, what));
    };
    say(speed.wrong, "answered wrongly");
    say(speed.refused, "refused");
    say(speed.lost, "lost");
    say(speed.retransmitted, "sent again");
    return fmt::format("{}", fmt::join(all, ", "));
}

std::string microseconds(double time) {
    return fmt::format("{:.{}f}", time, time < 100 ? 1 : 0);
}

Bar speed_bar(const Matrix& matrix, const Performance& speed) {
    Bar bar{.name = title_of(matrix, speed.target),
            .text = fmt::format("{:.0f}", speed.requests_per_s),
            .value = speed.requests_per_s,
            .least = speed.requests_per_s,
            .most = speed.requests_per_s,
            .cells = {},
            .how = fmt::format("{}, {}", speed.model, speed.how),
            .command = speed.command};
    for (const double rate : speed.rates) {
        bar.least = std::min(bar.least, rate);
        bar.most = std::max(bar.most, rate);
    }
    const auto runs = static_cast<double>(std::max<std::size_t>(1, speed.rates.size()));
    bar.cells = {fmt::format("{:.1f} %", 100 * speed.variation),
                 fmt::format("{:.1f}", speed.megabytes_per_s),
                 microseconds(speed.p50_us),
                 microseconds(speed.p99_us),
                 microseconds(speed.p99_9_us),
                 speed.target_cpu_us ? fmt::format("{:.2f}", *speed.target_cpu_us) : "unknown",
                 fmt::format("{} x {:.1f} s", speed.rates.size(), speed.seconds / runs)};
    if (speed.outstanding < speed.conditions.outstanding) {
        bar.how += fmt::format(", {} outstanding in truth", speed.outstanding);
    }
    return bar;
}

Chart speed_chart(const Matrix& matrix, const std::vector<const Performance*>& speeds) {
    const LoadConditions& load = speeds.front()->conditions;
    Chart chart{.title = work(load),
                .conditions = conditions_text(load),
                .unit = "requests/s",
                .heads = {"CV", "MB/s", "p50 us", "p99 us", "p99.9 us", "CPU us/req", "runs"},
                .bars = {},
                .remarks = {}};
    std::size_t in_turns = 0;
    std::vector<std::string> troubles;
    for (const Performance* speed : speeds) {
        chart.bars.push_back(speed_bar(matrix, *speed));
        const std::string trouble = trouble_text(*speed);
        if (!trouble.empty()) {
            troubles.push_back(fmt::format("{}: {}", title_of(matrix, speed->target), trouble));
        }
        if (!speed->ratio) continue;
        in_turns += 2;
        chart.remarks.push_back(fmt::format(
            "Of runs that took turns, {} did {:.3f} times as many as {}, between {:.3f} and {:.3f} "
            "with 95 %",
            title_of(matrix, speed->target), speed->ratio->value,
            title_of(matrix, speed->ratio->to), speed->ratio->least, speed->ratio->most));
    }
    if (speeds.size() > std::max<std::size_t>(1, in_turns)) {
        chart.remarks.emplace_back(
            "Not all of these took turns, so small differences may be the machine's");
    }
    if (!troubles.empty()) {
        chart.remarks.push_back(fmt::format("Of the requests to {}", fmt::join(troubles, "; to ")));
    }
    return chart;
}

Chart measurement_chart(const Matrix& matrix, const std::vector<const Measurement*>& numbers) {
    const Measurement& first = *numbers.front();
    Chart chart{.title = first.what,
                .conditions = first.conditions,
                .unit = first.unit,
                .heads = {},
                .bars = {},
                .remarks = {}};
    const bool noted = std::any_of(numbers.begin(), numbers.end(),
                                   [](const Measurement* each) { return !each->note.empty(); });
    if (noted) chart.heads = {"note"};
    for (const Measurement* each : numbers) {
        Bar bar{.name = title_of(matrix, each->target),
                .text = fmt::format("{}", each->value),
                .value = each->value,
                .least = each->value,
                .most = each->value,
                .cells = {},
                .how = {},
                .command = {}};
        if (noted) bar.cells = {each->note};
        chart.bars.push_back(std::move(bar));
    }
    return chart;
}

}  // namespace

std::vector<Chart> charts(const Matrix& matrix) {
    std::vector<Chart> all;
    const auto same_load = [](const Performance& a, const Performance& b) {
        return a.conditions == b.conditions;
    };
    for (const auto& group : grouped(matrix.performance, same_load)) {
        all.push_back(speed_chart(matrix, by_column(matrix, group)));
    }
    const auto same_words = [](const Measurement& a, const Measurement& b) {
        return a.what == b.what && a.unit == b.unit && a.conditions == b.conditions;
    };
    for (const auto& group : grouped(matrix.measurements, same_words)) {
        all.push_back(measurement_chart(matrix, by_column(matrix, group)));
    }
    return all;
}

double scale_end(const Chart& chart) {
    double end = 0;
    for (const Bar& bar : chart.bars) end = std::max({end, bar.value, bar.most});
    return end > 0 ? end : 1;
}

}  // namespace aoe::conformance
