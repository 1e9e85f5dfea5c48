// SPDX-License-Identifier: MIT
#include "conformance/compare/performance.h"

#include <fstream>
#include <random>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/cli/commands.h"
#include "conformance/cli/compare_bench.h"

namespace aoe::conformance {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* run = R"({"requests_per_s": 900.5, "answered": 1801, "refused": 0, "lost": 1,
    "retransmitted": 2, "wrong": 0, "bytes": 1844224, "seconds": 2.0, "outstanding": 16,
    "our_cpu_s": 0.5, "latency": {}, "histogram_us": [[20.0, 1801]]})";

std::string series(const std::string& runs, const std::string& more = "") {
    return R"({"requests_per_s": 1000, "megabytes_per_s": 1.024, "variation": 0.015, "latency":
        {"p50_us": 30.5, "p90_us": 40, "p99_us": 50, "p99_9_us": 60, "max_us": 70},
        "our_cpu_us_per_request": 2.5, )" +
           more + R"("runs": [)" + runs + "]}";
}

constexpr const char* vblade = R"({"name": "e258.0", "how": "vblade {iface}", "started": true,
    "model": "Coraid EtherDrive vblade V25", "sectors": 131072, "buffer_count": 16,
    "sectors_per_message": 2, "mtu": 1500})";
constexpr const char* shelf = R"({"name": "e7.3", "how": "eth1", "started": false,
    "model": "SR1521", "sectors": 4096, "buffer_count": 16, "sectors_per_message": 2,
    "mtu": 9000})";

std::string report(const std::string& targets, const std::string& sides,
                   const std::string& ratio = "") {
    return R"({"program": "aoe-bench", "version": "0.1.0", "command": "aoe-bench ...",
        "date": "2026-11-23", "machine": "a processor, 2 cores", "targets": [)" +
           targets + R"(], "measurements": [{"name": "random reads", "write_percent": 0,
        "pattern": "random", "sectors": 2, "outstanding": 32, "verified": false, "seed": 1,
        "targets": [)" +
           sides + "]" + ratio + "}]}\n";
}

std::string one() {
    return report(vblade, series(std::string(run) + "," + run));
}
std::string two(const std::string& second_runs = run) {
    return report(vblade + std::string(",") + shelf,
                  series(run, R"("target_cpu_us_per_request": 1.5, )") + "," + series(second_runs),
                  R"(, "ratio": {"value": 1.2, "least": 1.1, "most": 1.3})");
}

std::vector<Performance> read(const std::string& text, const std::vector<std::string>& targets) {
    const auto speeds = parse_bench_report(text, "b.json", targets);
    if (speeds) return *speeds;
    ADD_FAILURE() << speeds.error();
    return {};
}

std::string refusal(const std::string& text, const std::vector<std::string>& targets = {"a"}) {
    const auto speeds = parse_bench_report(text, "b.json", targets);
    return speeds ? "nothing was wrong" : speeds.error();
}

// With one thing in place of another.
std::string changed(const std::string& from, const char* to) {
    std::string text = one();
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return refusal(text.replace(at, from.size(), to));
}

TEST(BenchReport, IsReadWithItsConditions) {
    const std::vector<Performance> speeds = read(one(), {"vblade"});
    ASSERT_EQ(speeds.size(), 1U);
    const Performance& speed = speeds.front();
    EXPECT_EQ(speed.target, "vblade");
    const LoadConditions wanted{.machine = "a processor, 2 cores",
                                .date = "2026-11-23",
                                .program = "aoe-bench 0.1.0",
                                .network = {},
                                .write_percent = 0,
                                .random = true,
                                .verified = false,
                                .sectors = 2,
                                .outstanding = 32,
                                .mtu = 1500,
                                .disk_sectors = 131072};
    EXPECT_EQ(speed.conditions, wanted);
    EXPECT_EQ(speed.model, "Coraid EtherDrive vblade V25");
    EXPECT_EQ(speed.requests_per_s, 1000);
    EXPECT_THAT(speed.rates, ElementsAre(900.5, 900.5));
    EXPECT_EQ(speed.p99_9_us, 60);
    EXPECT_EQ(speed.seconds, 4);
    EXPECT_EQ(speed.lost, 2U);
    EXPECT_EQ(speed.retransmitted, 4U);
    EXPECT_EQ(speed.outstanding, 16U) << "what the target took";
    EXPECT_EQ(speed.target_cpu_us, std::nullopt);
    EXPECT_EQ(speed.ratio, std::nullopt);
}

