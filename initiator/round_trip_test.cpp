// SPDX-License-Identifier: MIT
#include "initiator/round_trip.h"

#include <gtest/gtest.h>

namespace aoe::initiator {
namespace {

using std::chrono::milliseconds;

TEST(RoundTrip, WithoutSamplesTheFirstTimeoutDoublesUpToTheMost) {
    const RoundTrip round_trip({});
    EXPECT_EQ(round_trip.timeout(1), milliseconds(250));
    EXPECT_EQ(round_trip.timeout(2), milliseconds(500));
    EXPECT_EQ(round_trip.timeout(3), milliseconds(1000));
    EXPECT_EQ(round_trip.timeout(4), milliseconds(2000));
    EXPECT_EQ(round_trip.timeout(5), milliseconds(2000));
    EXPECT_EQ(round_trip.timeout(1000), milliseconds(2000));
}

TEST(RoundTrip, TheFirstSampleIsTheMeanAndHalfOfItTheDeviation) {
    RoundTrip round_trip({});
    round_trip.sample(milliseconds(40));
    EXPECT_EQ(round_trip.mean(), milliseconds(40));
    EXPECT_EQ(round_trip.deviation(), milliseconds(20));
    EXPECT_EQ(round_trip.timeout(1), milliseconds(120));
    EXPECT_EQ(round_trip.timeout(2), milliseconds(240));
}

TEST(RoundTrip, LaterSamplesMoveTheMeanByAnEighthAndTheDeviationByAQuarter) {
    RoundTrip round_trip({});
    round_trip.sample(milliseconds(40));
    round_trip.sample(milliseconds(80));
    EXPECT_EQ(round_trip.mean(), milliseconds(45));
    EXPECT_EQ(round_trip.deviation(), milliseconds(25));
    round_trip.sample(milliseconds(45));
    EXPECT_EQ(round_trip.mean(), milliseconds(45));
    EXPECT_EQ(round_trip.deviation(), std::chrono::microseconds(18750));
}

TEST(RoundTrip, TimeoutsStayWithinTheirLimits) {
    RoundTrip fast({});
    for (int i = 0; i < 100; ++i) fast.sample(std::chrono::microseconds(50));
    EXPECT_EQ(fast.timeout(1), milliseconds(20));
    EXPECT_EQ(fast.timeout(2), milliseconds(40));
    RoundTrip slow({});
    slow.sample(std::chrono::seconds(10));
    EXPECT_EQ(slow.timeout(1), milliseconds(2000));
    EXPECT_EQ(slow.timeout(2), milliseconds(2000));
}

}  // namespace
}  // namespace aoe::initiator
