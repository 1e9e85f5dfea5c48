// SPDX-License-Identifier: MIT
// The program, over a real interface: every recording in captures/ is played to the bundled target,
// which answers each without breaking a rule.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/shell_test.h"
#include "wire/net_test.h"

namespace aoe::conformance {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_cli::text_of;

struct Ended {
    int status = -1;
    std::string out, err;
};

// Only an announcement: nobody asked anything.
bool has_requests(const std::filesystem::path& file) {
    return file.stem() != "startup" && file.stem() != "restart";
}

class ReplayLive : public testing_link::NetTest {
protected:
    ReplayLive() {
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(AOE_SOURCE_DIR "/captures")) {
            if (entry.path().extension() != ".pcap") continue;
            (has_requests(entry.path()) ? asking_ : silent_).push_back(entry.path().string());
        }
    }

    Ended run(const std::string& words, const std::string& before = "") const {
        const std::string out = (folder_ / "out").string(), err = (folder_ / "err").string();
        const auto ended = testing_cli::shell("cd " + folder_.path().string() + " && " + before +
                                              " " AOE_BINARY_DIR "/bin/aoe-conform replay " +
                                              words + " >" + out + " 2>" + err);
        return {ended.status, text_of(out), text_of(err)};
    }
    static std::string start() {
        return " --start '" AOE_BINARY_DIR "/bin/aoe-target {shelf} {slot} {iface} {file}' ";
    }
    static std::string joined(const std::vector<std::string>& files) {
        std::string text;
        for (const std::string& file : files) text += " " + file;
        return text;
    }
    static std::string capture(const std::string& name) {
        return AOE_SOURCE_DIR "/captures/" + name + " ";
    }

    testing_cli::Folder folder_;
    std::vector<std::string> asking_, silent_;
};

TEST_F(ReplayLive, TheBundledTargetAnswersEveryCaptureByTheRules) {
    ASSERT_EQ(asking_.size() + silent_.size(), 66U);
    const Ended ended = run(joined(asking_) + " --as-fast-as-possible" + start());
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
    EXPECT_THAT(ended.out, HasSubstr(" 0 fail"));
    EXPECT_THAT(ended.out, Not(HasSubstr(" warn")));
}

TEST_F(ReplayLive, ACaptureWithoutARequestIsNoSuccess) {
    ASSERT_EQ(silent_.size(), 7U);
    const Ended ended = run(silent_.front() + " " + capture("vblade/discovery.pcap") +
                            "--as-fast-as-possible" + start());
    EXPECT_EQ(ended.status, 2);
    EXPECT_THAT(ended.err, HasSubstr(silent_.front() + " holds no request to send"));
}

TEST_F(ReplayLive, OneExchangeAloneWithItsRecordingAndReport) {
    const Ended ended = run(capture("vblade/discovery.pcap") +
                            "--as-fast-as-possible --tests 'discovery.cfg-read-unicast' "
                            "--record kept -o junit=report.xml" +
                            start());
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
    EXPECT_THAT(text_of(folder_ / "report.xml"), HasSubstr("discovery.cfg-read-unicast"));
    EXPECT_THAT(text_of(folder_ / "kept/e258.0.pcapng"),
                HasSubstr("discovery.cfg-read-unicast: pass"));
}

TEST_F(ReplayLive, CtrlCEndsItTheOrderlyWay) {
    const Ended ended = run(capture("ggaoed/discovery.pcap") + "--speed 0.001" + start(),
                            "timeout --preserve-status --signal INT 1");
    EXPECT_EQ(ended.status, 130) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("interrupted before every case had run"));
}

TEST_F(ReplayLive, WhatCannotBeIsRefusedInOneSentence) {
    std::ofstream(folder_ / "text.pcap") << "no capture at all, though it says so";
    const std::string file = capture("vblade/discovery.pcap");
    for (const auto& [words, sentence] : std::vector<std::pair<std::string, std::string>>{
             {file, "--iface is missing: a replay needs --iface, --shelf and --slot"},
             {file + "-i lo --shelf 7", "--slot is missing"},
             {"text.pcap" + start(), "neither as pcap nor as pcapng"},
             {"absent.pcap" + start(), "cannot open absent.pcap"},
             {file + "--tests 'nothing.*'" + start(), "nothing.*"},
             {file + "--speed 2 --as-fast-as-possible" + start(), "--speed"},
             {file + "--speed 0" + start(), "--speed"},
             {file + "--window 0" + start(), "--window"},
             {file + "-i veth0 --shelf 7 --slot 3 --allow everything", "everything"}}) {
        const Ended ended = run(words);
        EXPECT_EQ(ended.status, 2) << words;
        EXPECT_THAT(ended.err, HasSubstr(sentence)) << words;
        EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
    }
}

}  // namespace
}  // namespace aoe::conformance
