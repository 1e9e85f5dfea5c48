// SPDX-License-Identifier: MIT
// Every expectation against every outcome, before and after its last day, and the file that a run
// rewrites.
#include "conformance/expectations.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/expectation_update.h"

namespace aoe::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

constexpr Day today{2026y / 11 / 22};

const std::vector<Case>& some_cases() {
    static const std::vector<Case> cases{
        {.id = "hdr.a", .requirements = {"AOE-HDR-01"}, .summary = "A."},
        {.id = "hdr.b", .requirements = {"AOE-HDR-02"}, .summary = "B."},
        {.id = "cfg.c", .requirements = {"AOE-CFG-01"}, .summary = "C."},
        {.id = "cfg.d", .requirements = {"AOE-CFG-02"}, .summary = "D."}};
    return cases;
}

CaseResult result_of(std::size_t number, Verdict verdict, const std::string& reason = "") {
    CaseResult result;
    result.test = &some_cases().at(number);
    result.target = "e7.3";
    result.verdict = verdict;
    result.reason = reason;
    if (verdict == Verdict::fail || verdict == Verdict::warn) {
        Finding finding;
        finding.requirement = find_requirement(result.test->requirements.front());
        finding.severity = verdict;
        finding.expected = "something else";
        finding.actual = reason;
        result.findings.push_back(finding);
    }
    return result;
}

std::vector<Expectation> parsed(std::string_view text) {
    auto expectations = parse_expectations(text, some_cases());
    EXPECT_TRUE(expectations) << expectations.error();
    return expectations ? *expectations : std::vector<Expectation>{};
}

// Verdicts in the order of the enumeration.
using Row = std::array<Verdict, verdict_count>;

struct Cell {
    const char* line;    // Of hdr.a.
    const char* reason;  // Of the result.
    Row becomes;
};

TEST(Expectations, TurnEveryOutcomeIntoWhatItIsThen) {
    using enum Verdict;
    const Row same{pass, info, warn, fail, flaky, skip, not_applicable, xfail, xpass, error};
    const Row known{xpass, xpass, xfail, xfail, xfail, skip, not_applicable, xfail, xpass, error};
    const Row stale{xpass, xpass, warn, fail, flaky, skip, not_applicable, xfail, xpass, error};
    const std::array cells{
        Cell{"", "wrong Tag", same},
        Cell{"hdr.a xfail \"Tag\" \"known\"", "wrong Tag", known},
        Cell{"hdr.a xfail \"Tag\" \"known\"", "wrong slot", stale},
        Cell{"hdr.a xfail \"Tag\" \"known\" until 2026-11-22", "wrong Tag", known},
        Cell{"hdr.a xfail \"Tag\" \"known\" until 2026-11-21", "wrong Tag", stale},
        Cell{"hdr.a xfail \"Tag\" \"known\" until 2026-11-21", "wrong slot", stale},
        Cell{"hdr.a xskip \"hangs\"", "wrong Tag", same},
        Cell{"hdr.a xskip \"hangs\" until 2026-11-21", "wrong Tag", same}};
    for (const Cell& cell : cells) {
        const auto expectations = parsed(cell.line);
        for (std::size_t i = 0; i < verdict_count; ++i) {
            CaseResult result = result_of(0, static_cast<Verdict>(i), cell.reason);
            const Expectation* expectation = find_expectation(expectations, result.test->id);
            if (expectation != nullptr) apply(*expectation, today, result);
            EXPECT_EQ(result.verdict, cell.becomes.at(i))
                << cell.line << ", " << name(static_cast<Verdict>(i)) << " " << cell.reason;
        }
    }
}

TEST(Expectations, SkipUntilTheirLastDay) {
    EXPECT_TRUE(skips(parsed("hdr.a xskip \"hangs\"").at(0), today));
    EXPECT_TRUE(skips(parsed("hdr.a xskip \"hangs\" until 2026-11-22").at(0), today));
    EXPECT_FALSE(skips(parsed("hdr.a xskip \"hangs\" until 2026-11-21").at(0), today));
    EXPECT_FALSE(skips(parsed("hdr.a xfail \"a\" \"b\"").at(0), today));
}

