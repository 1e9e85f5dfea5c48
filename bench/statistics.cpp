// SPDX-License-Identifier: MIT
#include "bench/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace aoe::bench {
namespace {

double deviation(std::span<const double> values) {
    if (values.size() < 2) return 0;
    const double middle = mean(values);
    double sum = 0;
    for (const double value : values) sum += (value - middle) * (value - middle);
    return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

/// Student's t, two-sided 95 percent, by degrees of freedom from 1 on.
double student_t(std::size_t degrees) {
    constexpr std::array table{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
                               2.262,  2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
                               2.110,  2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
                               2.060,  2.056, 2.052, 2.048, 2.045, 2.042};
    return degrees <= table.size() ? table.at(degrees - 1) : 1.960 + 2.4 / double(degrees);
}

}  // namespace

double mean(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

double median(std::span<const double> values) {
    if (values.empty()) return 0;
    std::vector<double> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    const std::size_t half = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

double variation(std::span<const double> values) {
    const double middle = mean(values);
    return middle == 0 ? 0 : deviation(values) / middle;
}

Ratio paired_ratio(std::span<const double> ours, std::span<const double> theirs) {
    const std::size_t pairs = std::min(ours.size(), theirs.size());
    std::vector<double> logarithms;
    for (std::size_t i = 0; i < pairs; ++i) {
        if (ours[i] <= 0 || theirs[i] <= 0) return {};
        logarithms.push_back(std::log(ours[i] / theirs[i]));
    }
    if (pairs < 2) return {};
    const double middle = mean(logarithms);
    const double half_width =
        student_t(pairs - 1) * deviation(logarithms) / std::sqrt(static_cast<double>(pairs));
    return {.value = std::exp(middle),
            .least = std::exp(middle - half_width),
            .most = std::exp(middle + half_width)};
}

}  // namespace aoe::bench
