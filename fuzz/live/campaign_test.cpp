// SPDX-License-Identifier: MIT
// Whole campaigns against a planted target in memory.
#include "fuzz/live/campaign.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fuzz/live/finding_file.h"
#include "fuzz/live/shape.h"
#include "fuzz/live/testing/memory_target.h"

namespace aoe::fuzz {
namespace {

using namespace std::chrono_literals;
using conformance::Door;
using conformance::Doors;

constexpr Doors no_lists = Doors(Door::write) | Door::config | Door::hostile;

CampaignOptions options_for(MemoryTarget& memory, std::uint64_t cases) {
    return {.seed = 1,
            .cases = cases,
            .max_time = std::nullopt,
            .window = 16,
            .reproducer = {.rules = memory.reply_rules(),
                           .scratch = MemoryTarget::scratch,
                           .group = 16,
                           .most_time = 1h}};
}

std::vector<Finding> findings_of(Mistake mistake, Doors open, std::uint64_t cases) {
    MemoryTarget memory(mistake);
    LiveTarget target(memory.link(), memory.clock(), &memory, memory.options(open));
    CampaignListener nobody;
    Campaign campaign(target, memory.clock(), options_for(memory, cases), nobody);
    campaign.run();
    EXPECT_EQ(campaign.tally().cases, cases);
    return campaign.findings();
}

TEST(Campaign, FindsNothingInAGoodTarget) {
    EXPECT_THAT(findings_of(Mistake::none, no_lists, 20000), testing::IsEmpty());
    EXPECT_THAT(findings_of(Mistake::none, conformance::all_doors, 60000), testing::IsEmpty());
}

std::string shapes_in(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        text += "\n" + sentence(finding.symptom) + ", " + std::to_string(finding.confirmed) + "/" +
                std::to_string(finding.tries) + ":";
        for (std::size_t i = 0; i < finding.steps.size() && i < 5; ++i) {
            text += " [" + shape_of(finding.steps[i], 1514) + "]";
        }
    }
    return text;
}

void expect_two_frames(Mistake mistake, Kind kind) {
    const auto findings = findings_of(mistake, no_lists, 10000);
    ASSERT_EQ(findings.size(), 1U) << shapes_in(findings);
    const Finding& found = findings.front();
    EXPECT_EQ(found.symptom.kind, kind);
    ASSERT_EQ(found.steps.size(), 2U);
    EXPECT_THAT(shape_of(found.steps[0], 1514), testing::StartsWith("config"));
    EXPECT_EQ(found.shape, "reserve read");
    EXPECT_EQ(found.confirmed, 10U);
    EXPECT_TRUE(found.shortest);
}

TEST(Campaign, FindsACrashAndItsTwoFrames) {
    expect_two_frames(Mistake::ends, Kind::crashed);
}
TEST(Campaign, TellsAHangFromACrash) {
    expect_two_frames(Mistake::hangs, Kind::hung);
}
TEST(Campaign, TellsALockOutFromAHang) {
    expect_two_frames(Mistake::shuts_out, Kind::locked_out);
}
// Every attempt at a hang waits in vain, so that the usual time is over soon.
TEST(Campaign, TakesMoreTimeForWhatIsStillLong) {
    MemoryTarget memory(Mistake::hangs);
    LiveTarget target(memory.link(), memory.clock(), &memory, memory.options(no_lists));
    CampaignListener nobody;
    CampaignOptions options = options_for(memory, 10000);
    options.reproducer.most_time = 1s;
    Campaign campaign(target, memory.clock(), options, nobody);
    campaign.run();
    EXPECT_THAT(campaign.findings(), testing::Not(testing::IsEmpty()));
    for (const Finding& finding : campaign.findings()) {
        EXPECT_LE(finding.steps.size(), 3U) << shapes_in({finding});
        EXPECT_EQ(finding.confirmed, 10U);
    }
}

TEST(Campaign, IsOverSoonAfterItsTime) {
    MemoryTarget memory(Mistake::hangs);
    LiveTarget target(memory.link(), memory.clock(), &memory, memory.options(no_lists));
    CampaignListener nobody;
    CampaignOptions options = options_for(memory, 10000);
    options.max_time = 1ms;
    Campaign campaign(target, memory.clock(), options, nobody);
    campaign.run();
    ASSERT_THAT(campaign.findings(), testing::SizeIs(1));
    EXPECT_GE(campaign.findings().front().confirmed, 1U);
    EXPECT_LT(campaign.tally().elapsed, 20s);
}

TEST(Campaign, FindsBytesThatShouldBeZero) {
    const auto findings = findings_of(Mistake::leaks, no_lists, 20000);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().symptom.kind, Kind::stale_bytes);
    EXPECT_LE(findings.front().steps.size(), 2U);
}

