// SPDX-License-Identifier: MIT
// Real targets are rough: they answer out of order and late, drop what is too much for them, die,
// lock us out. None of that may change the verdict on a case that is not about it, nor end a run
// that could go on.
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/selftest/mutant_frame.h"
#include "conformance/selftest/mutant_run.h"

namespace aoe::conformance {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;

using Chosen = std::function<bool(const Case& test)>;

bool none(const Case& test) {
    static_cast<void>(test);
    return false;
}
Chosen about(std::set<std::string_view> requirements) {
    return [=](const Case& test) {
        return std::any_of(test.requirements.begin(), test.requirements.end(),
                           [&](std::string_view id) { return requirements.contains(id); });
    };
}

const SuiteRun& clean_run() {
    static const SuiteRun run = run_suite({});
    return run;
}
const SuiteRun& clean_run_without_control() {
    static const SuiteRun run = run_suite({.control = Control::none});
    return run;
}

// Verdicts other than those of the clean target, a line each, the chosen cases left out.
std::string differences(const SuiteRun& run, const SuiteRun& clean, const Chosen& except) {
    std::string text;
    EXPECT_EQ(run.results.size(), clean.results.size());
    for (std::size_t i = 0; i < std::min(run.results.size(), clean.results.size()); ++i) {
        const CaseResult& now = run.results[i];
        const CaseResult& before = clean.results[i];
        if (now.verdict == before.verdict || except(*now.test)) continue;
        text += std::string(now.test->id) + ": " + std::string(name(now.verdict)) + " instead of " +
                std::string(name(before.verdict)) + ", " + now.reason + "\n";
    }
    return text;
}

const CaseResult& result_of(const SuiteRun& run, std::string_view id) {
    const auto found = std::find_if(run.results.begin(), run.results.end(),
                                    [&](const CaseResult& r) { return r.test->id == id; });
    if (found == run.results.end()) throw std::logic_error("no such case");
    return *found;
}

// A target with such a fault, which is judged by no clause.
Mutant rough(Fault fault) {
    return {.name = "rough", .mistake = "", .clause = "", .fault = std::move(fault)};
}

// What bursts are about: how much a target takes at once, and in which order it answers.
const Chosen about_bursts = about({"AOE-CFG-24", "AOE-CFG-25", "AOE-REL-03", "AOE-REL-04"});

TEST(RoughTarget, RepliesInRandomOrderChangeNothing) {
    for (const std::uint64_t seed : {2U, 12U}) {
        for (const Time longest : {Time(2ms), Time(15ms)}) {
            const SuiteRun run =
                run_suite({.wire = FaultPlan{.received = {.delay = 1, .longest_delay = longest},
                                             .seed = seed}});
            EXPECT_EQ(differences(run, clean_run(), none), "") << seed << ' ' << longest.count();
            EXPECT_EQ(run.exit_status, 0);
        }
    }
}

TEST(RoughTarget, SlowRepliesChangeNothing) {
    const SuiteRun run =
        run_suite({.wire = FaultPlan{.received = {.delay = 1, .longest_delay = 200ms}, .seed = 4}});
    EXPECT_EQ(differences(run, clean_run(), about({"AOE-REL-06"})), "");
}

TEST(RoughTarget, AFewRepliesThatAreVeryLateChangeNothing) {
    const SuiteRun run = run_suite(
        {.wire = FaultPlan{.received = {.delay = 0.02, .longest_delay = 900ms}, .seed = 5}});
    EXPECT_EQ(differences(run, clean_run(), about_bursts), "");
}

TEST(RoughTarget, DroppingWhatIsTooMuchIsHeldAgainstItOnce) {
    for (const std::size_t most : {std::size_t{4}, std::size_t{1}}) {
        const Mutant mutant = rough({.on_batch = [=](std::vector<FrameBytes>& waiting) {
            if (waiting.size() > most) waiting.resize(most);
        }});
        const SuiteRun run = run_suite({.mutant = &mutant});
        const auto excused = [=](const Case& test) {
            return about_bursts(test) || (most == 1 && test.id == "rel.initiators.same-tag");
        };
        EXPECT_EQ(differences(run, clean_run(), excused), "") << most;
        EXPECT_EQ(result_of(run, "cfg.buffers.all-answered").verdict, Verdict::warn);
    }
}

TEST(RoughTarget, LossesChangeNothing) {
    // An announcement is sent once, and nobody asks for it again.
    const auto excused = [](const Case& test) {
        return about_bursts(test) || test.id.starts_with("ann.") ||
               test.id.ends_with("no-announcement");
    };
    for (const double loss : {0.01, 0.1}) {
        for (const std::uint64_t seed : {2U, 8U, 9U}) {
            const SuiteRun run = run_suite(
                {.wire = FaultPlan{
                     .sent = {.loss = loss / 2}, .received = {.loss = loss / 2}, .seed = seed}});
            EXPECT_EQ(differences(run, clean_run(), excused), "") << loss << ' ' << seed;
            EXPECT_LE(run.exit_status, 1);
        }
    }
}

TEST(RoughTarget, DuplicatesAreHeldAgainstItOnce) {
    const SuiteRun run = run_suite({.wire = FaultPlan{.received = {.duplicate = 0.3}, .seed = 1}});
    EXPECT_EQ(differences(run, clean_run(), about({"AOE-REL-07", "AOE-ANN-01"})), "");
    EXPECT_EQ(result_of(run, "rel.answer.once").verdict, Verdict::warn);
}

TEST(RoughTarget, DyingIsBlamedOnItsCaseAndTheRunGoesOn) {
    const Mutant mutant = rough(dies(both(config({4}), [](const FrameBytes& request) {
        return word(request, 30) + 32 > request.size();
    })));
    const SuiteRun run = run_suite({.mutant = &mutant});
    const Chosen fatal = about({"AOE-CFG-17", "AOE-HDR-33"});
    EXPECT_EQ(differences(run, clean_run(), fatal), "");
    EXPECT_THAT(result_of(run, "cfg.length.beyond-data").liveness, HasSubstr("signal 11"));
    EXPECT_EQ(run.exit_status, 1);
}

// Dies of the third request after the fatal one, which is the next case's.
Fault dies_later(Which which, unsigned requests_later) {
    const auto left = std::make_shared<unsigned>(0);
    return {.on_request = [=](FrameBytes& request) {
        if (*left > 0 && --*left == 0) throw Death{};
        if (which(request)) *left = requests_later;
    }};
}

TEST(RoughTarget, ADeathOneCaseLateIsBlamedOnTheCaseBefore) {
    // rel.flood.short has no sibling that sends anything like it.
    const Mutant mutant = rough(dies_later(ata({0xb0}), 3));
    const SuiteRun run = run_suite({.mutant = &mutant});
    const auto smart = [](const Case& test) {
        return test.id == "ata.smart.answered" || test.id == "atai.claims.smart";
    };
    EXPECT_EQ(differences(run, clean_run(), smart), "");
    EXPECT_EQ(result_of(run, "ata.smart.answered").verdict, Verdict::fail);
    EXPECT_THAT(result_of(run, "ata.smart.answered").liveness, HasSubstr("signal 11"));
    EXPECT_EQ(run.exit_status, 1);
}

TEST(RoughTarget, DyingForGoodEndsTheRunAndNamesTheCase) {
    const Mutant mutant = rough(dies(ata({0xb0})));
    const SuiteRun run = run_suite({.mutant = &mutant, .control = Control::stays_down});
    EXPECT_EQ(run.exit_status, 3);
    EXPECT_THAT(run.problems, Contains(HasSubstr("the case to blame is ata.smart.answered")));
    EXPECT_EQ(run.results.back().code, "target-lost");
}

// Once it has seen such a request it ignores who sent it, until `freed`.
Fault locks_out(Which which, Which freed) {
    const auto locked = std::make_shared<Mac>();
    return {.on_request = [=](FrameBytes& request) {
        if (request.size() < 24) return;
        if (freed(request)) *locked = Mac{};
        if (*locked != Mac{} && mac_at(request, 6) == *locked) {
            request.clear();
        } else if (which(request)) {
            *locked = mac_at(request, 6);
        }
    }};
}
bool edits_of_second(const FrameBytes& request) {
    return mask(1)(request) &&
           mac_at(request, 6) != Mac{std::byte{2}, {}, {}, {}, {}, std::byte{1}};
}
const auto smart_cases = [](const Case& test) {
    return test.id == "ata.smart.answered" || test.id == "atai.claims.smart";
};

TEST(RoughTarget, ALockOutIsUndoneFromTheSecondAddress) {
    const Mutant mutant = rough(locks_out(ata({0xb0}), edits_of_second));
    for (const Control control : {Control::none, Control::stays_down}) {
        const SuiteRun run = run_suite({.mutant = &mutant, .control = control});
        EXPECT_EQ(differences(run, clean_run_without_control(), smart_cases), "");
        EXPECT_THAT(result_of(run, "ata.smart.answered").liveness, HasSubstr("another address"));
        EXPECT_EQ(run.exit_status, 1);
    }
}

TEST(RoughTarget, ALockOutThatIsForGoodIsEndedByARestart) {
    const auto locked = std::make_shared<bool>(false);
    const Mutant mutant = rough({.on_request =
                                     [=](FrameBytes& request) {
                                         const bool lock = ata({0xb0})(request);
                                         if (*locked && !edits_of_second(request) &&
                                             mac_at(request, 6)[5] == std::byte{1}) {
                                             request.clear();
                                         }
                                         *locked |= lock;
                                     },
                                 .on_announce = [=](auto&) { *locked = false; }});
    const SuiteRun run = run_suite({.mutant = &mutant});
    EXPECT_EQ(differences(run, clean_run(), smart_cases), "");
    EXPECT_EQ(run.exit_status, 1);
}

TEST(RoughTarget, ALockOutThatNothingUndoesEndsTheRun) {
    for (const Control control : {Control::none, Control::stays_down}) {
        const Mutant mutant =
            rough(locks_out(ata({0xb0}), [](const FrameBytes&) { return false; }));
        const SuiteRun run = run_suite({.mutant = &mutant, .control = control});
        EXPECT_EQ(run.exit_status, 3);
        EXPECT_THAT(run.problems, Contains(HasSubstr("the case to blame is ata.smart.answered")));
    }
}

// After such a request this many more are lost, unless it is started again.
Fault hangs(Which which, unsigned requests) {
    const auto left = std::make_shared<unsigned>(0);
    return {.on_request =
                [=](FrameBytes& request) {
                    if (*left > 0) {
                        --*left;
                        request.clear();
                    } else if (which(request)) {
                        *left = requests;
                    }
                },
            .on_announce = [=](std::vector<FrameBytes>&) { *left = 0; }};
}

TEST(RoughTarget, HangingForAWhileIsHeldAgainstTheCaseAndTheRunGoesOn) {
    for (const Control control : {Control::none, Control::starts_again}) {
        const Mutant mutant = rough(hangs(ata({0xb0}), 12));
        const SuiteRun run = run_suite({.mutant = &mutant, .control = control});
        const bool alone = control == Control::none;
        EXPECT_EQ(differences(run, alone ? clean_run_without_control() : clean_run(), smart_cases),
                  "");
        EXPECT_EQ(result_of(run, "ata.smart.answered").verdict, Verdict::fail);
        EXPECT_EQ(run.exit_status, 1) << testing::PrintToString(run.problems);
    }
}

// A link that goes down for good after so many frames.
class FailingLink final : public Link {
public:
    FailingLink(LinkPtr inner, std::size_t frames) : inner_(std::move(inner)), frames_(frames) {}

