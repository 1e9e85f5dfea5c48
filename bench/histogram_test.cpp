// SPDX-License-Identifier: MIT
#include "bench/histogram.h"

#include <gtest/gtest.h>

namespace aoe::bench {
namespace {

using std::chrono::nanoseconds;

TEST(Histogram, KeepsSmallTimesExactly) {
    Histogram times;
    for (int i = 1; i <= 60; ++i) {
        times.add(nanoseconds(i));
    }
    EXPECT_EQ(times.count(), 60U);
    EXPECT_EQ(times.percentile(0.5), nanoseconds(30));
    EXPECT_EQ(times.percentile(0.05), nanoseconds(3));
    EXPECT_EQ(times.percentile(1), nanoseconds(60));
}

TEST(Histogram, IsWithinOnePercentAbove) {
    for (std::int64_t time = 1; time < std::int64_t{1} << 40; time = time * 9 / 8 + 1) {
        Histogram times;
        times.add(nanoseconds(time));
        times.add(nanoseconds(time * 4));  // Else the largest would limit the answer.
        const auto found = times.percentile(0.5).count();
        EXPECT_GE(found, time);
        EXPECT_LE(static_cast<double>(found), static_cast<double>(time) * (1 + 1.0 / 128));
    }
}

TEST(Histogram, SaysTheTailApart) {
    Histogram times;
    for (int i = 0; i < 990; ++i) {
        times.add(nanoseconds(10));
    }
    for (int i = 0; i < 10; ++i) {
        times.add(nanoseconds(1'000'000));
    }
    EXPECT_EQ(times.percentile(0.5), nanoseconds(10));
    EXPECT_EQ(times.percentile(0.99), nanoseconds(10));
    EXPECT_EQ(times.percentile(0.991), nanoseconds(1'000'000));
    EXPECT_EQ(times.largest(), nanoseconds(1'000'000));
}

TEST(Histogram, AddsUpWithOthersAndListsItsSteps) {
    Histogram times, others;
    times.add(nanoseconds(10));
    others.add(nanoseconds(10));
    others.add(nanoseconds(5000));
    times.add(others);
    EXPECT_EQ(times.count(), 3U);
    const auto steps = times.steps();
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps[0].up_to, nanoseconds(10));
    EXPECT_EQ(steps[0].count, 2U);
    EXPECT_EQ(steps[1].up_to, nanoseconds(5000));
    EXPECT_EQ(steps[1].count, 1U);
}

TEST(Histogram, TakesExtremes) {
    Histogram times;
    EXPECT_EQ(times.percentile(0.5), nanoseconds(0));
    times.add(nanoseconds(-5));  // A clock that was set back.
    EXPECT_EQ(times.percentile(1), nanoseconds(0));
    times.add(nanoseconds::max());
    EXPECT_EQ(times.percentile(1), nanoseconds::max());
}

}  // namespace
}  // namespace aoe::bench
