// SPDX-License-Identifier: MIT
// `judge` from files to an exit status: good ones, and those that make no sense.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/cli/commands.h"
#include "conformance/cli/interruption.h"
#include "conformance/cli/reading_progress.h"

namespace aoe::conformance {
namespace {

using testing::HasSubstr;
using testing::internal::CaptureStderr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStderr;
using testing::internal::GetCapturedStdout;

namespace fs = std::filesystem;

struct Ran {
    int status = 0;
    std::string out, err;
};

Ran run(const JudgeArguments& arguments) {
    CaptureStdout();
    CaptureStderr();
    Ran run;
    run.status = judge_captures(arguments);
    run.out = GetCapturedStdout();
    run.err = GetCapturedStderr();
    return run;
}

JudgeArguments judging(std::vector<std::string> files) {
    JudgeArguments arguments;
    arguments.files = std::move(files);
    return arguments;
}
JudgeArguments listing(const std::string& file) {
    JudgeArguments arguments = judging({file});
    arguments.list = true;
    return arguments;
}

std::string recorded(const std::string& name) {
    return std::string(AOE_SOURCE_DIR "/captures/") + name;
}

std::string bytes_of(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

class JudgeFile : public testing::Test {
protected:
    ~JudgeFile() override { fs::remove_all(folder_); }

    std::string write(const std::string& bytes) {
        fs::create_directories(folder_);
        const fs::path file = folder_ / "trace.pcap";
        std::ofstream(file, std::ios::binary) << bytes;
        return file;
    }

    // One sentence on standard error, exit status 2.
    void expect_refused(const std::string& bytes, const std::string& why) {
        const Ran result = run(judging({write(bytes)}));
        EXPECT_EQ(result.status, 2);
        EXPECT_THAT(result.err, HasSubstr(why));
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    }

    const fs::path folder_ = fs::path(testing::TempDir()) / ("judge-" + std::to_string(::getpid()));
};

const std::string good = recorded("vblade/config-string.pcap");

TEST_F(JudgeFile, AViolationIsExitStatusOneWithFrameAndMarker) {
    const Ran result = run(judging({good}));
    EXPECT_EQ(result.status, 1) << result.out;
    EXPECT_EQ(result.err, "");
    EXPECT_THAT(result.out, HasSubstr("e7.3 at 02:00:00:00:00:01"));
    EXPECT_THAT(result.out, HasSubstr("fail  AOE-CFG-17 seen.cfg.beyond-frame"));
    EXPECT_THAT(result.out,
                HasSubstr("frames 245 and 246, \"config-string/cfg-fset-len29-frame-has-28\""));
}

TEST_F(JudgeFile, WarningsCountAsFailuresWhenAsked) {
    JudgeArguments arguments = judging({recorded("qaoed/discovery.pcap")});
    EXPECT_EQ(run(arguments).status, 0);
    arguments.strict = true;
    const Ran result = run(arguments);
    EXPECT_EQ(result.status, 1) << result.out;
    EXPECT_THAT(result.out, HasSubstr("AOE-HDR-42 seen.hdr.one-wildcard"));
    EXPECT_THAT(result.out, HasSubstr("\"discovery/cfg-read-wild-shelf\""));
}

TEST_F(JudgeFile, ResultsGoToTheReportsOfARun) {
    const std::string json = folder_ / "out.json";
    fs::create_directories(folder_);
    JudgeArguments arguments = judging({good});
    arguments.outputs = {"json=" + json};
    const Ran result = run(arguments);
    std::ifstream lines(json);
    std::string line;
    std::size_t cases = 0;
    nlohmann::json last;
    while (std::getline(lines, line)) {
        last = nlohmann::json::parse(line);
        cases += last.at("type") == "case" ? 1U : 0U;
    }
    EXPECT_GT(cases, 100U);
    EXPECT_EQ(last.at("type"), "summary");
    EXPECT_EQ(last.at("exit_status"), result.status);
}

TEST_F(JudgeFile, ListsEveryFrameWhenAsked) {
    const Ran result = run(listing(good));
    EXPECT_THAT(result.out, HasSubstr("config reply e7.3"));
    EXPECT_THAT(result.out, HasSubstr("-- \"config-string/cfg-read-empty\""));
}

TEST_F(JudgeFile, WhatIsNoCaptureIsRefused) {
    expect_refused("", "is empty");
    expect_refused("hello, world, this is no capture", "is no capture");
    const Ran missing = run(judging({"/nowhere/at-all.pcap"}));
    EXPECT_EQ(missing.status, 2);
    EXPECT_THAT(missing.err, HasSubstr("cannot open /nowhere/at-all.pcap"));
}

TEST_F(JudgeFile, ACutFileIsJudgedAsFarAsItGoesAndToldOf) {
    const std::string bytes = bytes_of(good);
    const std::string file = write(bytes.substr(0, bytes.size() / 2));
    const Ran result = run(judging({file}));
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.err, HasSubstr("is cut within"));
    EXPECT_THAT(result.out, HasSubstr("e7.3"));
}

TEST_F(JudgeFile, AStrangeLinkTypeIsRefused) {
    std::string bytes = bytes_of(good);
    bytes[20] = 105;
    expect_refused(bytes, "is of link type 105");
}

TEST_F(JudgeFile, AFileWithoutAoeIsRefused) {
    const std::string bytes = bytes_of(good);
    expect_refused(bytes.substr(0, 24), "holds no frame");
    // One frame, of another EtherType.
    std::string other = bytes.substr(0, 24 + 16 + 60);
    other[24 + 16 + 12] = 0x08;
    expect_refused(other, "holds no AoE frame");
    // One request, and nothing to hold it against but the rules for initiators; then a runt alone.
    std::string runt = bytes.substr(0, 24 + 16 + 60);
    runt[24 + 8] = runt[24 + 12] = 20;
    expect_refused(runt.substr(0, 24 + 16 + 20), "can be judged");
}

TEST_F(JudgeFile, ALyingLengthIsRefused) {
    std::string bytes = bytes_of(good);
    bytes[24 + 11] = 0x7f;
    expect_refused(bytes, "which no packet has");
}

TEST_F(JudgeFile, NoByteOfACaptureMakesItCrash) {
    const std::string bytes = bytes_of(recorded("ggaoed/mac-mask.pcap")).substr(0, 9000);
    std::uint32_t random = 1;
    for (int round = 0; round < 60; ++round) {
        std::string broken = bytes;
        for (int change = 0; change < 20; ++change) {
            random = random * 1664525U + 1013904223U;
            const std::size_t at = 24 + (random >> 8) % (broken.size() - 24);
            broken[at] = static_cast<char>(random >> 3);
        }
        const Ran result = run(listing(write(broken)));
        EXPECT_GE(result.status, 0);
        EXPECT_LE(result.status, 2);
    }
}

TEST_F(JudgeFile, OneBadFileDoesNotHideTheOthers) {
    const Ran result = run(judging({good, write("")}));
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.out, HasSubstr("e7.3"));
    EXPECT_THAT(result.err, HasSubstr("trace.pcap is empty"));
}

int judge_after(int signal, const JudgeArguments& arguments) {
    catch_interruptions();
    ::raise(signal);
    return judge_captures(arguments);
}

TEST_F(JudgeFile, CtrlCAndAReaderWhoLeftEndAsARunDoes) {
    const JudgeArguments arguments = judging({good});
    EXPECT_EXIT(std::exit(judge_after(SIGINT, arguments)), testing::ExitedWithCode(130), "");
    EXPECT_EXIT(std::exit(judge_after(SIGPIPE, arguments)), testing::ExitedWithCode(141), "");
}

TEST_F(JudgeFile, OnlyChosenRulesAreAskedAndReported) {
    JudgeArguments arguments = judging({good});
    arguments.tests = "AOE-CFG-17,seen.cfg.read";
    const Ran result = run(arguments);
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.out, HasSubstr("seen.cfg.beyond-frame"));
    EXPECT_THAT(result.out, HasSubstr("; 1 rule kept, 1 failed, 0 warned, 0 informed, 0 not seen"));
    arguments.tests = "moon.*";
    try {
        judge_captures(arguments);
        ADD_FAILURE() << "it takes what is no rule";
    } catch (const UsageError& error) {
        EXPECT_THAT(error.what(), HasSubstr("'aoe-conform list --rules' shows them"));
    }
}

TEST(ListCases, ShowsTheRulesOfJudgeToo) {
    std::ostringstream rules, one;
    list_cases(rules, {.rules = true});
    EXPECT_THAT(rules.str(), HasSubstr("seen.hdr.version "));
    list_cases(one, {.tests = "seen.hdr.version", .rules = true});
    EXPECT_THAT(one.str(), testing::EndsWith("\n1 rule\n"));
}

TEST(ReadingProgress, SaysPercentRateAndWhatIsLeft) {
    const std::chrono::seconds two(2);
    EXPECT_EQ(progress_text("a.pcap", 500'000'000, 2'000'000'000, two, 80),
              "a.pcap 25 %, 250 MB/s, 6 s left");
    EXPECT_EQ(progress_text("standard input", 500'000'000, 0, two, 80), "standard input, 250 MB/s");
    EXPECT_EQ(progress_text("a.pcap", 5, 10, two, 7), "a.pcap");
}

TEST_F(JudgeFile, AWordThatIsNoColourIsRefused) {
    JudgeArguments arguments = judging({good});
    arguments.color = "green";
    EXPECT_THROW(judge_captures(arguments), UsageError);
}

}  // namespace
}  // namespace aoe::conformance
