// SPDX-License-Identifier: MIT
// Whole runs over live targets, recorded, and run again from the recording by somebody without
// rights: the same verdicts for the same reasons, much faster.
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <unistd.h>
#include <vector>

#include <sys/stat.h>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/private_network.h"

namespace aoe::conformance {
namespace {

using testing::HasSubstr;

using Words = std::vector<std::string>;

constexpr const char* started = " {ro:-r} {accept:-m {mac}} {shelf} {slot} {iface} {file}";

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

// By case: verdict, code, and reason where it has no times in it.
std::map<std::string, std::string> verdicts_of(const std::filesystem::path& results) {
    std::map<std::string, std::string> verdicts;
    std::ifstream in(results);
    for (std::string line; std::getline(in, line);) {
        const auto json = nlohmann::json::parse(line);
        if (json.at("type") != "case") continue;
        std::string& verdict = verdicts[json.at("id").get<std::string>()];
        verdict = json.at("verdict").get<std::string>() + " " + json.value("code", "");
        const std::string reason = json.value("reason", "");
        if (reason.find(" us") == std::string::npos && reason.find(" s ") == std::string::npos) {
            verdict += " " + reason;
        }
    }
    return verdicts;
}

class FromLive : public testing::Test {
protected:
    FromLive() {
        std::string name = testing::TempDir() + "from-live-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        constexpr mode_t everybody = 0777;
        ::chmod(folder_.c_str(), everybody);
    }
    ~FromLive() override { std::filesystem::remove_all(folder_); }

