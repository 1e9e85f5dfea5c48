// SPDX-License-Identifier: MIT
#include "bench/statistics.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace aoe::bench {
namespace {

TEST(StatisticsTest, MedianMeanAndVariation) {
    EXPECT_EQ(median({}), 0);
    EXPECT_EQ(median(std::array{5.0, 1.0, 3.0}), 3);
    EXPECT_EQ(median(std::array{4.0, 1.0, 3.0, 100.0}), 3.5);
    EXPECT_EQ(mean(std::array{1.0, 2.0, 6.0}), 3);
    EXPECT_NEAR(variation(std::array{9.0, 10.0, 11.0}), 0.1, 1e-12);
    EXPECT_EQ(variation(std::array{7.0}), 0);
    EXPECT_EQ(variation(std::array{0.0, 0.0}), 0);
}

TEST(StatisticsTest, RatioOfPairsAndItsInterval) {
    // Both sides slow down together: the ratio stays, and the interval says so.
    const Ratio same = paired_ratio(std::array{200.0, 100.0, 50.0}, std::array{100.0, 50.0, 25.0});
    EXPECT_NEAR(same.value, 2, 1e-12);
    EXPECT_NEAR(same.least, 2, 1e-9);
    EXPECT_NEAR(same.most, 2, 1e-9);
    // ln 2 and ln 4.5: mean ln 3, deviation 0.5734, t for one degree of freedom 12.706.
    const Ratio wide = paired_ratio(std::array{2.0, 4.5}, std::array{1.0, 1.0});
    EXPECT_NEAR(wide.value, 3, 1e-12);
    EXPECT_NEAR(wide.most / wide.value, 172.8, 0.5);
    EXPECT_NEAR(wide.value / wide.least, 172.8, 0.5);
}

TEST(StatisticsTest, NoRatioWithoutTwoPairsAboveZero) {
    EXPECT_EQ(paired_ratio(std::array{1.0}, std::array{1.0}).value, 0);
    EXPECT_EQ(paired_ratio(std::array{1.0, 0.0}, std::array{1.0, 1.0}).value, 0);
    EXPECT_NEAR(paired_ratio(std::vector<double>(99, 3), std::vector<double>(99, 2)).most, 1.5,
                1e-9);
}

}  // namespace
}  // namespace aoe::bench
