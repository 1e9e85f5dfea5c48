// SPDX-License-Identifier: MIT
// Recordings as tshark reads them, and what becomes of them when the disk is full or the file
// there.
#include "conformance/capture/recorder.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <signal.h>
#include <unistd.h>

#include <sys/resource.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aoe::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Standard output of a shell command, one string a line.
std::vector<std::string> lines_of(const std::string& command) {
    std::vector<std::string> lines;
    FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> line{};
    while (std::fgets(line.data(), line.size(), pipe) != nullptr) {
        lines.emplace_back(line.data());
        if (lines.back().back() == '\n') lines.back().pop_back();
    }
    ::pclose(pipe);
    return lines;
}

struct Names final : Reporter {
    void case_finished(const CaseResult& result) override { recording = result.recording; }
    std::string recording;
};

class RecorderTest : public testing::Test {
protected:
    RecorderTest() {
        std::string name = testing::TempDir() + "record-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        options_.file = folder_ / "runs" / "e7.3.pcapng";
        options_.section = {.application = "aoe-conform 0.1.0",
                            .comment = "aoe-conform -i veth0\nseed: 1",
                            .interfaces = {"veth0"}};
        options_.epoch = std::chrono::seconds(1700000000);
    }
    ~RecorderTest() override { std::filesystem::remove_all(folder_); }

    static TranscriptEntry frame(std::size_t number, bool sent,
                                 Request request = config_request()) {
        request.destination = Mac{std::byte{2}};
        request.source = Mac{std::byte{2}, std::byte{1}};
        request.tag = 0x80000000U + static_cast<std::uint32_t>(number);
        request.aoe.flags = sent ? 0 : 8;
        return {.number = number,
                .sent = sent,
                .time = std::chrono::nanoseconds(number),
                .bytes = craft(request)};
    }
    static CaseResult result(const Case& test, Verdict verdict) {
        CaseResult made;
        made.test = &test;
        made.verdict = verdict;
        return made;
    }
    // Two frames before the first case, and two of each of two cases.
    void record() {
        Recorder recorder(names_, options_);
        recorder.frame(frame(1, true));
        recorder.frame(frame(2, false));
        recorder.case_started(all_cases()[0]);
        recorder.frame(frame(3, true));
        recorder.frame(frame(4, false));
        recorder.case_finished(result(all_cases()[0], Verdict::pass));
        recorder.case_started(all_cases()[1]);
        recorder.frame(frame(5, true, identify_request()));
        recorder.frame(frame(6, false));
        CaseResult late = result(all_cases()[0], Verdict::fail);
        late.findings.emplace_back().frame = 6;
        recorder.case_amended(late);
        recorder.case_finished(result(all_cases()[1], Verdict::warn));
        EXPECT_EQ(recorder.failure(), "");
    }

    std::filesystem::path folder_;
    RecorderOptions options_;
    Names names_;
};

TEST_F(RecorderTest, TsharkReadsEveryFrameItsCommentAndDirection) {
    if (std::system("command -v tshark >/dev/null") != 0) GTEST_SKIP() << "tshark is not installed";
    record();
    EXPECT_EQ(names_.recording, options_.file.string());
    const std::string file =
        "tshark -r '" + options_.file.string() + "' -T fields -E separator='|' ";
    const std::string first(all_cases()[0].id), second(all_cases()[1].id);
    EXPECT_THAT(
        lines_of(file + "-e frame.number -e frame.protocols -e frame.comment 2>/dev/null"),
        ElementsAre("1|eth:ethertype:aoe|before the first case,1700000000000000001 begin "
                    "before the first case",
                    "2|eth:ethertype:aoe|before the first case",
                    "3|eth:ethertype:aoe|" + first + ": pass,1700000000000000003 begin " + first,
                    "4|eth:ethertype:aoe|" + first + ": pass",
                    "5|eth:ethertype:aoe|" + second + ": warn,1700000000000000005 begin " + second,
                    "6|eth:ethertype:aoe|" + first + ": fail (a late reply)"));
    EXPECT_THAT(lines_of(file + "-c 2 -e frame.time_epoch -e frame.interface_name "
                                "-e frame.packet_flags_direction 2>/dev/null"),
                ElementsAre(HasSubstr("1700000000.000000001|veth0|"), HasSubstr("000002|veth0|")));
}

TEST_F(RecorderTest, WhatAKilledRunLeavesIsWholeUpToTheLastCase) {
    if (std::system("command -v tshark >/dev/null") != 0) GTEST_SKIP() << "tshark is not installed";
    Recorder recorder(names_, options_);
    recorder.case_started(all_cases()[0]);
    recorder.frame(frame(1, true));
    recorder.case_finished(result(all_cases()[0], Verdict::pass));
    recorder.case_started(all_cases()[1]);
    recorder.frame(frame(2, true));
    // Nothing is closed or flushed: so it would be after a kill.
    EXPECT_THAT(lines_of("tshark -r '" + options_.file.string() +
                         "' -T fields -e frame.comment 2>/dev/null; echo $?"),
                ElementsAre(testing::StartsWith(std::string(all_cases()[0].id) + ": pass"), "0"));
}

TEST_F(RecorderTest, ARecordingThatIsThereIsKept) {
    record();
    const auto size = std::filesystem::file_size(options_.file);
    EXPECT_THROW(Recorder(names_, options_), std::system_error);
    EXPECT_EQ(std::filesystem::file_size(options_.file), size);
}

TEST_F(RecorderTest, AFullDiskIsToldAndTheFileEndsWithAWholeFrame) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit small = before;
    small.rlim_cur = 1000;
    ::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    std::string failure;
    {
        Recorder recorder(names_, options_);
        for (std::size_t number = 1; number <= 20; ++number) {
            recorder.case_started(all_cases()[0]);
            recorder.frame(frame(number, true));
            recorder.case_finished(result(all_cases()[0], Verdict::pass));
        }
        failure = recorder.failure();
    }
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_THAT(failure, HasSubstr("e7.3.pcapng is not whole: File too large"));
    if (std::system("command -v tshark >/dev/null") != 0) GTEST_SKIP() << "tshark is not installed";
    const auto lines = lines_of("tshark -r '" + options_.file.string() + "' 2>/dev/null; echo $?");
    EXPECT_GT(lines.size(), 2U);
    EXPECT_EQ(lines.back(), "0") << "half a frame at the end";
}

TEST(RecordingFile, IsOneATargetAndPart) {
    EXPECT_EQ(recording_file("runs", "e7.3", 0, 1), "runs/e7.3.pcapng");
    EXPECT_EQ(recording_file("runs", "e7.3", 1, 4), "runs/e7.3.part-2-of-4.pcapng");
}

TEST(RecordingComment, HoldsCommandAndParameters) {
    EXPECT_EQ(recording_comment({.version = {},
                                 .parameters = {{"seed", "1"}, {"expect", ""}, {"shelf", "7"}},
                                 .command = "aoe-conform -i eth1"}),
              "aoe-conform -i eth1\nseed: 1\nshelf: 7");
}

}  // namespace
}  // namespace aoe::conformance