TEST(Expectations, SayWhyAFailureIsNotExcused) {
    CaseResult other = result_of(0, Verdict::fail, "wrong slot");
    apply(parsed("hdr.a xfail \"Tag\" \"known\"").at(0), today, other);
    EXPECT_THAT(other.reason, HasSubstr("expected to fail, but with 'Tag'"));
    CaseResult late = result_of(0, Verdict::fail, "wrong Tag");
    apply(parsed("hdr.a xfail \"Tag\" \"known\" until 2026-01-31").at(0), today, late);
    EXPECT_THAT(late.reason, HasSubstr("expected until 2026-01-31 only: known"));
    CaseResult woken = result_of(0, Verdict::fail, "wrong Tag");
    apply(parsed("hdr.a xskip \"hangs\" until 2026-01-31").at(0), today, woken);
    EXPECT_THAT(woken.reason, HasSubstr("skipped until 2026-01-31 only: hangs"));
}

TEST(Expectations, ReadLinesCommentsAndQuotes) {
    const auto all = parsed(
        "# known\n\nhdr.a xfail \"Tag \\\"1\\\"\" \"because\"  # why\r\ncfg.c\txskip \"y\" until "
        "2027-03-01 # soon\n");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].text, "Tag \"1\"");
    EXPECT_EQ(all[0].reason, "because");
    EXPECT_FALSE(all[0].until);
    EXPECT_EQ(all[1].line, 4);
    EXPECT_TRUE(all[1].skips);
    EXPECT_EQ(day_text(*all[1].until), "2027-03-01");
}

TEST(Expectations, EveryMistakeNamesItsLine) {
    const auto error = [](std::string_view text) {
        const auto read = parse_expectations(text, some_cases());
        return read ? std::string("accepted") : read.error();
    };
    EXPECT_THAT(error("\nnosuch xfail \"a\" \"b\""),
                HasSubstr("line 2: there is no case 'nosuch'"));
    EXPECT_THAT(error("hdr.a passes \"a\" \"b\""), HasSubstr("'xfail' or 'xskip'"));
    EXPECT_THAT(error("hdr.a xfail"), HasSubstr("must contain"));
    EXPECT_THAT(error("hdr.a xfail \"\" \"b\""), HasSubstr("must contain"));
    EXPECT_THAT(error("hdr.a xfail \"a\""), HasSubstr("is the reason"));
    EXPECT_THAT(error("hdr.a xfail \"a\" \"b"), HasSubstr("is the reason"));
    EXPECT_THAT(error("hdr.a xskip"), HasSubstr("is the reason"));
    EXPECT_THAT(error("hdr.a xskip \"a\" \"b\""), HasSubstr("'until' and a day"));
    EXPECT_THAT(error("hdr.a xfail \"a\" \"b\" c"), HasSubstr("'until' and a day"));
    for (const char* day : {"", "soon", "2026-02-29", "2026-13-01", "26-1-1", "2026-11-221"}) {
        EXPECT_THAT(error(std::string("hdr.a xskip \"a\" until ") + day),
                    HasSubstr("such as 2027-03-01"))
            << day;
    }
    EXPECT_THAT(error("hdr.a xskip \"a\" until 2026-11-22 x"), HasSubstr("follow the day"));
    EXPECT_THAT(error("hdr.a xfail \"a\" \"b\"\nhdr.a xskip \"a\""),
                HasSubstr("line 2: hdr.a is already on line 1"));
}

// A file, and what it is after a run with these results.
ExpectationUpdate::Updated updated(std::string_view file, const std::vector<CaseResult>& results,
                                   bool strict = false) {
    const auto expectations = parsed(file);
    ExpectationUpdate update(strict);
    for (CaseResult result : results) {
        const Expectation* expectation = find_expectation(expectations, result.test->id);
        if (expectation != nullptr) apply(*expectation, today, result);
        update.case_finished(result);
    }
    return update.update(file, expectations, today);
}