    Mac mac() const noexcept override { return inner_->mac(); }
    std::size_t mtu() const noexcept override { return inner_->mtu(); }
    int descriptor() const noexcept override { return inner_->descriptor(); }
    int event_descriptor() const noexcept override { return inner_->event_descriptor(); }
    std::size_t receive_capacity() const noexcept override { return inner_->receive_capacity(); }
    std::optional<Time> next_due() const override { return inner_->next_due(); }
    std::span<const ReceivedFrame> receive(std::size_t most) override {
        return inner_->receive(most);
    }
    void release(const ReceivedFrame& frame) noexcept override { inner_->release(frame); }
    std::optional<LentBuffer> lend() override { return inner_->lend(); }
    void queue(const LentBuffer& buffer, std::size_t size) override {
        if (frames_ == 0) return inner_->give_back(buffer);
        --frames_;
        inner_->queue(buffer, size);
    }
    void give_back(const LentBuffer& buffer) noexcept override { inner_->give_back(buffer); }
    std::error_code flush() override { return inner_->flush(); }
    std::optional<LinkEvent> next_event() override {
        if (frames_ > 0 || std::exchange(told_, true)) return inner_->next_event();
        return LinkEvent::down;
    }
    std::error_code join(const Mac& mac) override { return inner_->join(mac); }

private:
    LinkPtr inner_;
    std::size_t frames_;
    bool told_ = false;
};

TEST(RoughTarget, ALinkThatGoesDownEndsTheRun) {
    for (const Control control : {Control::none, Control::stays_down}) {
        const SuiteRun run = run_suite(
            {.around_link =
                 [](LinkPtr inner) { return std::make_unique<FailingLink>(std::move(inner), 500); },
             .control = control});
        EXPECT_EQ(run.exit_status, 3);
        EXPECT_THAT(run.problems, Contains(HasSubstr("the link went down")));
        EXPECT_EQ(run.results.back().code, "target-lost");
    }
}

TEST(RoughTarget, AnsweringFromAnotherAddressIsHeldAgainstItOnce) {
    const Mutant mutant = rough(replies(command(0), flip(11, 0x10)));
    const SuiteRun run = run_suite({.mutant = &mutant});
    EXPECT_EQ(differences(run, clean_run(), about({"AOE-HDR-23"})), "");
    EXPECT_EQ(run.exit_status, 1);
}

TEST(RoughTarget, SilenceToOneCommandIsHeldAgainstItsCasesOnly) {
    const auto of_reserve = [](const Case& test) {
        return test.doors.contains(Door::reserve) || test.id.starts_with("res.") ||
               about({"AOE-HDR-32"})(test);
    };
    const Mutant mutant = rough(ignores(command(3)));
    const SuiteRun started = run_suite({.mutant = &mutant});
    EXPECT_EQ(differences(started, clean_run(), of_reserve), "");
    EXPECT_EQ(started.exit_status, 1);

    // Whether the list is as it was nobody can tell, which is said; the target still serves us.
    const SuiteRun alone = run_suite({.mutant = &mutant, .control = Control::none});
    EXPECT_EQ(differences(alone, clean_run_without_control(), of_reserve), "");
    EXPECT_THAT(alone.problems, Contains(HasSubstr("the reserve list could not be put back")));
    EXPECT_EQ(alone.exit_status, 3);
}

}  // namespace
}  // namespace aoe::conformance