TEST(Campaign, IsTheSameForASeed) {
    const auto first = findings_of(Mistake::ends, no_lists, 5000);
    const auto second = findings_of(Mistake::ends, no_lists, 5000);
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
        EXPECT_EQ(first[i].steps, second[i].steps);
        EXPECT_EQ(first[i].at_case, second[i].at_case);
        EXPECT_EQ(first[i].seen, second[i].seen);
    }
}

class Told final : public CampaignListener {
public:
    void found(const Finding& finding) override { kinds.push_back(finding.symptom.kind); }
    std::vector<Kind> kinds;
};

// A switch that guards its ports lets nothing pass from an address that it does not know.
TEST(Campaign, IsNotShutOutWhereASecondAddressDoesNotArrive) {
    MemoryTarget memory(Mistake::hears_one);
    LiveTarget target(memory.link(), memory.clock(), nullptr,
                      memory.options_abroad(conformance::all_doors));
    target.send({}, Phase::general);
    CampaignListener nobody;
    Campaign campaign(target, memory.clock(), options_for(memory, 20000), nobody);
    EXPECT_NO_THROW(campaign.run());
    EXPECT_THAT(campaign.findings(), testing::IsEmpty()) << shapes_in(campaign.findings());
    EXPECT_TRUE(target.send({}, Phase::general).fenced);
    EXPECT_EQ(memory.starts(), 1);
}

TEST(LiveTarget, LetsNoListLeaveThatHasOurSecondAddressAlone) {
    MemoryTarget memory(Mistake::none);
    LiveTarget target(memory.link(), memory.clock(), nullptr,
                      memory.options_abroad(conformance::all_doors));
    const auto& rules = target.options().rules;
    const Recipes recipes(target.options().world, {});
    const std::vector<FrameBytes> edit{recipes.admit(rules.second, rules.ours)};
    EXPECT_THAT(sent_of(edit, target.send(edit, Phase::mask)), testing::IsEmpty());
    for (const FrameBytes& one : target.opening(Phase::mask)) {
        EXPECT_FALSE(target.send(std::array{one}, Phase::mask).stopped.front());
    }
    EXPECT_TRUE(target.send({}, Phase::general).fenced);
}

// The second address lets the first one in again, as often as it takes.
TEST(Campaign, MakesALockOutSmallOfATargetThatNobodyStartsAgain) {
    MemoryTarget memory(Mistake::shuts_out);
    LiveTarget target(memory.link(), memory.clock(), nullptr,
                      memory.options_abroad(conformance::all_doors));
    CampaignListener nobody;
    Campaign campaign(target, memory.clock(), options_for(memory, 2000), nobody);
    EXPECT_NO_THROW(campaign.run());
    ASSERT_EQ(campaign.findings().size(), 1U) << shapes_in(campaign.findings());
    const Finding& found = campaign.findings().front();
    EXPECT_EQ(found.symptom.kind, Kind::locked_out);
    EXPECT_EQ(found.steps.size(), 2U) << shapes_in({found});
    EXPECT_EQ(found.confirmed, 10U);
    EXPECT_EQ(campaign.tally().cases, 2000U);
    EXPECT_EQ(memory.starts(), 1);
    EXPECT_TRUE(target.send({}, Phase::general).fenced);
}

TEST(Campaign, EndsWithALockOutThatCannotBeUndone) {
    MemoryTarget memory(Mistake::shuts_out);
    LiveTarget target(memory.link(), memory.clock(), nullptr, memory.options_abroad(no_lists));
    CampaignListener nobody;
    Campaign campaign(target, memory.clock(), options_for(memory, 10000), nobody);
    EXPECT_THROW(campaign.run(), TargetLost);
    ASSERT_EQ(campaign.findings().size(), 1U);
    EXPECT_EQ(campaign.findings().front().symptom.kind, Kind::locked_out);
    EXPECT_EQ(how_sure(campaign.findings().front()),
              "seen once, and the frames were not sent again");
}

TEST(Campaign, EndsWithATargetThatNobodyStartsAgain) {
    MemoryTarget memory(Mistake::hangs);
    LiveTarget target(memory.link(), memory.clock(), nullptr, memory.options(no_lists));
    Told told;
    Campaign campaign(target, memory.clock(), options_for(memory, 20000), told);
    EXPECT_THROW(campaign.run(), TargetLost);
    EXPECT_THAT(told.kinds, testing::ElementsAre(Kind::hung)) << "what was sent is kept";
    ASSERT_EQ(campaign.findings().size(), 1U);
    EXPECT_EQ(campaign.findings().front().symptom.kind, Kind::hung);
    EXPECT_GT(campaign.findings().front().steps.size(), 2U) << "everything that was sent";
}

}  // namespace
}  // namespace aoe::fuzz
