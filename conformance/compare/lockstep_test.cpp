// SPDX-License-Identifier: MIT
// The bundled target beside itself, whole and with one mistake planted: lock-step knows none of the
// rules that these break.
#include "conformance/compare/lockstep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/compare/recorded_steps.h"
#include "conformance/selftest/mutant_target.h"

namespace aoe::conformance {
namespace {

constexpr std::size_t steps = 400;
const std::atomic<bool> never{false};

class MemorySide final : public LockstepSide {
public:
    explicit MemorySide(Fault fault) : fault_(std::move(fault)) {}

    std::string name() const override { return "memory"; }
    void reset() override {
        asker_.reset();
        target_.reset();
        clock_.emplace();
        links_.emplace(std::size_t{1500}, std::uint64_t{1});
        target_.emplace(*links_, *clock_, mutant_disk_sectors, fault_);
        clock_->set_step([this] { return target_->step(); });
        asker_.emplace(*links_->first.first, *clock_, mutant_shelf, mutant_slot);
    }
    std::string answer(const Request& request) override {
        return asker_->answer(request, compares_contents);
    }

private:
    Fault fault_;
    std::optional<VirtualClock> clock_;
    std::optional<MutantLinks> links_;
    std::optional<MutantTarget> target_;
    std::optional<LinkAsker> asker_;
};

LockstepResult against(const Fault& fault, Doors open = all_doors) {
    MemorySide whole({}), broken(fault);
    return run_lockstep(whole, broken, lockstep_requests(1, steps, open), never);
}

// Each door, and what must not be made without it.
TEST(LockstepRequests, KeepToTheDoors) {
    const auto changes = [](const Request& request) {
        const auto* config = std::get_if<ConfigFields>(&request.argument);
        if (config != nullptr && config->command > 2) return Doors(Door::config);
        const auto* mask = std::get_if<MaskFields>(&request.argument);
        if (mask != nullptr && mask->command != 0) return Doors(Door::mask);
        const auto* reserve = std::get_if<ReserveFields>(&request.argument);
        if (reserve != nullptr && reserve->command != 0) return Doors(Door::reserve);
        const auto* ata = std::get_if<AtaFields>(&request.argument);
        if (ata != nullptr && (ata->flags & 1) != 0) return Doors(Door::write);
        return Doors();
    };
    for (const Doors open : {Doors(), Doors(Door::config), Doors(Door::mask), Doors(Door::reserve),
                             Doors(Door::write)}) {
        Doors seen;
        for (const Request& each : lockstep_requests(1, 500, open)) seen = seen | changes(each);
        EXPECT_EQ(seen, open) << to_string(open);
    }
}

TEST(LockstepRequests, FollowFromTheSeed) {
    const auto texts = [](std::uint64_t seed) {
        std::vector<std::string> all;
        for (const Request& each : lockstep_requests(seed, 50, all_doors)) {
            all.push_back(request_text(each));
        }
        return all;
    };
    EXPECT_EQ(texts(1), texts(1));
    EXPECT_NE(texts(1), texts(2));
}

TEST(Lockstep, FindsATargetLikeItself) {
    const LockstepResult result = against({});
    EXPECT_FALSE(result.divergence) << result.divergence->left << " | " << result.divergence->right;
    EXPECT_EQ(result.compared, steps);
}

TEST(Lockstep, FindsAPlantedMistakeAndTheShortestWayToIt) {
    Fault fault;
    fault.on_write = [](std::uint64_t& sector, FrameBytes&) { ++sector; };
    const LockstepResult result = against(fault);
    ASSERT_TRUE(result.divergence);
    EXPECT_EQ(result.divergence->requests.size(), 2U) << "a write and a read of it";
    EXPECT_TRUE(result.divergence->shortest);
    EXPECT_NE(result.divergence->left, result.divergence->right);
}

TEST(Lockstep, SeesThatOneIsGone) {
    Fault fault;
    fault.on_request = [](FrameBytes& request) {
        // A request for another version kills it.
        if (request.size() > 14 && (request[14] >> 4) != std::byte{1}) throw Death{};
    };
    const LockstepResult result = against(fault);
    ASSERT_TRUE(result.divergence);
    EXPECT_EQ(result.divergence->requests.size(), 1U);
    EXPECT_EQ(result.divergence->right, "it answers no request any more");
}

RecordedSteps recorded_target() {
    const auto recording = open_recording(AOE_SOURCE_DIR "/captures/recordings/aoe-target.pcapng");
    EXPECT_TRUE(recording) << recording.error();
    return recorded_steps(*recording);
}

TEST(LockstepWithARecording, FindsTheRecordedTargetLikeItself) {
    const RecordedSteps recorded = recorded_target();
    MemorySide whole({});
    const LockstepResult result = run_lockstep(recorded.steps, whole, never);
    EXPECT_FALSE(result.divergence) << result.divergence->left << " | " << result.divergence->right;
    EXPECT_EQ(result.compared, recorded.steps.size());
    EXPECT_GT(recorded.steps.size(), 1000U);
    EXPECT_LT(recorded.left_out, recorded.steps.size() / 10);
    EXPECT_FALSE(recorded.to_the_end) << "the suite starts targets again";
}

TEST(LockstepWithARecording, FindsAPlantedMistakeAndTheShortestWayToIt) {
    Fault fault;
    fault.on_write = [](std::uint64_t& sector, FrameBytes&) { ++sector; };
    MemorySide broken(fault);
    const LockstepResult result = run_lockstep(recorded_target().steps, broken, never);
    ASSERT_TRUE(result.divergence);
    EXPECT_LE(result.divergence->requests.size(), 2U) << "a read, or a write and a read";
    EXPECT_TRUE(result.divergence->shortest);
    EXPECT_NE(result.divergence->left, result.divergence->right);
}

TEST(LockstepWithARecording, FindsMostMistakesThatTheSuiteKnows) {
    const RecordedSteps recorded = recorded_target();
    std::size_t found = 0, all = 0;
    for (const Mutant& mutant : all_mutants()) {
        if (++all % 40 != 0) continue;
        MemorySide broken(mutant.fault);
        found += run_lockstep(recorded.steps, broken, never).divergence ? 1U : 0U;
    }
    EXPECT_GT(found, all / 40 / 2) << "of " << all / 40;
}

TEST(Lockstep, SendsNothingThatChangesATargetUnlessItMay) {
    Fault fault;
    fault.on_write = [](std::uint64_t&, FrameBytes&) { throw Death{}; };
    const LockstepResult result = against(fault, {});
    EXPECT_FALSE(result.divergence);
}

// Says what it is told to, by how many requests it was asked since the beginning of all.
class TellingSide final : public LockstepSide {
public:
    using Says = std::function<std::string(std::size_t in_all, std::size_t since_reset)>;
    explicit TellingSide(Says says, std::size_t refuses_each = 0)
        : says_(std::move(says)), refuses_each_(refuses_each) {}