TEST(BenchReport, OfTwoTargetsIsOfTwoColumns) {
    const std::vector<Performance> speeds = read(two(), {"vblade", "shelf"});
    ASSERT_EQ(speeds.size(), 2U);
    EXPECT_EQ(speeds[0].target_cpu_us, 1.5);
    ASSERT_TRUE(speeds[0].ratio.has_value());
    EXPECT_EQ(speeds[0].ratio->to, "shelf");
    EXPECT_EQ(speeds[0].ratio->most, 1.3);
    EXPECT_EQ(speeds[1].target, "shelf");
    EXPECT_EQ(speeds[1].conditions.network, "eth1");
    const std::vector<Performance> first = read(two(), {"vblade", "-"});
    ASSERT_EQ(first.size(), 1U) << "the other one is in no column";
    EXPECT_EQ(first[0].ratio, std::nullopt);
}

TEST(BenchReport, LeavesOutWhatNeverRan) {
    EXPECT_EQ(read(two(""), {"vblade", "shelf"}).size(), 1U);
}

TEST(BenchReport, ThatIsNoneIsRefused) {
    EXPECT_THAT(refusal(""), StartsWith("b.json is no report of aoe-bench; aoe-bench -o json="));
    EXPECT_THAT(refusal("<!doctype html>"), StartsWith("b.json is no report of aoe-bench;"));
    EXPECT_THAT(refusal("[1, 2]"), StartsWith("b.json is no report of aoe-bench;"));
    EXPECT_THAT(refusal(R"({"program": "fio"})"), StartsWith("b.json is no report of aoe-bench;"));
    EXPECT_THAT(refusal(R"({"program": 1})"), StartsWith("b.json is no report of aoe-bench;"));
    EXPECT_THAT(refusal(R"({"format": "aoe-conform comparison"})"),
                StartsWith("b.json is no report of aoe-bench;"));
    EXPECT_THAT(refusal("{\"program\": }"), HasSubstr("b.json is no JSON from byte 13 on"));
}

// Wherever it was cut.
TEST(BenchReport, ThatIsCutIsRefused) {
    const std::string whole = one();
    for (std::size_t size = 1; size + 2 < whole.size(); ++size) {
        EXPECT_THAT(refusal(whole.substr(0, size)),
                    StartsWith("b.json ends in the middle of a report;"))
            << size;
    }
}

TEST(BenchReport, WithAMistakeIsRefusedWithItsPlace) {
    EXPECT_EQ(changed("\"variation\": 0.015", "\"variation\": \"low\""),
              "b.json is wrong at measurements[0].targets[0].variation: it must be a number from 0 "
              "up, not \"low\"");
    EXPECT_EQ(changed("\"machine\"", "\"engine\""), "b.json lacks machine");
    EXPECT_EQ(changed("\"p99_us\"", "\"p98_us\""),
              "b.json lacks measurements[0].targets[0].latency.p99_us");
    EXPECT_THAT(changed("\"p50_us\": 30.5", "\"p50_us\": null"), HasSubstr("not null"));
    EXPECT_THAT(changed("\"seconds\": 2.0", "\"seconds\": -2.0"), HasSubstr("runs[0].seconds"));
    EXPECT_THAT(changed("\"lost\": 1", "\"lost\": 1.5"), HasSubstr("a whole number from 0"));
    EXPECT_THAT(changed("\"random\"", "\"zigzag\""),
                HasSubstr("measurements[0].pattern: it must be random or sequential"));
    EXPECT_THAT(changed("\"sectors\": 2,", "\"sectors\": 0,"),
                HasSubstr("measurements[0].sectors: it must be a whole number from 1 to 255"));
    EXPECT_THAT(changed("\"started\": true", "\"started\": \"yes\""),
                HasSubstr("targets[0].started: it must be true or false"));
    EXPECT_THAT(changed("\"a processor, 2 cores\"",
                        "[\""
                        "a\"]"),
                HasSubstr("must be a text"));
    EXPECT_THAT(changed("\"wrong\": 0", "\"wrong\": 1e999"), StartsWith("b.json "));
    EXPECT_THAT(refusal(report(vblade, series(run) + "," + series(run))),
                HasSubstr("measurements[0].targets: it must be a list of 1"));
}

