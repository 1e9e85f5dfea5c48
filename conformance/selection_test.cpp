// SPDX-License-Identifier: MIT
// Which cases run, in which order, and in which worker's share.
#include "conformance/selection.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/catalogue.h"
#include "conformance/schedule.h"

namespace aoe::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<Case>& some_cases() {
    static const std::vector<Case> cases{
        {.id = "hdr.a", .requirements = {"AOE-HDR-07"}, .summary = "A."},
        {.id = "hdr.b", .requirements = {"AOE-HDR-02", "AOE-CFG-03"}, .summary = "B."},
        {.id = "cfg.c", .requirements = {"AOE-CFG-01"}, .summary = "C.", .since = "0.9"},
        {.id = "mask.d", .requirements = {"AOE-MASK-01"}, .summary = "D.", .since = "0.10"}};
    return cases;
}

std::string chosen(const std::string& tests, const std::string& skip = "",
                   const std::string& as_of = "") {
    const auto cases = select_cases(some_cases(), {tests, skip, as_of});
    if (!cases) return cases.error();
    std::string ids;
    for (const Case* test : *cases) ids += std::string(test->id) + " ";
    return ids;
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

TEST(Selection, ByCaseRequirementAndExclusion) {
    EXPECT_EQ(chosen(""), "hdr.a hdr.b cfg.c mask.d ");
    EXPECT_EQ(chosen("hdr.*"), "hdr.a hdr.b ");
    EXPECT_EQ(chosen("AOE-CFG-03,cfg.c"), "hdr.b cfg.c ");
    EXPECT_EQ(chosen("!cfg.c"), "hdr.a hdr.b mask.d ");
    EXPECT_EQ(chosen("hdr.*,!hdr.a"), "hdr.b ");
    EXPECT_EQ(chosen("", "hdr.*"), "cfg.c mask.d ");
    EXPECT_EQ(chosen("hdr.*,cfg.*", "AOE-CFG-*"), "hdr.a ");
    EXPECT_EQ(chosen("", "*,!hdr.b"), "hdr.b ");
}

TEST(Selection, ByCommandLevelAndImpact) {
    EXPECT_EQ(chosen("command:config"), "hdr.b cfg.c ");
    EXPECT_EQ(chosen("command:mask"), "mask.d ");
    EXPECT_EQ(chosen("Level:MUST", "command:mask"), chosen("level:must,!mask.*"));
    const auto of_data_loss = select_cases(all_cases(), {.tests = "impact:data-loss"});
    ASSERT_TRUE(of_data_loss) << of_data_loss.error();
    for (const Case* test : *of_data_loss) {
        const Requirement* about = find_requirement(test->requirements.front());
        EXPECT_EQ(about->impact, Impact::data_loss) << test->id;
    }
    // Each level is some of the cases, and together they are all.
    std::size_t sum = 0;
    for (const char* level : {"level:must", "level:should", "level:may", "level:practice"}) {
        const auto cases = select_cases(all_cases(), {.tests = level});
        ASSERT_TRUE(cases) << cases.error();
        sum += cases->size();
    }
    EXPECT_EQ(sum, all_cases().size());
}

TEST(Selection, AMistakeIsASentenceThatSaysWhatThereIs) {
    EXPECT_THAT(chosen("nosuch"), HasSubstr("--tests 'nosuch' matches no case"));
    EXPECT_THAT(chosen("hdr.a,nosuch"), HasSubstr("'nosuch'"));
    EXPECT_THAT(chosen("", "nosuch"), HasSubstr("--skip 'nosuch' matches no case"));
    EXPECT_THAT(chosen("hdr.a,!hdr.*"), HasSubstr("leave no case"));
    EXPECT_THAT(chosen("hdr.*", "hdr.?"), HasSubstr("leave no case"));
    EXPECT_THAT(chosen("level:high"), HasSubstr("must, should, may, practice"));
    EXPECT_THAT(chosen("impact:bad"), HasSubstr("data-loss, leak"));
    EXPECT_THAT(chosen("command:4"), HasSubstr("ata, config, mask, reserve"));
    EXPECT_THAT(chosen("colour:red"), HasSubstr("command, level or impact"));
    EXPECT_THAT(chosen("command:reserve"), HasSubstr("matches no case"));
}

TEST(Selection, AsOfAReleaseLeavesOutWhatCameLater) {
    EXPECT_EQ(chosen("", "", "0.1"), "hdr.a hdr.b ");
    EXPECT_EQ(chosen("", "", "0.1.0"), "hdr.a hdr.b ");
    EXPECT_EQ(chosen("", "", "0.9"), "hdr.a hdr.b cfg.c ");
    EXPECT_EQ(chosen("", "", "0.10"), "hdr.a hdr.b cfg.c mask.d ");
    EXPECT_THAT(chosen("", "", "0.2"), HasSubstr("'0.2' is no release that added cases; there are "
                                                 "0.1, 0.9, 0.10"));
    EXPECT_THAT(chosen("", "", "new"), HasSubstr("'new'"));
    EXPECT_THAT(chosen("mask.d", "", "0.9"), HasSubstr("leave no case"));
}

TEST(Releases, CompareByTheirNumbers) {
    EXPECT_TRUE(compare_releases("0.9", "0.10") < 0);
    EXPECT_TRUE(compare_releases("0.9.9", "1") < 0);
    EXPECT_TRUE(compare_releases("1.0.1", "1.0") > 0);
    EXPECT_TRUE(compare_releases("1.0.0", "1") == 0);
    EXPECT_TRUE(compare_releases("1.x", "1") != 0);
}

std::vector<std::string> steps(const Order& order) {
    std::vector<const Case*> cases;
    for (const Case& test : some_cases()) cases.push_back(&test);
    std::vector<std::string> all;
    Schedule schedule(cases, order);
    while (const auto step = schedule.next()) {
        all.push_back(std::string(step->test->id) + "/" + std::to_string(step->repetition));
    }
    return all;
}

TEST(ScheduleTest, RepeatsTheWholeOrder) {
    EXPECT_THAT(steps({.repeat = 2}), ElementsAre("hdr.a/1", "hdr.b/1", "cfg.c/1", "mask.d/1",
                                                  "hdr.a/2", "hdr.b/2", "cfg.c/2", "mask.d/2"));
}

TEST(ScheduleTest, ASeedGivesOneOrderAndAnotherSeedAnother) {
    std::set<std::vector<std::string>> orders;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const auto order = steps({.repeat = 2, .shuffle_seed = seed});
        EXPECT_EQ(order, steps({.repeat = 2, .shuffle_seed = seed}));
        EXPECT_EQ(std::set<std::string>(order.begin(), order.end()).size(), 8U);
        orders.insert(order);
    }
    EXPECT_GT(orders.size(), 40U);
    // The same on every machine: a seed in a report is worth something there too.
    EXPECT_THAT(steps({.shuffle_seed = 1}),
                ElementsAre("hdr.a/1", "hdr.b/1", "mask.d/1", "cfg.c/1"));
}

TEST(ScheduleTest, SharesAreTheWholeAndTakeTurns) {
    for (const std::size_t parts : {1U, 2U, 3U, 7U}) {
        const auto whole = steps({.repeat = 3, .shuffle_seed = 5});
        std::vector<std::vector<std::string>> shares;
        for (std::size_t part = 0; part < parts; ++part) {
            shares.push_back(steps({.repeat = 3, .shuffle_seed = 5, .part = part, .parts = parts}));
        }
        for (std::size_t i = 0; i < whole.size(); ++i) {
            EXPECT_EQ(shares.at(i % parts).at(i / parts), whole.at(i));
        }
    }
}

}  // namespace
}  // namespace aoe::conformance