    void SetUp() override {
        const pid_t pid = ::fork();
        if (pid == 0) {
            try {
                enter_private_network();
            } catch (const std::system_error&) {
                ::_exit(1);
            }
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(pid, &status, 0);
        if (status == 0) return;
        const char* list = std::getenv("AOE_REQUIRE");
        const bool required = list != nullptr && std::string(list).find("net") != std::string::npos;
        if (required) FAIL() << "no private network";
        GTEST_SKIP() << "no private network";
    }

    std::string folder() const { return folder_; }
    std::string path(const char* name) const { return folder_ / name; }

    // The exit status.
    int run(Words words, bool as_nobody = false) const {
        constexpr uid_t nobody = 65534;
        words.insert(words.begin(), AOE_BINARY_DIR "/bin/aoe-conform");
        const pid_t pid = ::fork();
        if (pid == 0) {
            constexpr mode_t for_all = 0666;
            ::umask(0);
            ::dup2(::open(path("out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, for_all), 1);
            ::dup2(::open(path("err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, for_all), 2);
            if (as_nobody && ::getuid() == 0 && ::setuid(nobody) != 0) ::_exit(126);
            std::vector<char*> arguments;
            for (std::string& word : words) arguments.push_back(word.data());
            arguments.push_back(nullptr);
            ::execv(arguments[0], arguments.data());
            ::_exit(127);
        }
        int status = 0;
        ::waitpid(pid, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    void record_and_run_from(const Words& target) const {
        Words live = target;
        live.insert(live.end(), {"--record", path("runs"), "-o", "json=" + path("live.jsonl")});
        run_from_record(run(live));
    }

    // Of a run that ended with this status.
    void run_from_record(int status) const {
        const auto expected = verdicts_of(path("live.jsonl"));
        ASSERT_GT(expected.size(), 5U) << text_of(path("err"));
        EXPECT_EQ(run({"--from", path("runs"), "-o", "json=" + path("from.jsonl")}, true), status)
            << text_of(path("err"));
        EXPECT_EQ(verdicts_of(path("from.jsonl")), expected);
        EXPECT_EQ(
            run({"--from", path("runs"), "--shuffle", "-o", "json=" + path("shuffled.jsonl")}),
            status);
        EXPECT_EQ(verdicts_of(path("shuffled.jsonl")).size(), expected.size());
    }

    std::filesystem::path folder_;
};

TEST_F(FromLive, TheBundledTargetIsJudgedAlikeFromItsRecording) {
    record_and_run_from({"--start", std::string(AOE_BINARY_DIR "/bin/aoe-target") + started});
}

TEST_F(FromLive, VbladeIsJudgedAlikeFromItsRecordingItsDeathsToo) {
    if (std::system("command -v vblade >/dev/null") != 0) GTEST_SKIP() << "vblade is not installed";
    record_and_run_from({"--start", std::string("vblade") + started});
}

TEST_F(FromLive, ATargetThatIsLostIsLostAgain) {
    // It serves until it is told to end, and then never starts again.
    const std::string once = "if test ! -e " + path("gone") + "; then touch " + path("gone") +
                             "; exec " AOE_BINARY_DIR
                             "/bin/aoe-target {shelf} {slot} {iface} "
                             "{file}; fi; echo gone for good; exit 9";
    record_and_run_from({"--start", once, "--tests", "cfg.*,ann.*"});
    EXPECT_THAT(text_of(path("err")), HasSubstr("the target was lost"));
}

TEST_F(FromLive, ATargetOnTwoInterfacesIsJudgedAlike) {
    const std::string program = AOE_BINARY_DIR "/bin/aoe-target";
    record_and_run_from({"--start",
                         program + " {shelf} {slot} {iface} {file} & " + program +
                             " {shelf} {slot} {iface2} {file} & wait",
                         "--tests", "*.second-interface.*,cfg.read.*"});
    EXPECT_THAT(text_of(path("live.jsonl")), HasSubstr("res.second-interface.same-holder"));
}

// Somebody else's target, on an interface that was there before: with doors shut, and with all of
// them open, when its state is saved before and put back.
class FromTheWire : public FromLive, public testing::WithParamInterface<const char*> {};

TEST_P(FromTheWire, ATargetIsJudgedAlike) {
    const std::string bin = AOE_BINARY_DIR "/bin/";
    std::ofstream(path("wire.sh"))
        << "cd " + folder() +
               "\nip link add veth0 type veth peer name veth1 || exit 9\n"
               "ip link set veth0 up; ip link set veth1 up; truncate -s 8M disk\n" +
               bin + "aoe-target 7 3 veth1 disk >/dev/null & target=$!\n" + bin +
               "aoe-conform -q --iface veth0 --shelf 7 --record runs -o json=live.jsonl " +
               GetParam() + " 2>err >out\nstatus=$?; kill $target; exit $status\n";
    const std::string command = "unshare --map-root-user --net sh " + path("wire.sh");
    const int status = WEXITSTATUS(std::system(command.c_str()));
    EXPECT_EQ(status, 0) << text_of(path("err"));
    run_from_record(status);
}

INSTANTIATE_TEST_SUITE_P(, FromTheWire, testing::Values("", "--slot 3 --allow all"),
                         [](const auto& each) {
                             return std::string(*each.param == 0 ? "DoorsShut" : "DoorsOpen");
                         });

TEST_F(FromLive, WhatDoesNotGoWithItIsOneSentence) {
    const std::string plain = AOE_SOURCE_DIR "/captures/vblade/discovery.pcap";
    const std::string kept = AOE_SOURCE_DIR "/captures/recordings/vblade-25.pcapng";
    std::ofstream(path("cut.pcapng")) << text_of(kept).substr(0, 30001);
    std::ofstream(path("text")) << "no capture at all";
    std::filesystem::create_directory(path("empty"));
    const std::vector<std::pair<Words, const char*>> rows{
        {{plain}, "is no recording of a run: other captures are for 'aoe-conform judge'"},
        {{path("cut.pcapng")}, "is cut after packet"},
        {{path("text")}, "is no capture"},
        {{path("empty")}, "has no recording"},
        {{path("nowhere")}, "nowhere"},
        {{kept, "--iface", "veth0"}, "--iface does not go with --from"},
        {{kept, "--start", "x"}, "--start does not go with --from"},
        {{kept, "--allow", "all"}, "--allow does not go with --from"},
        {{kept, "-j", "2"}, "--jobs does not go with --from"},
        {{kept, "--seed", "2"}, "--seed without --shuffle does not go with --from"},
        {{kept, "--record", path("more")}, "--record does not go with --from"}};
    for (auto [words, says] : rows) {
        words.insert(words.begin(), "--from");
        EXPECT_EQ(run(words), 2) << says;
        const std::string said = text_of(path("err"));
        EXPECT_THAT(said, HasSubstr(says));
        EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
    }
    EXPECT_EQ(run({"--from", kept, "--tests", "rel.*"}), 2) << "the file has none of these";
    EXPECT_THAT(text_of(path("err")), HasSubstr("stale"));
    EXPECT_EQ(run({"--from", kept, "--tests", "rel.*,cfg.read.*"}), 1);
    EXPECT_THAT(text_of(path("out")), HasSubstr(" stale)"));
}

}  // namespace
}  // namespace aoe::conformance
