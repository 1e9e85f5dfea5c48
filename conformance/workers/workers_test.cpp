// SPDX-License-Identifier: MIT
// A run divided between processes: what goes through the pipe, the order of what comes out, and
// workers that die, are refused, or are interrupted.
#include <signal.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/session.h"
#include "conformance/workers/crew.h"

namespace aoe::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CaseResult result_of(std::size_t number, Verdict verdict = Verdict::pass) {
    CaseResult result;
    result.test = &all_cases()[number];
    result.target = "e7.3";
    result.verdict = verdict;
    return result;
}

std::string id_of(std::size_t number) {
    return std::string(all_cases()[number].id);
}

class Collector final : public Reporter {
public:
    void target_started(const TargetFacts& target) override { told.push_back(target.name()); }
    void case_started(const Case& test) override { started.emplace_back(test.id); }
    void case_finished(const CaseResult& result) override {
        told.push_back(std::string(result.test->id) + mark(result));
    }
    void case_amended(const CaseResult& result) override {
        told.push_back("amended " + std::string(result.test->id) + mark(result));
    }
    std::vector<std::string> told, started;

private:
    static std::string mark(const CaseResult& result) {
        return result.verdict == Verdict::pass ? "" : " " + std::string(name(result.verdict));
    }
};

template <typename T> T through_the_pipe(const Event& event) {
    EventReader reader;
    const auto bytes = encode(event);
    // A byte at a time, as a slow pipe would.
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        EXPECT_FALSE(reader.next()) << i;
        reader.add(&bytes[i], 1);
    }
    auto read = reader.next();
    EXPECT_TRUE(read && std::holds_alternative<T>(*read));
    EXPECT_FALSE(reader.next());
    return std::get<T>(*read);
}

TEST(Events, AResultComesThroughThePipeWhole) {
    CaseResult sent = result_of(1, Verdict::fail);
    sent.code = "code";
    sent.reason = std::string("any byte: \xff\0 \x80", 14);
    sent.frames = {"#1 > a", "#2 < b"};
    sent.liveness = "gone";
    sent.duration_us = 1.5;
    sent.repetition = 7;
    Finding finding;
    finding.requirement = find_requirement("AOE-HDR-07");
    finding.severity = Verdict::warn;
    finding.expected = "this";
    finding.actual = "that";
    finding.frame = 9;
    finding.reply = {1, 2, 3};
    finding.fields = {{"Flags", 14, 1, "0x0", "0x8", true}};
    sent.findings.push_back(finding);

    const CaseResult read = through_the_pipe<CaseFinished>(CaseFinished{sent}).result;
    EXPECT_EQ(read.test, sent.test);
    EXPECT_EQ(read.target, sent.target);
    EXPECT_EQ(read.verdict, sent.verdict);
    EXPECT_EQ(read.code, sent.code);
    EXPECT_EQ(read.reason, sent.reason);
    EXPECT_EQ(read.frames, sent.frames);
    EXPECT_EQ(read.liveness, sent.liveness);
    EXPECT_EQ(read.duration_us, sent.duration_us);
    EXPECT_EQ(read.repetition, sent.repetition);
    ASSERT_EQ(read.findings.size(), 1U);
    EXPECT_EQ(read.findings[0].requirement, finding.requirement);
    EXPECT_EQ(read.findings[0].actual, "that");
    EXPECT_EQ(read.findings[0].reply, finding.reply);
    ASSERT_EQ(read.findings[0].fields.size(), 1U);
    EXPECT_EQ(read.findings[0].fields[0].expected, "0x8");
}

TEST(Events, SoDoTheTargetAndTheEnd) {
    TargetFacts facts;
    facts.shelf = 258;
    facts.slot = 3;
    facts.model = "a model";
    facts.config.buffer_count = 16;
    facts.scratch = {.first = 5, .count = 6};
    const auto read = through_the_pipe<TargetFacts>(facts);
    EXPECT_EQ(read.name(), "e258.3");
    EXPECT_EQ(read.model, "a model");
    EXPECT_EQ(read.config.buffer_count, 16);
    EXPECT_EQ(read.scratch, facts.scratch);
    const auto end = through_the_pipe<RunEnd>(
        RunEnd{.target_lost = true, .problems = {"why"}, .remarks = {"so"}});
    EXPECT_TRUE(end.target_lost);
    EXPECT_FALSE(end.our_error);
    EXPECT_THAT(end.problems, ElementsAre("why"));
    EXPECT_THAT(end.remarks, ElementsAre("so"));
}

TEST(Events, WhatNoWorkerSendsIsAnError) {
    auto bytes = encode(CaseFinished{result_of(0)});
    bytes[4] = 99;
    EventReader unknown;
    unknown.add(bytes.data(), bytes.size());
    EXPECT_THROW(unknown.next(), std::runtime_error);
    bytes = encode(CaseFinished{result_of(0)});
    bytes[5] = 255;
    EventReader cut;
    cut.add(bytes.data(), bytes.size());
    EXPECT_THROW(cut.next(), std::runtime_error);
}

TEST(MergeTest, PutsSharesOfOneTargetBackInTurn) {
    Collector collected;
    Merge merge(2, Turns::each_a_case, collected);
    TargetFacts facts;
    facts.shelf = 7;
    facts.slot = 3;
    merge.add(1, facts);
    merge.add(1, CaseFinished{result_of(1)});
    merge.add(1, CaseFinished{result_of(3)});
    merge.add(1, CaseAmended{result_of(3, Verdict::fail)});
    EXPECT_THAT(collected.told, ElementsAre("e7.3"));
    merge.add(0, facts);
    merge.add(0, CaseFinished{result_of(0)});
    EXPECT_THAT(collected.told, ElementsAre("e7.3", id_of(0), id_of(1)));
    merge.add(0, CaseAmended{result_of(0, Verdict::warn)});
    merge.end(0);
    merge.end(1);
    EXPECT_THAT(collected.told, ElementsAre("e7.3", id_of(0), id_of(1),
                                            "amended " + id_of(0) + " warn", id_of(3) + " fail"));
    EXPECT_THAT(collected.started, ElementsAre(id_of(0), id_of(1), id_of(3)));
}

