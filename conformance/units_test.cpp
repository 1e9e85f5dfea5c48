// SPDX-License-Identifier: MIT
// The suite's small parts: doors, selection, expectations, verdicts and exit statuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/doors.h"
#include "conformance/expectations.h"
#include "conformance/facts.h"
#include "conformance/report/report.h"
#include "conformance/selection.h"
#include "conformance/verdict.h"

namespace aoe::conformance {
namespace {

using testing::HasSubstr;

TEST(DoorsTest, ParsesWhatItPrints) {
    EXPECT_EQ(*parse_doors(""), Doors());
    EXPECT_EQ(*parse_doors("all"), all_doors);
    EXPECT_EQ(*parse_doors("write,disk"), Door::write | Door::disk);
    EXPECT_EQ(*parse_doors(to_string(all_doors)), all_doors);
    EXPECT_THAT(parse_doors("write,everything").error(), HasSubstr("'everything'"));
}

TEST(Glob, StarsAndQuestionMarks) {
    EXPECT_TRUE(glob_match("cfg.*", "cfg.set.length"));
    EXPECT_TRUE(glob_match("*.length", "cfg.set.length"));
    EXPECT_TRUE(glob_match("AOE-HDR-0?", "AOE-HDR-07"));
    EXPECT_TRUE(glob_match("*a*b*", "xxaxxbxx"));
    EXPECT_FALSE(glob_match("cfg.*", "hdr.tag"));
    EXPECT_FALSE(glob_match("AOE-HDR-0?", "AOE-HDR-0"));
    EXPECT_FALSE(glob_match("", "x"));
}

const std::vector<Case>& three_cases() {
    static const std::vector<Case> cases{
        {.id = "hdr.a", .requirements = {"AOE-HDR-01"}, .summary = "A."},
        {.id = "hdr.b", .requirements = {"AOE-HDR-02", "AOE-HDR-03"}, .summary = "B."},
        {.id = "cfg.c", .requirements = {"AOE-CFG-01"}, .summary = "C."}};
    return cases;
}

std::string chosen(std::string_view patterns) {
    const auto cases = select_cases(three_cases(), {.tests = std::string(patterns)});
    if (!cases) return cases.error();
    std::string ids;
    for (const Case* test : *cases) ids += std::string(test->id) + " ";
    return ids;
}

TEST(Selection, ByCaseRequirementAndExclusion) {
    EXPECT_EQ(chosen(""), "hdr.a hdr.b cfg.c ");
    EXPECT_EQ(chosen("hdr.*"), "hdr.a hdr.b ");
    EXPECT_EQ(chosen("AOE-HDR-03,cfg.c"), "hdr.b cfg.c ");
    EXPECT_EQ(chosen("!cfg.c"), "hdr.a hdr.b ");
    EXPECT_EQ(chosen("hdr.*,!hdr.a"), "hdr.b ");
}

TEST(Selection, APatternThatMatchesNothingIsAnError) {
    EXPECT_THAT(chosen("nosuch"), HasSubstr("'nosuch' matches no case"));
    EXPECT_THAT(chosen("hdr.a,nosuch"), HasSubstr("'nosuch'"));
    EXPECT_THAT(chosen("hdr.a,!hdr.*"), HasSubstr("leave no case"));
}

TEST(Expectations, ReadsLinesCommentsAndQuotes) {
    const auto parsed = parse_expectations(
        "# known\n\nhdr.a xfail \"Tag \\\"1\\\"\" \"because\"  # why\ncfg.c\txfail \"x\" \"y\"\n",
        three_cases());
    ASSERT_TRUE(parsed) << parsed.error();
    ASSERT_EQ(parsed->size(), 2U);
    EXPECT_EQ((*parsed)[0].text, "Tag \"1\"");
    EXPECT_EQ((*parsed)[0].reason, "because");
    EXPECT_EQ((*parsed)[1].line, 4);
}

TEST(Expectations, EveryMistakeNamesItsLine) {
    const auto error = [](std::string_view text) {
        const auto parsed = parse_expectations(text, three_cases());
        return parsed ? std::string("accepted") : parsed.error();
    };
    EXPECT_THAT(error("\nnosuch xfail \"a\" \"b\""),
                HasSubstr("line 2: there is no case 'nosuch'"));
    EXPECT_THAT(error("hdr.a passes \"a\" \"b\""), HasSubstr("must follow"));
    EXPECT_THAT(error("hdr.a xfail"), HasSubstr("must contain"));
    EXPECT_THAT(error("hdr.a xfail \"\" \"b\""), HasSubstr("must contain"));
    EXPECT_THAT(error("hdr.a xfail \"a\""), HasSubstr("is the reason"));
    EXPECT_THAT(error("hdr.a xfail \"a\" \"b"), HasSubstr("is the reason"));
    EXPECT_THAT(error("hdr.a xfail \"a\" \"b\" c"), HasSubstr("nothing but 'until'"));
    EXPECT_THAT(error("hdr.a xfail \"a\" \"b\"\nhdr.a xfail \"a\" \"b\""),
                HasSubstr("line 2: hdr.a is already on line 1"));
}

Verdict after_expectation(Verdict verdict, std::string reason) {
    CaseResult result;
    result.test = three_cases().data();
    result.verdict = verdict;
    result.reason = std::move(reason);
    apply({.id = "hdr.a", .text = "Tag", .reason = "known", .line = 1}, Day(), result);
    return result.verdict;
}

TEST(Expectations, ChangeTheVerdictOnlyWhereTheyFit) {
    EXPECT_EQ(after_expectation(Verdict::pass, ""), Verdict::xpass);
    EXPECT_EQ(after_expectation(Verdict::info, "x"), Verdict::xpass);
    EXPECT_EQ(after_expectation(Verdict::fail, "wrong Tag"), Verdict::xfail);
    EXPECT_EQ(after_expectation(Verdict::warn, "wrong Tag"), Verdict::xfail);
    EXPECT_EQ(after_expectation(Verdict::fail, "wrong slot"), Verdict::fail);
    EXPECT_EQ(after_expectation(Verdict::skip, "Tag"), Verdict::skip);
    EXPECT_EQ(after_expectation(Verdict::error, "Tag"), Verdict::error);
}

Requirement requirement(Level level, Confidence confidence, Impact impact, bool differs) {
    Requirement made;
    made.level = level;
    made.confidence = confidence;
    made.impact = impact;
    if (differs) made.differing.push_back({"vblade", "does otherwise"});
    return made;
}

TEST(Severity, FollowsLevelBasisAndImpact) {
    const auto of = [](Level level, Confidence confidence, Impact impact, bool differs) {
        return severity(requirement(level, confidence, impact, differs));
    };
    EXPECT_EQ(of(Level::should, Confidence::spec, Impact::data_loss, false), Verdict::warn);
    EXPECT_EQ(of(Level::may, Confidence::spec, Impact::data_loss, false), Verdict::info);
    EXPECT_EQ(of(Level::practice, Confidence::spec, Impact::crash, false), Verdict::info);
    EXPECT_EQ(of(Level::must, Confidence::spec, Impact::cosmetic, true), Verdict::fail);
    EXPECT_EQ(of(Level::must, Confidence::two_agree, Impact::interoperation, false), Verdict::fail);
    EXPECT_EQ(of(Level::must, Confidence::two_agree, Impact::interoperation, true), Verdict::warn);
    EXPECT_EQ(of(Level::must, Confidence::one, Impact::leak, true), Verdict::fail);
}

int status(std::initializer_list<std::pair<Verdict, std::size_t>> counted, Ending ending = {}) {
    std::array<std::size_t, verdict_count> counts{};
    for (const auto& [verdict, count] : counted) counts[static_cast<std::size_t>(verdict)] = count;
    return exit_status(counts, ending);
}

TEST(ExitStatus, TheFirstThatAppliesOf4And3And2And1And5And0) {
    EXPECT_EQ(status({{Verdict::pass, 3}, {Verdict::warn, 1}, {Verdict::info, 1}}), 0);
    EXPECT_EQ(status({{Verdict::pass, 3}, {Verdict::warn, 1}}, {.rules = {.strict = true}}), 1);
    EXPECT_EQ(status({{Verdict::pass, 3}, {Verdict::fail, 300}}), 1);
    EXPECT_EQ(status({{Verdict::pass, 3}, {Verdict::flaky, 1}}), 1);
    EXPECT_EQ(status({{Verdict::pass, 3}, {Verdict::flaky, 1}}, {.rules = {.excuse_flaky = true}}),
              0);
    EXPECT_EQ(status({{Verdict::pass, 3}, {Verdict::xpass, 1}}), 5);
    EXPECT_EQ(status({{Verdict::xpass, 1}, {Verdict::fail, 1}}), 1);
    EXPECT_EQ(status({{Verdict::pass, 3}, {Verdict::xfail, 1}}), 0);
    EXPECT_EQ(status({{Verdict::pass, 3}}, {.unjudged_left = true}), 1);
    EXPECT_EQ(status({{Verdict::pass, 3}, {Verdict::skip, 1}}), 0);
    EXPECT_EQ(status({{Verdict::pass, 3}, {Verdict::skip, 1}}, {.setup_failed = true}), 1);
    EXPECT_EQ(status({{Verdict::pass, 3}, {Verdict::xfail, 1}}, {.setup_failed = true}), 0);
    EXPECT_EQ(status({{Verdict::skip, 3}}), 2);
    EXPECT_EQ(status({{Verdict::not_applicable, 3}}), 2);
    EXPECT_EQ(status({}), 2);
    EXPECT_EQ(status({{Verdict::pass, 3}}, {.target_lost = true}), 3);
    EXPECT_EQ(status({}, {.target_lost = true}), 3);
    EXPECT_EQ(status({{Verdict::error, 1}, {Verdict::fail, 1}}, {.target_lost = true}), 4);
}

TEST(Scratch, TheDefaultRangeStaysInsideTheDisk) {
    EXPECT_EQ(default_scratch(131072), (SectorRange{131072 - 4096, 2048}));
    EXPECT_EQ(default_scratch(1000), (SectorRange{500, 250}));
    EXPECT_EQ(default_scratch(0), (SectorRange{0, 0}));
    EXPECT_EQ(default_scratch(1ULL << 32), (SectorRange{(1ULL << 28) - 4096, 2048}));
    const SectorRange range{100, 10};
    EXPECT_TRUE(range.contains(100, 10));
    EXPECT_FALSE(range.contains(101, 10));
    EXPECT_FALSE(range.contains(99));
    EXPECT_FALSE(range.contains(~std::uint64_t{0}, 2));
}

}  // namespace
}  // namespace aoe::conformance
