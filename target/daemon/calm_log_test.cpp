// SPDX-License-Identifier: MIT
#include "target/daemon/calm_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/daemon/daemon_fixture_test.h"

namespace aoe::target {
namespace {

TEST(CalmLogTest, SaysTheSameFiveTimesInTenSeconds) {
    TextLog inner;
    VirtualClock clock;
    CalmLog log(inner, clock);
    for (int i = 0; i < 100; ++i) log.say("eth0 is down");
    log.say("eth1 is down");
    EXPECT_EQ(inner.said.size(), 6U);
    clock.advance(std::chrono::seconds(10));
    log.say("eth0 is down");
    EXPECT_EQ(inner.said.back(), "eth0 is down (and 95 times more before)");
    log.say("eth0 is down");
    EXPECT_EQ(inner.said.back(), "eth0 is down");
}

TEST(CalmLogTest, AFloodOfDifferentSentencesHasAnEnd) {
    TextLog inner;
    VirtualClock clock;
    CalmLog log(inner, clock);
    for (int i = 0; i < 1000; ++i) log.say(std::to_string(i));
    EXPECT_EQ(inner.said.size(), 256U);
    clock.advance(std::chrono::seconds(10));
    log.say("again");
    EXPECT_EQ(inner.said.back(), "again");
}

}  // namespace
}  // namespace aoe::target