// Some bytes in place of others: still a report, or refused in one line.
TEST(BenchReport, WithAnyMistakeIsNoMoreThanRefused) {
    const std::string letters = "{}[]\",:.-0eE9 \n\\t\x01\xff";
    std::minstd_rand random(1);
    int refused = 0;
    for (int i = 0; i < 300; ++i) {
        std::string text = two();
        text.replace(random() % text.size(), random() % 6, 1, letters[random() % letters.size()]);
        const auto speeds = parse_bench_report(text, "b.json", {"a", "b"});
        if (speeds) continue;
        ++refused;
        ASSERT_THAT(speeds.error(), AllOf(StartsWith("b.json "), Not(HasSubstr("\n")))) << text;
    }
    EXPECT_GT(refused, 50);
}

TEST(BenchReport, NeedsAsManyNamesAsItHasTargets) {
    EXPECT_EQ(refusal(one(), {"a", "b"}), "b.json measured 1 target, but 2 are named for it");
    EXPECT_EQ(refusal(two(), {"a"}), "b.json measured 2 targets, but 1 is named for it");
}

TEST(BenchReport, IsReadFromAFile) {
    const std::string name = testing::TempDir() + "bench-" + std::to_string(::getpid());
    std::ofstream(name) << one();
    std::vector<Performance> all;
    add_performance({{name, {"v"}}, {name, {"v"}}}, all);
    EXPECT_EQ(all.size(), 1U) << "the same again is nothing new";
    std::remove(name.c_str());
    EXPECT_THAT(read_bench_report({name, {"v"}}).error(),
                AllOf(StartsWith("cannot open " + name), HasSubstr("No such file")));
    EXPECT_THAT(read_bench_report({testing::TempDir(), {"v"}}).error(), HasSubstr("is a folder"));
    EXPECT_THAT(read_bench_report({"/dev/zero", {"v"}}).error(),
                HasSubstr("larger than any report"));
    EXPECT_THROW(add_performance({{name, {"v"}}}, all), UsageError);
}

TEST(BenchOption, NamesColumns) {
    const std::vector<std::string> known{"bundled", "shelf in rack 4"};
    const auto reports = bench_reports({"shelf in rack 4=a=b.json", "bundled,-=c.json"}, known);
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_EQ(reports[0].file, "a=b.json");
    EXPECT_THAT(reports[0].targets, ElementsAre("shelf in rack 4"));
    EXPECT_THAT(reports[1].targets, ElementsAre("bundled", "-"));
    for (const char* word : {"bundled", "bundled=", "=a.json", "", "other=a.json",
                             "bundled,other=a.json", "bundled,,bundled=a.json"}) {
        try {
            static_cast<void>(bench_reports({word}, known));
            ADD_FAILURE() << word;
        } catch (const UsageError& error) {
            EXPECT_THAT(error.what(), AllOf(HasSubstr(std::string("not '") + word + "'"),
                                            HasSubstr("the names are bundled, shelf in rack 4")));
        }
    }
}

}  // namespace
}  // namespace aoe::conformance
