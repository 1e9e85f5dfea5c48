// SPDX-License-Identifier: MIT
#include "conformance/report/console_report.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/case.h"

namespace aoe::conformance {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class ConsoleReportTest : public testing::Test {
protected:
    CaseResult result(Verdict verdict, const std::string& reason = "") const {
        CaseResult made;
        made.test = &all_cases()[0];
        made.target = "e7.3";
        made.verdict = verdict;
        made.reason = reason;
        return made;
    }

    // What a run with these results prints, from its beginning to its last line.
    std::string printed(const std::vector<CaseResult>& results, ConsoleStyle style = {},
                        const std::vector<std::string>& problems = {}) {
        ConsoleReport report(out, err, style);
        report.run_started({});
        report.target_started({});
        for (const CaseResult& each : results) report.case_finished(each);
        Summary summary = summarize(results);
        summary.problems = problems;
        report.run_finished(summary);
        return out.str();
    }

    std::string id{all_cases()[0].id};
    std::ostringstream out, err;
};

TEST_F(ConsoleReportTest, what_failed_stands_once_more_before_the_last_line) {
    EXPECT_THAT(
        printed({result(Verdict::pass), result(Verdict::fail, "expected\n 3 but 4")}),
        EndsWith("\n\nfail  e7.3 " + id + ": expected  3 but 4\n" + "2 cases: 1 pass, 1 fail\n"));
}

TEST_F(ConsoleReportTest, the_first_field_that_differs_is_the_short_reason) {
    CaseResult failed = result(Verdict::fail, "a long sentence");
    Finding finding;
    finding.requirement = &failed.requirement();
    finding.expected = "no error";
    FieldRow same, other;
    same.name = "Ver";
    same.actual = "1";
    other.name = "Flags";
    other.actual = "0xc (R, E)";
    other.expected = "E clear";
    other.differs = true;
    finding.fields = {same, other};
    failed.findings = {finding};
    EXPECT_THAT(printed({failed}),
                HasSubstr("\nfail  e7.3 " + id + ": Flags 0xc (R, E), expected E clear\n"));
}

TEST_F(ConsoleReportTest, a_long_reason_is_cut_and_a_repeated_failure_told_once) {
    const auto failed = result(Verdict::fail, std::string(200, 'x'));
    const std::string text = printed({failed, failed, failed});
    const std::string again = text.substr(text.rfind("\nfail  ") + 1);
    EXPECT_THAT(again, HasSubstr("fail  e7.3 " + id + " (3 times): xxx"));
    EXPECT_EQ(again.find("...\n"), 97U) << again;
    EXPECT_EQ(again.substr(101), "3 cases: 0 pass, 3 fail\n");
}

TEST_F(ConsoleReportTest, a_warning_is_listed_where_it_counts_as_a_failure) {
    const std::string listed = "\n\nwarn  e7.3 " + id + ": slow\n";
    EXPECT_THAT(printed({result(Verdict::warn, "slow")}), Not(HasSubstr(listed)));
    out.str("");
    EXPECT_THAT(printed({result(Verdict::warn, "slow")}, {.strict = true}), HasSubstr(listed));
}

TEST_F(ConsoleReportTest, quiet_and_all_passed_is_the_last_line_alone) {
    EXPECT_EQ(printed({result(Verdict::pass), result(Verdict::info), result(Verdict::skip)},
                      {.quiet = true}),
              "3 cases: 1 pass, 1 info, 0 fail, 1 skip\n");
}

TEST_F(ConsoleReportTest, quiet_shows_a_failure_whole) {
    EXPECT_THAT(printed({result(Verdict::fail, "why")}, {.quiet = true}), HasSubstr("  again: "));
}

TEST_F(ConsoleReportTest, problems_are_no_part_of_the_report) {
    EXPECT_THAT(printed({}, {}, {"nobody answers"}), EndsWith("0 cases: nothing judged\n"));
    EXPECT_EQ(err.str(), "aoe-conform: nobody answers\n");
}

TEST_F(ConsoleReportTest, whoever_closed_the_pipe_hears_only_what_matters_to_the_target) {
    out.setstate(std::ios::badbit);
    printed({}, {}, {std::string(interrupted_text), "its state could not be put back"});
    EXPECT_EQ(err.str(), "aoe-conform: its state could not be put back\n");
}

TEST_F(ConsoleReportTest, escapes_are_for_colour_alone) {
    const std::vector<CaseResult> results{result(Verdict::pass), result(Verdict::fail, "why")};
    const std::string plain = printed(results, {.verbosity = 2});
    EXPECT_EQ(plain.find_first_of("\r\x1b"), std::string::npos);
    out.str("");
    EXPECT_THAT(printed(results, {.colour = true}), HasSubstr("\x1b[31mfail \x1b[0m"));
}

}  // namespace
}  // namespace aoe::conformance
