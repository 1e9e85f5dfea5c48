// SPDX-License-Identifier: MIT
// What several runs of one measurement say together.
#pragma once

#include <span>

namespace aoe::bench {

/// Of an even number the mean of the two in the middle; 0 of none.
double median(std::span<const double> values);
double mean(std::span<const double> values);
/// Coefficient of variation: the standard deviation of a sample, as a share of the mean; 0 when
/// there are fewer than two values, or their mean is 0.
double variation(std::span<const double> values);

/// How many times one side is another, where their runs took turns.
struct Ratio {
    double value = 0;            // The geometric mean of the pairs' ratios.
    double least = 0, most = 0;  // What holds it with a probability of 95 percent.
};
/// Of the pairs (ours[i], theirs[i]); Student's t of the ratios' logarithms. All zero unless there
/// are at least two pairs, all above 0.
Ratio paired_ratio(std::span<const double> ours, std::span<const double> theirs);

}  // namespace aoe::bench