    std::string name() const override { return "telling"; }
    void reset() override { since_reset_ = 0; }
    std::string answer(const Request&) override { return says_(++in_all_, ++since_reset_); }
    bool may_ask(const Request& request) const override {
        return refuses_each_ == 0 || request.aoe.error % refuses_each_ != 0;
    }

private:
    Says says_;
    std::size_t refuses_each_, in_all_ = 0, since_reset_ = 0;
};

std::vector<Request> numbered(std::size_t count) {
    std::vector<Request> requests(count, config_request());
    for (std::size_t i = 0; i < count; ++i) requests[i].aoe.error = static_cast<std::uint8_t>(i);
    return requests;
}

constexpr const char* gone = "it answers no request any more";

TEST(Lockstep, TakesNoLostFrameForADivergence) {
    TellingSide good([](auto, auto) { return "same"; });
    TellingSide lossy([](std::size_t in_all, auto) { return in_all == 5 ? "nothing" : "same"; });
    const LockstepResult result = run_lockstep(good, lossy, numbered(20), never);
    EXPECT_FALSE(result.divergence);
    EXPECT_EQ(result.unrepeated, 1U);
    EXPECT_EQ(result.compared, 20U);
}

TEST(Lockstep, SaysThatADifferenceDidNotRepeat) {
    TellingSide good([](auto, auto) { return "same"; });
    const auto by_chance = [](std::size_t in_all, auto) {
        return in_all == 5 || in_all == 30 || in_all == 60 ? "odd" : "same";
    };
    TellingSide moody(by_chance), moody_too(by_chance);
    const LockstepResult result = run_lockstep(good, moody, numbered(20), never);
    ASSERT_TRUE(result.divergence);
    EXPECT_FALSE(result.divergence->repeated);
    EXPECT_EQ(result.divergence->requests.size(), 1U);
    EXPECT_EQ(result.divergence->right, "odd");
    const std::vector<RecordedStep> recorded(20, {.request = config_request(), .answer = "same"});
    const LockstepResult replayed = run_lockstep(recorded, moody_too, never);
    ASSERT_TRUE(replayed.divergence);
    EXPECT_FALSE(replayed.divergence->repeated);
}

TEST(Lockstep, SaysThatBothAreGone) {
    const auto dies = [](auto, std::size_t since) { return since < 4 ? "same" : gone; };
    TellingSide one(dies), other(dies);
    const LockstepResult result = run_lockstep(one, other, numbered(20), never);
    EXPECT_FALSE(result.divergence);
    EXPECT_EQ(result.compared, 3U);
    ASSERT_TRUE(result.both_gone);
    EXPECT_EQ(result.both_gone->aoe.error, 3);
}

TEST(Lockstep, CountsOnlyWhatWasAsked) {
    const auto same = [](auto, auto) { return "same"; };
    TellingSide all(same), half(same, 2);
    EXPECT_EQ(run_lockstep(all, half, numbered(20), never).compared, 10U);
    TellingSide odd([](auto, std::size_t since) { return since < 6 ? "same" : "odd"; }, 2);
    const LockstepResult result = run_lockstep(all, odd, numbered(20), never);
    ASSERT_TRUE(result.divergence);
    EXPECT_EQ(result.compared, 5U);
}

// One reply in a hundred is lost, and only the fence after it comes.
TEST(LinkAsker, AsksAgainWhatIsSilentOnce) {
    std::size_t asked = 0;
    Fault lossy;
    lossy.on_request = [&asked](FrameBytes& request) {
        if (++asked % 100 == 0) request.clear();
    };
    const LockstepResult result = against(lossy);
    EXPECT_FALSE(result.divergence) << result.divergence->left << " | " << result.divergence->right;
    EXPECT_EQ(result.unrepeated, 0U);
    EXPECT_EQ(result.compared, steps);
}

// How many of the suite's own mutants it finds, of which it knows no rule.
TEST(Lockstep, FindsMostMistakesThatTheSuiteKnows) {
    std::size_t found = 0, all = 0;
    for (const Mutant& mutant : all_mutants()) {
        if (++all % 10 != 0) continue;
        found += against(mutant.fault).divergence ? 1U : 0U;
    }
    EXPECT_GT(found, all / 10 / 3) << "of " << all / 10;
}

}  // namespace
}  // namespace aoe::conformance