TEST(ExpectationUpdate, RemovesChangesAndAddsAndLeavesTheRest) {
    const auto after = updated(
        "# top\nhdr.a xfail \"Tag\" \"known\" # gone\n\nhdr.b  xfail  \"old\"  \"why\"  "
        "until 2027-01-01 # kept\n# end\ncfg.d xfail \"x\" \"not run\"",
        {result_of(0, Verdict::pass), result_of(1, Verdict::fail, "now \"new\""),
         result_of(2, Verdict::fail, "broken")});
    EXPECT_EQ(after.text,
              "# top\n\nhdr.b  xfail  \"now \\\"new\\\"\"  \"why\"  until 2027-01-01 # kept\n# "
              "end\ncfg.d xfail \"x\" \"not run\"\n"
              "cfg.c                             xfail \"broken\" \"first seen 2026-11-22\"\n");
    EXPECT_EQ(after.changes.size(), 3U);
    EXPECT_THAT(after.left, IsEmpty());
    EXPECT_TRUE(parse_expectations(after.text, some_cases()));
}

TEST(ExpectationUpdate, ThenTheSameRunHasNothingToSay) {
    const std::vector<CaseResult> results{result_of(0, Verdict::fail, "Tag \\ \"1\""),
                                          result_of(1, Verdict::pass)};
    const auto first = updated("", results);
    const auto second = updated(first.text, results);
    EXPECT_EQ(second.text, first.text);
    EXPECT_THAT(second.changes, IsEmpty());
}

TEST(ExpectationUpdate, LeavesToAPersonWhatIsNotAlwaysTheSameOrHasExpired) {
    const std::string file =
        "hdr.a xfail \"Tag\" \"known\"\nhdr.b xfail \"Tag\" \"known\" until 2026-11-21\n";
    CaseResult again = result_of(0, Verdict::fail, "wrong Tag");
    again.repetition = 2;
    const auto after =
        updated(file, {result_of(0, Verdict::pass), again, result_of(1, Verdict::fail, "wrong Tag"),
                       result_of(2, Verdict::flaky, "sometimes")});
    EXPECT_EQ(after.text, file);
    EXPECT_THAT(after.changes, IsEmpty());
    EXPECT_THAT(after.left, ElementsAre(HasSubstr("line 1: hdr.a did not end alike"),
                                        HasSubstr("line 2: hdr.b still fails after 2026-11-21"),
                                        HasSubstr("cfg.c failed only sometimes")));
}

TEST(ExpectationUpdate, AWarningGoesInOnlyWhenItCounts) {
    const std::vector<CaseResult> warned{result_of(0, Verdict::warn, "lacks it")};
    EXPECT_EQ(updated("", warned).text, "");
    EXPECT_THAT(updated("", warned, true).text, HasSubstr("hdr.a"));
    const auto skipped = updated("hdr.a xskip \"hangs\"\n", {result_of(0, Verdict::skip)});
    EXPECT_EQ(skipped.text, "hdr.a xskip \"hangs\"\n");
}

TEST(ExpectationUpdate, ALateReplyChangesWhatWasThere) {
    ExpectationUpdate update(false);
    update.case_finished(result_of(0, Verdict::pass));
    update.case_amended(result_of(0, Verdict::fail, "late"));
    EXPECT_THAT(update.update("", {}, today).text, HasSubstr("xfail \"late\""));
}

TEST(StableText, IsOfTheFailureButWithoutItsTag) {
    const auto of = [](const std::string& actual, std::string liveness = {}) {
        CaseResult result = result_of(0, Verdict::fail, actual);
        result.reason = "AOE-HDR-01: expected something else, got " + actual;
        if (!liveness.empty()) result.reason = "after this case " + liveness;
        result.liveness = std::move(liveness);
        return stable_text(result);
    };
    EXPECT_EQ(of("config reply e7.3 tag 0x9f0e7854, Ver 1, Flags 0x8"), "Ver 1, Flags 0x8");
    EXPECT_EQ(of("Error is 0x55; config reply e7.3 tag 0x9f0e7854, Ver 1"), "Error is 0x55");
    EXPECT_EQ(of("silence"), "silence");
    EXPECT_EQ(of("two\nlines"), "two");
    EXPECT_EQ(of("x", "the target exited with status 1"), "the target exited with status 1");
    EXPECT_LE(of(std::string(40, 'x') + " " + std::string(200, 'y')).size(), 80U);
}

}  // namespace
}  // namespace aoe::conformance