TEST(MergeTest, PutsTargetsOneAfterTheOther) {
    Collector collected;
    Merge merge(2, Turns::each_all, collected);
    TargetFacts first, second;
    second.slot = 1;
    merge.add(1, second);
    merge.add(1, CaseFinished{result_of(0)});
    merge.end(1);
    EXPECT_THAT(collected.told, IsEmpty());
    merge.add(0, first);
    merge.add(0, CaseFinished{result_of(0)});
    merge.end(0);
    EXPECT_THAT(collected.told, ElementsAre("e0.0", id_of(0), "e0.1", id_of(0)));
}

Part telling(std::vector<std::size_t> numbers) {
    return [numbers](Reporter& reporter) {
        for (const std::size_t number : numbers) reporter.case_finished(result_of(number));
        return RunEnd{};
    };
}

TEST(CrewTest, TellsWhatAllTellInTheUsualOrder) {
    Collector collected;
    const RunEnd end =
        run_crew({telling({0, 3}), telling({1, 4}), telling({2})}, {.at_once = 3}, collected);
    EXPECT_THAT(collected.told, ElementsAre(id_of(0), id_of(1), id_of(2), id_of(3), id_of(4)));
    EXPECT_THAT(end.problems, IsEmpty());
    EXPECT_FALSE(end.our_error || end.target_lost || end.unjudged_left);
}

TEST(CrewTest, MoreTargetsThanWorkersWaitTheirTurn) {
    Collector collected;
    run_crew({telling({0}), telling({1}), telling({2})}, {.at_once = 1, .turns = Turns::each_all},
             collected);
    EXPECT_THAT(collected.told, ElementsAre(id_of(0), id_of(1), id_of(2)));
}

TEST(CrewTest, AWorkerThatDiesIsOurErrorAndTheOthersGoOn) {
    Collector collected;
    const Part dies = [](Reporter& reporter) -> RunEnd {
        reporter.case_finished(result_of(0));
        ::kill(::getpid(), SIGKILL);
        return {};
    };
    const RunEnd end = run_crew({dies, telling({1, 3})}, {.at_once = 2}, collected);
    EXPECT_TRUE(end.our_error);
    EXPECT_THAT(end.problems, ElementsAre(HasSubstr("killed by signal 9")));
    EXPECT_THAT(collected.told, ElementsAre(id_of(0), id_of(1), id_of(3)));
}

TEST(CrewTest, WhatAWorkerThrowsIsSaid) {
    Collector collected;
    const Part cannot_begin = [](Reporter&) -> RunEnd { throw CannotBegin("no scratch"); };
    const RunEnd end = run_crew({cannot_begin, telling({1})}, {.at_once = 2}, collected);
    EXPECT_TRUE(end.unjudged_left);
    EXPECT_THAT(end.problems, ElementsAre("no scratch"));
    const Part broken = [](Reporter&) -> RunEnd { throw std::logic_error("a bug"); };
    EXPECT_TRUE(run_crew({broken, telling({1})}, {.at_once = 2}, collected).our_error);
    const Part refused = [](Reporter&) -> RunEnd { throw std::invalid_argument("{disk}"); };
    EXPECT_THROW(run_crew({refused, telling({1})}, {.at_once = 2}, collected), WorkerRefused);
}

volatile sig_atomic_t told_to_end = 0;

class TellableCrewTest : public testing::Test {
protected:
    // Before any worker is there, so that none dies of what it is told.
    TellableCrewTest() {
        told_to_end = 0;
        ::signal(SIGTERM, [](int) { told_to_end = 1; });
    }
    ~TellableCrewTest() override { ::signal(SIGTERM, SIG_DFL); }
};

TEST_F(TellableCrewTest, AnInterruptEndsTheRun) {
    Collector collected;
    const std::atomic<bool> stop{true};
    const RunEnd end =
        run_crew({telling({0}), telling({1})}, {.at_once = 1, .stop = &stop}, collected);
    EXPECT_THAT(collected.told, ElementsAre(id_of(0)));
    EXPECT_TRUE(end.unjudged_left);
    EXPECT_FALSE(end.our_error);
    EXPECT_THAT(end.problems, ElementsAre(interrupted_text));
}

TEST_F(TellableCrewTest, TheFirstFailureEndsThemAllWhenAskedTo) {
    Collector collected;
    const Part works_on = [](Reporter& reporter) {
        reporter.case_finished(result_of(0));
        while (told_to_end == 0) ::usleep(1000);
        return RunEnd{.unjudged_left = true, .problems = {std::string(interrupted_text)}};
    };
    const Part fails = [](Reporter& reporter) {
        reporter.case_finished(result_of(1, Verdict::fail));
        return RunEnd{};
    };
    const RunEnd end = run_crew({works_on, fails}, {.at_once = 2, .until_fail = true}, collected);
    EXPECT_THAT(collected.told, ElementsAre(id_of(0), id_of(1) + " fail"));
    EXPECT_FALSE(end.unjudged_left);
    EXPECT_THAT(end.problems, IsEmpty());
}

}  // namespace
}  // namespace aoe::conformance
