// SPDX-License-Identifier: MIT
// What the reports say of what is not as it was asked for.
#include "bench/live/report.h"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aoe::bench {
namespace {

using testing::HasSubstr;
using testing::Not;

class ReportTest : public testing::Test {
protected:
    ReportTest() {
        for (const unsigned most : {64U, 16U}) {
            Report::Target target;
            target.facts.name = most == 64 ? "e7.3" : "e7.4";
            target.facts.most_outstanding = most;
            report.targets.push_back(target);
        }
        report.measurements.resize(1);
        Sample run;
        run.load.completed = run.load.answered = 10;
        run.load.bytes = 10240;
        run.load.elapsed = std::chrono::seconds(1);
        measurement().sides = {Series{.runs = {run}}, Series{.runs = {run}}};
        measurement().job.outstanding = measurement().asked_outstanding = 16;
    }
    Measurement& measurement() { return report.measurements.front(); }
    nlohmann::json json() const { return nlohmann::json::parse(report_json(report)); }

    Report report;
};

TEST_F(ReportTest, SaysWhoseBufferCountAllowedFewerOutstanding) {
    EXPECT_THAT(report_text(report), Not(HasSubstr("Buffer Count of")));
    EXPECT_THAT(report_html(report), Not(HasSubstr("Buffer Count of")));
    measurement().asked_outstanding = 32;
    EXPECT_THAT(report_text(report),
                HasSubstr("16 outstanding (not 32: the Buffer Count of e7.4,"));
    EXPECT_THAT(report_html(report), HasSubstr("not 32: the Buffer Count of e7.4,"));
    EXPECT_EQ(json()["measurements"][0]["outstanding"], 16);
    EXPECT_EQ(json()["measurements"][0]["outstanding_asked"], 32);
    EXPECT_EQ(json()["measurements"][0]["targets"][1]["runs"][0]["outstanding"], 16);
}

TEST_F(ReportTest, TellsFramesThatWeLostOurselves) {
    EXPECT_THAT(report_text(report), Not(HasSubstr("lost by aoe-bench itself")));
    measurement().sides[1].runs = {measurement().sides[0].runs[0], measurement().sides[0].runs[0]};
    for (Sample& run : measurement().sides[1].runs) run.lost_here = 3;
    EXPECT_THAT(report_text(report), HasSubstr("6 replies lost by aoe-bench itself"));
    EXPECT_THAT(report_html(report), HasSubstr("<td>6<td>"));
    EXPECT_EQ(json()["measurements"][0]["targets"][1]["runs"][0]["lost_here"], 3);
}

TEST_F(ReportTest, SaysWhyItHoldsNoMore) {
    EXPECT_FALSE(json().contains("cut_short"));
    report.cut_short = "the target <died>";
    EXPECT_EQ(json()["cut_short"], "the target <died>");
    EXPECT_THAT(report_html(report), HasSubstr("Cut short: the target &lt;died&gt;."));
}

}  // namespace
}  // namespace aoe::bench
