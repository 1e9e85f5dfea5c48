// SPDX-License-Identifier: MIT
// The suite's small parts: doors, verdicts and exit statuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/doors.h"
#include "conformance/facts.h"
#include "conformance/report/report.h"
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
    EXPECT_EQ(status({{Verdict::pass, 3}}, {.our_error = true}), 4);
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
