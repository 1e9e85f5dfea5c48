// SPDX-License-Identifier: MIT
// The whole suite against our own target in memory: in any order the verdicts are the same, and
// however the options are combined, a run that judged nothing does not end with 0.
#include <map>
#include <optional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/selection.h"
#include "conformance/session.h"
#include "target/disk.h"
#include "target/export.h"
#include "target/server.h"
#include "wire/memory_link.h"

namespace aoe::conformance {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::uint64_t disk_sectors = 70000;  // So that three bytes of the address count.
constexpr std::uint64_t few_sectors = 9000;    // Made in no time.
constexpr Day today{2026y / 11 / 22};

// The target, which forgets what it was told when it is started again.
class MemoryTarget final : public TargetControl {
public:
    MemoryTarget(Link& link, std::uint64_t sectors) : link_(link), disk_(sectors) { restart(); }

    bool step() { return server_->step(); }
    std::optional<std::string> ended() override { return std::nullopt; }
    bool restart() override {
        server_.reset();
        export_.emplace(target::ExportOptions{
            .address = {.shelf = 7, .slot = 3}, .sectors = disk_.sectors(), .serial = "suite"});
        server_.emplace(link_, *export_, disk_);
        return true;
    }
    std::vector<std::string> last_output() override { return {}; }

private:
    Link& link_;
    target::MemoryDisk disk_;
    std::optional<target::Export> export_;
    std::optional<target::Server> server_;
};

class Collector final : public Reporter {
public:
    void case_finished(const CaseResult& result) override {
        verdicts[std::string(result.test->id)] = std::string(name(result.verdict));
        order.emplace_back(result.test->id);
        if (is_judged(result.verdict)) ++judged;
    }
    void run_finished(const Summary& end) override { summary = end; }

    std::map<std::string, std::string> verdicts;
    std::vector<std::string> order;
    std::size_t judged = 0;
    Summary summary;
};

SessionOptions whole_suite() {
    SessionOptions options;
    options.wanted = {.shelf = 7, .slot = 3, .mac = std::nullopt};
    options.open = all_doors;
    options.cases = *select_cases(all_cases(), {});
    options.today = today;
    options.private_network = true;
    options.own_target = true;
    options.interface = "memory";
    return options;
}

int run(SessionOptions options, Collector& collected, Time pause = {},
        std::uint64_t sectors = disk_sectors) {
    auto [near, far] = make_memory_pair({.mtu = 1500, .seed = options.seed});
    MemoryTarget target(*far, sectors);
    VirtualClock clock([&target] { return target.step(); });
    if (pause > Time{}) options.before_case = [&](const Case&) { clock.advance(pause); };
    return run_session(*near, clock, options, collected, &target);
}

TEST(Shuffle, FiftyOrdersGiveTheSameVerdicts) {
    Collector usual;
    ASSERT_EQ(run(whole_suite(), usual), 0);
    std::set<std::vector<std::string>> orders;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        SessionOptions options = whole_suite();
        options.shuffle = true;
        options.seed = seed;
        Collector shuffled;
        EXPECT_EQ(run(options, shuffled), 0) << "--shuffle --seed " << seed;
        EXPECT_EQ(shuffled.verdicts, usual.verdicts) << "--shuffle --seed " << seed;
        orders.insert(shuffled.order);
    }
    EXPECT_EQ(orders.size(), 50U);
}

TEST(UntilFail, EndsWithTheFirstFailureOrTheLastRepetition) {
    SessionOptions options = whole_suite();
    options.cases = *select_cases(all_cases(), {.tests = "cfg.read.*"});
    options.repeat = 4;
    options.until_fail = true;
    Collector whole;
    EXPECT_EQ(run(options, whole), 0);
    EXPECT_EQ(whole.order.size(), 4 * options.cases.size());

    const Case failing{.id = "cfg.read.failing",
                       .requirements = {"AOE-CFG-01"},
                       .summary = "Fails.",
                       .run = [](Exchange& x) { x.check_that(false, "one", "the other"); }};
    options.cases.insert(options.cases.begin() + 1, &failing);
    Collector ended;
    EXPECT_EQ(run(options, ended), 1);
    EXPECT_EQ(ended.order.size(), 2U);
}

