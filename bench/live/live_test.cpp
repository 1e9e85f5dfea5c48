// SPDX-License-Identifier: MIT
// aoe-bench as its users run it, for moments: what it reports, and what it says when it cannot. No
// time is looked at.
#include <algorithm>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/shell_test.h"
#include "conformance/compare/performance.h"
#include "target/program_test.h"
#include "wire/net_test.h"

namespace aoe::bench {
namespace {

using testing::HasSubstr;
using testing_cli::Ended;
using testing_cli::shell;

const std::string bin = AOE_BINARY_DIR "/bin/";
const std::string bundled = "'" + bin + "aoe-target {shelf} {slot} {iface} {file}'";

Ended bench(const std::string& options) {
    return shell(bin + "aoe-bench --seconds 60 --requests 50 --warm-up 0.01 " + options);
}

class LiveBench : public testing_link::NetTest {
protected:
    std::string file(const char* name) const { return folder_ / name; }

    testing_cli::Folder folder_;
};

TEST_F(LiveBench, MeasuresTwoTargetsInTurns) {
    const Ended ended =
        bench("--start " + bundled + " --vs-start " + bundled +
              " --work read,mixed --outstanding 1,8 --runs 3 --verify -o json=" + file("all.json") +
              " -o html=" + file("all.html"));
    ASSERT_EQ(ended.status, 0) << ended.out;
    EXPECT_THAT(ended.out, HasSubstr("random reads, 2 sectors, 1 outstanding, 3 runs"));
    EXPECT_THAT(ended.out, HasSubstr("A/B "));
    const auto json = nlohmann::json::parse(std::ifstream(file("all.json")));
    EXPECT_EQ(json["program"], "aoe-bench");
    ASSERT_EQ(json["measurements"].size(), 4U);
    for (const auto& measurement : json["measurements"]) {
        ASSERT_EQ(measurement["targets"].size(), 2U);
        for (const auto& target : measurement["targets"]) {
            ASSERT_EQ(target["runs"].size(), 3U);
            EXPECT_GT(target["requests_per_s"], 0);
            for (const auto& run : target["runs"]) {
                EXPECT_EQ(run["wrong"], 0);
                EXPECT_EQ(run["refused"], 0);
                EXPECT_EQ(run["bytes"], 1024 * run["completed"].get<long>());
                EXPECT_GT(run["target_cpu_s"], 0);
                long counted = 0;
                for (const auto& step : run["histogram_us"]) counted += step[1].get<long>();
                EXPECT_EQ(counted, run["answered"]);
            }
        }
    }
    const auto speeds = conformance::read_bench_report({file("all.json"), {"a", "b"}});
    ASSERT_TRUE(speeds.has_value()) << "aoe-conform compare reads it: " << speeds.error();
    ASSERT_EQ(speeds->size(), 8U);
    EXPECT_TRUE(speeds->front().conditions.network.empty()) << "a private network";
    const std::string html = testing_cli::text_of(file("all.html"));
    EXPECT_THAT(html, HasSubstr("<svg"));
    EXPECT_THAT(html, testing::Not(HasSubstr("http")));
}

/// Two targets that are there already, on the other end of a wire.
class LiveBenchOnAWire : public LiveBench {
protected:
    void SetUp() override {
        LiveBench::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        add_veth_pair("bench0", "bench1", 1500);
        for (const char* const slot : {"3", "4"}) {
            std::string bytes(std::size_t{1} << 20, '\0');
            for (std::size_t i = 0; i < bytes.size(); ++i) {
                bytes[i] = static_cast<char>(i / 512 + i * 7 + static_cast<std::size_t>(slot[0]));
            }
            std::ofstream(file(slot)) << bytes;
            disks_.push_back(bytes);
            // In a group of its own, as its CPU time is of a group.
            targets_.push_back(std::make_unique<target::Program>(
                std::vector<std::string>{bin + "aoe-target", "7", slot, "bench1", file(slot)},
                "setsid"));
            ASSERT_THAT(targets_.back()->line(), HasSubstr("7"));
        }
    }
    void TearDown() override {
        targets_.clear();
        (void)testing_link::remove_interface("bench0");
    }

