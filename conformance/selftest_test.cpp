// SPDX-License-Identifier: MIT
// The suite, judged: on our own target in memory it must find nothing, and on each mutant of it the
// clause that the mutant breaks. No privilege, no network, no waiting: time is virtual.
#include <algorithm>
#include <iostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/json_report.h"
#include "conformance/mutants.h"
#include "conformance/session.h"
#include "target/disk.h"
#include "target/export.h"
#include "target/server.h"
#include "wire/memory_link.h"

namespace aoe::conformance {
namespace {

constexpr std::uint64_t disk_sectors = 70000;  // So that three bytes of the address count.

class Collector final : public Reporter {
public:
    void case_finished(const CaseResult& result) override { results.push_back(result); }
    void run_finished(const Summary& end) override { summary = end; }
    std::vector<CaseResult> results;
    Summary summary;
};

struct RunOptions {
    const Mutant* mutant = nullptr;
    Doors open = all_doors;
    std::uint64_t seed = 1;
    std::size_t mtu = 1500;
    unsigned repeat = 1;
};

struct Run {
    Collector collected;
    int exit_status = 0;
    std::size_t changes = 0;
    std::vector<std::byte> disk;  // Afterwards.
};

Run run_suite(const RunOptions& options, Reporter* also = nullptr) {
    auto [near, far] = make_memory_pair({.mtu = options.mtu, .seed = options.seed});
    target::MemoryDisk disk(disk_sectors);
    target::Export bundled(
        {.address = {.shelf = 7, .slot = 3}, .sectors = disk_sectors, .serial = "self-test"});
    static const Mutant nothing{};
    MutantResponder mutated(bundled, options.mutant != nullptr ? *options.mutant : nothing);
    target::Server server(*far, mutated, disk);
    VirtualClock clock([&server = server] { return server.step(); });

    SessionOptions session;
    session.wanted = {.shelf = 7, .slot = 3, .mac = std::nullopt};
    session.open = options.open;
    for (const Case& test : all_cases()) session.cases.push_back(&test);
    session.seed = options.seed;
    session.repeat = options.repeat;
    session.strict = true;
    session.private_network = true;
    session.own_target = true;
    session.interface = "memory";

    Run run;
    Reporters reporters;
    reporters.add(run.collected);
    if (also != nullptr) reporters.add(*also);
    run.exit_status = run_session(*near, clock, session, reporters, nullptr);
    run.changes = mutated.changes();
    run.disk.resize(disk_sectors * 512);
    EXPECT_FALSE(disk.read(0, run.disk));
    return run;
}

bool is_finding(const CaseResult& result) {
    return result.verdict != Verdict::pass && result.verdict != Verdict::info &&
           result.verdict != Verdict::skip;
}

std::string told(const std::vector<CaseResult>& results) {
    std::string text;
    for (const CaseResult& result : results) {
        if (!is_finding(result)) continue;
        text += std::string(name(result.verdict)) + " " + std::string(result.test->id) + ": " +
                result.reason + "\n";
    }
    return text;
}

TEST(SelfTest, TheCleanTargetPassesEveryCaseUnderStrict) {
    const Run run = run_suite({});
    EXPECT_EQ(told(run.collected.results), "");
    EXPECT_EQ(run.exit_status, 0);
    for (const CaseResult& result : run.collected.results) {
        if (result.verdict == Verdict::skip) {
            EXPECT_EQ(result.code, "need-restart") << result.test->id << ": " << result.reason;
        }
    }
}

TEST(SelfTest, TheCleanTargetPassesAtEveryMtu) {
    for (const std::size_t mtu : {1058U, 1500U, 4000U, 9000U}) {
        const Run run = run_suite({.mtu = mtu});
        EXPECT_EQ(told(run.collected.results), "") << "MTU " << mtu;
    }
}

TEST(SelfTest, WithEveryDoorShutTheDiskStaysAsItWas) {
    const Run run = run_suite({.open = Doors()});
    EXPECT_EQ(told(run.collected.results), "");
    EXPECT_EQ(run.exit_status, 0);
    EXPECT_TRUE(std::all_of(run.disk.begin(), run.disk.end(),
                            [](std::byte byte) { return byte == std::byte{}; }));
}

TEST(SelfTest, VerdictsDependOnNeitherSeedNorRepetition) {
    const Run first = run_suite({.seed = 1, .repeat = 2});
    const Run second = run_suite({.seed = 99});
    const auto& a = first.collected.results;
    const auto& b = second.collected.results;
    ASSERT_EQ(a.size(), 2 * b.size());
    for (std::size_t i = 0; i < b.size(); ++i) {
        EXPECT_EQ(a[i].verdict, b[i].verdict) << b[i].test->id;
        EXPECT_EQ(a[i + b.size()].verdict, b[i].verdict) << b[i].test->id;
    }
}

class MutantTest : public testing::TestWithParam<std::size_t> {};

TEST_P(MutantTest, IsCaughtByACaseAboutItsClause) {
    const Mutant mutant = all_mutants(disk_sectors).at(GetParam());
    const Run run = run_suite({.mutant = &mutant});
    ASSERT_GT(run.changes, 0U) << "no frame of the suite brought the mistake out";
    const bool caught = std::any_of(
        run.collected.results.begin(), run.collected.results.end(), [&](const CaseResult& result) {
            return std::any_of(
                result.findings.begin(), result.findings.end(), [&](const Finding& finding) {
                    return !finding.expected.empty() && finding.requirement->id == mutant.clause;
                });
        });
    EXPECT_TRUE(caught) << mutant.mistake << " Nobody found " << mutant.clause
                        << " broken; found was:\n"
                        << told(run.collected.results);
    EXPECT_NE(run.exit_status, 0);
}

std::string mutant_name(const testing::TestParamInfo<std::size_t>& info) {
    std::string name(all_mutants(disk_sectors).at(info.param).name);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Mutants, MutantTest,
                         testing::Range(std::size_t{0}, all_mutants(disk_sectors).size()),
                         mutant_name);

}  // namespace
}  // namespace aoe::conformance