TEST(UntilFail, TimeThatEndsAfterAWholeRepetitionIsNoFailure) {
    SessionOptions options = whole_suite();
    options.cases = *select_cases(all_cases(), {.tests = "cfg.read.*"});
    options.repeat = 1000;
    options.until_fail = true;
    options.max_time = 3600s;
    // Virtual time passes only while somebody waits: let each case take a quarter of an hour.
    const auto pair = make_memory_pair({});
    MemoryTarget target(*pair.second, few_sectors);
    VirtualClock clock([&target] { return target.step(); });
    const auto slow = [&](bool until_fail) {
        Collector collected;
        options.until_fail = until_fail;
        const Case wait{.id = "cfg.read.slow",
                        .requirements = {"AOE-CFG-01"},
                        .summary = "Waits.",
                        .run = [](Exchange& x) { x.peer().listen(900s); }};
        options.cases = {&wait, options.cases.back()};
        return run_session(*pair.first, clock, options, collected, &target);
    };
    EXPECT_EQ(slow(true), 0);
    EXPECT_EQ(slow(false), 1);
}

TEST(Pause, DoesNotCountAgainstTheTime) {
    SessionOptions options = whole_suite();
    options.cases = *select_cases(all_cases(), {.tests = "cfg.read.*"});
    options.max_time = 10s;
    Collector collected;
    EXPECT_EQ(run(options, collected, 60s), 0);
    EXPECT_EQ(collected.order.size(), options.cases.size());
}

TEST(XSkip, DoesNotRunItsCase) {
    SessionOptions options = whole_suite();
    options.cases = *select_cases(all_cases(), {.tests = "cfg.read.answered"});
    options.expectations = *parse_expectations("cfg.read.answered xskip \"hangs\"", all_cases());
    Collector collected;
    EXPECT_EQ(run(options, collected), 2);
    EXPECT_EQ(collected.verdicts.at("cfg.read.answered"), "skip");
    options.expectations =
        *parse_expectations("cfg.read.answered xskip \"hangs\" until 2026-11-21", all_cases());
    EXPECT_EQ(run(options, collected), 0);
    EXPECT_EQ(collected.verdicts.at("cfg.read.answered"), "pass");
}

// Every combination of one of each.
TEST(FalseGreen, NoCombinationOfOptionsIsGreenWithNothingJudged) {
    const std::vector<Selection> selections{{"cfg.read.answered", "", ""},
                                            {"cfg.set.*", "cfg.set.re*", ""},
                                            {"level:may", "mask.*", "0.1"},
                                            {"hdr.response.*,mask.read.*", "", ""},
                                            {"impact:data-loss,!cfg.*", "level:must", ""}};
    const std::vector<Doors> doors{Doors(), all_doors, Doors(Door::config)};
    std::size_t runs = 0, green = 0, empty = 0;
    for (const Selection& selection : selections) {
        const auto cases = select_cases(all_cases(), selection);
        ASSERT_TRUE(cases) << cases.error();
        std::string all_skipped;
        for (const Case* test : *cases) all_skipped += std::string(test->id) + " xskip \"x\"\n";
        const std::string one_fails = std::string(cases->front()->id) + " xfail \"x\" \"x\"\n";
        for (const Doors open : doors) {
            for (const Revision revision : {Revision::r8, Revision::r11}) {
                for (const std::string& expect : {std::string(), all_skipped, one_fails}) {
                    for (const bool in_no_time : {false, true}) {
                        for (const unsigned repeat : {1U, 2U}) {
                            SessionOptions options = whole_suite();
                            options.cases = *cases;
                            options.open = open;
                            options.facts.revision = revision;
                            options.expectations = *parse_expectations(expect, all_cases());
                            options.repeat = repeat;
                            options.shuffle = options.until_fail = options.strict = repeat == 2;
                            if (in_no_time) options.max_time = -1ns;
                            Collector collected;
                            const int status = run(options, collected, {}, few_sectors);
                            ++runs;
                            if (status == 0) ++green;
                            if (collected.judged == 0) ++empty;
                            EXPECT_TRUE(status != 0 || collected.judged > 0)
                                << selection.tests << ", doors " << to_string(open) << ", "
                                << name(revision) << ", in no time " << in_no_time << "\n"
                                << expect;
                        }
                    }
                }
            }
        }
    }
    // All three kinds have been there.
    EXPECT_EQ(runs, 5U * 3 * 2 * 3 * 2 * 2);
    EXPECT_GT(green, 10U);
    EXPECT_GT(empty, 10U);
}

}  // namespace
}  // namespace aoe::conformance