    std::vector<std::string> disks_;
    std::vector<std::unique_ptr<target::Program>> targets_;
};

TEST_F(LiveBenchOnAWire, PutsBackWhatItOverwroteOnBothTargets) {
    const auto group = [&](std::size_t i) { return std::to_string(targets_[i]->process()); };
    // Long enough for the kernel's tick to see a target that does not sleep meanwhile.
    const Ended ended = shell(
        bin +
        "aoe-bench --seconds 0.1 --warm-up 0.01 -i bench0 --shelf 7 --slot 3 --vs e7.4 "
        "--work read,mixed --allow write --scratch 100:1024 --runs 2 --outstanding 1,32 --verify "
        "--target-group " +
        group(0) + " --vs-target-group " + group(1) + " --journal " + file("journal") +
        " -o json=" + file("live.json"));
    ASSERT_EQ(ended.status, 0) << ended.out;
    const auto json = nlohmann::json::parse(std::ifstream(file("live.json")));
    ASSERT_EQ(json["measurements"].size(), 4U);
    for (const auto& measurement : json["measurements"]) {
        for (const auto& side : measurement["targets"]) {
            ASSERT_EQ(side["runs"].size(), 2U);
            EXPECT_GE(side["runs"][0]["completed"], 50);
            EXPECT_EQ(side["runs"][0]["wrong"], 0);
            EXPECT_GT(side["runs"][0]["target_cpu_s"], 0);
        }
    }
    EXPECT_TRUE(testing_cli::text_of(file("3")) == disks_[0]);
    EXPECT_TRUE(testing_cli::text_of(file("4")) == disks_[1]);
    EXPECT_FALSE(std::filesystem::exists(file("journal")));
    EXPECT_FALSE(std::filesystem::exists(file("journal.b")));
}

TEST_F(LiveBench, SaysWhenRequestsAreRefused) {
    // A read-only export refuses every write.
    const Ended ended = bench("--start '" + bin +
                              "aoe-target -r {shelf} {slot} {iface} {file}' --work write --runs 1 "
                              "--outstanding 1");
    EXPECT_EQ(ended.status, 1) << ended.out;
    EXPECT_THAT(ended.out, HasSubstr(" refused"));
}

TEST_F(LiveBench, ReportsWhatItMeasuredOfATargetThatDies) {
    // It reads as ever; its first write is more than the system lets it.
    const Ended ended = bench("--start 'ulimit -f 0; exec " + bin +
                              "aoe-target {shelf} {slot} {iface} {file}' --work read,write "
                              "--runs 2 --outstanding 1 -o json=" +
                              file("part.json"));
    EXPECT_EQ(ended.status, 3) << ended.out;
    EXPECT_THAT(ended.out, HasSubstr("killed by signal 25"));
    EXPECT_THAT(ended.out, HasSubstr("random reads, 2 sectors, 1 outstanding, 2 runs"));
    const auto json = nlohmann::json::parse(std::ifstream(file("part.json")));
    EXPECT_THAT(json["cut_short"], HasSubstr("killed by signal 25"));
    ASSERT_EQ(json["measurements"].size(), 1U);
    EXPECT_EQ(json["measurements"][0]["targets"][0]["runs"].size(), 2U);
}

TEST_F(LiveBench, EndsAsDocumentedWhenItCannot) {
    const auto expect = [](const std::string& options, int status, const std::string& words) {
        const Ended ended = bench(options);
        EXPECT_EQ(ended.status, status) << options << ": " << ended.out;
        EXPECT_THAT(ended.out, HasSubstr(words)) << options;
        EXPECT_EQ(std::ranges::count(ended.out, '\n'), 1) << ended.out;
    };
    expect("-i veth0 --shelf 7", 2, "--slot is missing");
    expect("-i none --shelf 7 --slot 3", 2, "\"none\"");
    expect("--start " + bundled + " --sectors 1,9", 2, "takes 2 sectors a request at MTU 1500");
    expect(
        "--start " + bundled + " --disk 64KiB --sectors 1 --outstanding 256", 2,
        "128 sectors are too few for 256 requests of 1 sectors outstanding; --scratch names more");
    expect("--start " + bundled + " -o csv=x", 2, "json=FILE or html=FILE");
    expect("--start '{no}'", 2, "unknown placeholder");
    expect("-i veth0 --shelf 7 --slot 3 --work write", 2, "--allow write");
    expect("--runs 0", 2, "--runs: '0' is not a whole number from 1 to 1000");
    expect("--write-percent 0.5", 2, "'0.5' is not a whole number from 1 to 99");
    expect("--outstanding 1,999", 2, "'999' is not a whole number from 1 to 256");
    expect("--work foo", 2, "'foo' is none of: read, write, mixed");
    expect("--disk 1QB", 2, "'1QB' is not a size like 64MiB");
    expect("--disk 0", 2, "4096 bytes at least");
    expect("--seed -1", 2, "'-1' is not a whole number");
    expect("--start " + bundled + " -o json=/nosuch/x", 2, "/nosuch/x of -o cannot be written");
    const Ended gone = bench("--start 'true && exit 3'");
    EXPECT_EQ(gone.status, 3);
    EXPECT_THAT(gone.out, HasSubstr("exited with status 3"));
}

}  // namespace
}  // namespace aoe::bench
