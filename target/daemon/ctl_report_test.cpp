// SPDX-License-Identifier: MIT
#include "target/daemon/ctl_report.h"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/daemon/daemon_fixture_test.h"
#include "target/daemon/stats.h"

namespace aoe::target {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

TEST_F(HubTest, CountersBecomeTables) {
    hub.apply({.exports = {export_config(3, {"eth0"})}});
    Link& end = add_link("eth0");
    const std::string before = stats_json(hub, clock, "threads");
    for (int i = 0; i < 10; ++i) ask(end, "eth0", read(0, 2));
    ask(end, "eth0", write(0, 1, pattern(1)));
    ask(end, "eth0", read(5000, 1));
    clock.advance(std::chrono::seconds(2));
    const std::string now = stats_json(hub, clock, "threads");
    EXPECT_THAT(stats_table(now), HasSubstr("served by threads"));
    EXPECT_THAT(stats_table(now), HasSubstr("e7.3               12         10          1"));
    EXPECT_THAT(monitor_table(before, now), HasSubstr("e7.3               5"));
    EXPECT_EQ(monitor_table(before, now, {"e7.3"}), monitor_table(before, now));
    EXPECT_EQ(stats_table(now, {"disk3"}), stats_table(now, {"7.3"}));
    EXPECT_THROW(stats_table(now, {"e7.4"}), std::runtime_error);
    // Cleared counters are smaller than before.
    EXPECT_THAT(monitor_table(now, before), HasSubstr("e7.3               0"));
}

TEST(CtlReportTest, WhatIsNoJsonIsRefused) {
    EXPECT_THROW(stats_table("hello"), std::runtime_error);
}

}  // namespace
}  // namespace aoe::target
