// SPDX-License-Identifier: MIT
// The suite, judged: on our own target in memory it must find nothing, and on each mutant of it the
// clause that the mutant breaks. Here a mutant meets the cases about its clause; the program
// `mutants` runs the whole suite on each. No privilege, no network, no waiting: time is virtual.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/selftest/mutant_run.h"

namespace aoe::conformance {
namespace {

TEST(SelfTest, TheCleanTargetPassesEveryCaseUnderStrict) {
    const SuiteRun run = run_suite({});
    EXPECT_EQ(failures_of(run), "");
    EXPECT_EQ(run.exit_status, 0);
    for (const CaseResult& result : run.results) {
        if (result.verdict == Verdict::skip) {
            // What a laboratory in memory does not offer.
            EXPECT_THAT(result.code, testing::AnyOf("need-twin", "need-other-mtu"))
                << result.test->id << ": " << result.reason;
        }
    }
}

TEST(SelfTest, TheCleanTargetPassesAtEveryMtu) {
    for (const std::size_t mtu : {1058U, 1500U, 4000U, 9000U}) {
        const SuiteRun run = run_suite({.mtu = mtu});
        EXPECT_EQ(failures_of(run), "") << "MTU " << mtu;
    }
}

TEST(SelfTest, TheCleanTargetPassesWithALargeDisk) {
    const SuiteRun run = run_suite({.sectors = std::uint64_t{1} << 33});
    EXPECT_EQ(failures_of(run), "");
    EXPECT_EQ(run.exit_status, 0);
}

TEST(SelfTest, WithEveryDoorShutTheDiskStaysAsItWas) {
    const SuiteRun run = run_suite({.open = Doors()});
    EXPECT_EQ(failures_of(run), "");
    EXPECT_EQ(run.exit_status, 0);
    EXPECT_TRUE(run.disk_untouched);
}

TEST(SelfTest, VerdictsDependOnNeitherSeedNorRepetition) {
    const SuiteRun first = run_suite({.seed = 1, .repeat = 2});
    const SuiteRun second = run_suite({.seed = 99});
    const auto& a = first.results;
    const auto& b = second.results;
    ASSERT_EQ(a.size(), 2 * b.size());
    for (std::size_t i = 0; i < b.size(); ++i) {
        EXPECT_EQ(a[i].verdict, b[i].verdict) << b[i].test->id;
        EXPECT_EQ(a[i + b.size()].verdict, b[i].verdict) << b[i].test->id;
    }
}

TEST(SelfTest, MutantsHaveNamesOfTheirOwnAndClausesOfTheCatalogue) {
    std::set<std::string_view> names;
    for (const Mutant& mutant : all_mutants()) {
        EXPECT_TRUE(names.insert(mutant.name).second) << mutant.name;
        EXPECT_NE(find_requirement(mutant.clause), nullptr) << mutant.name;
        EXPECT_TRUE(mutant.mistake.ends_with(".")) << mutant.name;
    }
}

TEST(SelfTest, TheReadmeCountsTheMutants) {
    std::size_t caught = 0, mutants = 0;
    for (const Mutant& mutant : all_mutants()) {
        ++mutants;
        if (mutant.survives.empty()) ++caught;
    }
    std::ifstream file(AOE_SOURCE_DIR "/README.md");
    const std::string readme{std::istreambuf_iterator<char>(file),
                             std::istreambuf_iterator<char>()};
    EXPECT_THAT(readme, testing::HasSubstr(std::to_string(caught) + " of " +
                                           std::to_string(mutants) + " mutants caught"));
}

class MutantTest : public testing::TestWithParam<std::string_view> {};

TEST_P(MutantTest, AreCaughtByCasesAboutTheirClauses) {
    for (const Mutant& mutant : all_mutants()) {
        if (!mutant.clause.starts_with(GetParam())) continue;
        SCOPED_TRACE(std::string(mutant.name) + ": " + std::string(mutant.mistake));
        const SuiteRun run = run_suite({.mutant = &mutant, .only_about = mutant.clause});
        const SuiteRun clean = run_suite({.only_about = mutant.clause});
        EXPECT_GT(run.changes, 0U) << "no frame of the cases brought the mistake out";
        const Caught caught = judge_mutant(mutant, run, clean);
        EXPECT_EQ(caught == Caught::no, !mutant.survives.empty())
            << "nobody found " << mutant.clause << " broken; found was:\n"
            << failures_of(run);
        const Requirement* clause = find_requirement(mutant.clause);
        if (caught == Caught::broken && severity(*clause) > Verdict::info) {
            EXPECT_NE(run.exit_status, 0);
        }
    }
}

std::string chapter_name(const testing::TestParamInfo<std::string_view>& info) {
    std::string name(info.param);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Mutants, MutantTest,
                         testing::Values("AOE-HDR-0", "AOE-HDR-1", "AOE-HDR-2", "AOE-HDR-3",
                                         "AOE-HDR-4", "AOE-CFG-0", "AOE-CFG-1", "AOE-CFG-2",
                                         "AOE-CFG-3", "AOE-ANN-", "AOE-ATA-0", "AOE-ATA-1",
                                         "AOE-ATA-2", "AOE-ATA-3", "AOE-ATA-4", "AOE-ATAID-",
                                         "AOE-MASK-0", "AOE-MASK-1", "AOE-MASK-2", "AOE-RES-0",
                                         "AOE-RES-1", "AOE-RES-2", "AOE-REL-"),
                         chapter_name);

}  // namespace
}  // namespace aoe::conformance
