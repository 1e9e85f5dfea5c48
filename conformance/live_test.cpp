// SPDX-License-Identifier: MIT
// The programs as their users run them, over real frames in a private network: our target, vblade,
// every exit status, what a default run sends, and a target that dies.
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <regex>
#include <signal.h>
#include <unistd.h>

#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/shell_test.h"
#include "conformance/lab/launcher.h"
#include "wire/ata.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/mask.h"
#include "wire/net_test.h"
#include "wire/packet_link.h"
#include "wire/private_network.h"
#include "wire/reserve.h"

namespace aoe::conformance {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing_link::is_required;

const std::string bin = AOE_BINARY_DIR "/bin/";
const std::string our_target = bin + "aoe-target {shelf} {slot} {iface} {file}";
// With everything that both take of the laboratory.
const std::string in_all_ways = " {ro:-r} {accept:-m {mac}} {shelf} {slot} {iface} {file}";

struct Ended {
    int status = -1;
    std::string out{}, err{};
};

// Runs a program to its end; `meanwhile` is called over and over until then.
Ended run(
    const std::vector<std::string>& words, const std::function<void()>& meanwhile = [] {}) {
    std::string out_name = testing::TempDir() + "out-XXXXXX";
    std::string err_name = testing::TempDir() + "err-XXXXXX";
    const int out = ::mkstemp(out_name.data());
    const int err = ::mkstemp(err_name.data());
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::dup2(out, STDOUT_FILENO);
        ::dup2(err, STDERR_FILENO);
        std::vector<char*> arguments;
        for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    int status = 0;
    while (::waitpid(pid, &status, WNOHANG) == 0) {
        meanwhile();
        ::usleep(500);
    }
    Ended ended{.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
    for (auto& [name, text] : {std::pair<std::string&, std::string&>{out_name, ended.out},
                               std::pair<std::string&, std::string&>{err_name, ended.err}}) {
        std::ifstream file(name);
        text.assign(std::istreambuf_iterator<char>(file), {});
        std::filesystem::remove(name);
    }
    ::close(out);
    ::close(err);
    return ended;
}

Ended conform(
    std::vector<std::string> words, const std::function<void()>& meanwhile = [] {}) {
    words.insert(words.begin(), bin + "aoe-conform");
    return run(words, meanwhile);
}

// The same as an ordinary user, with copies of the programs that such a user may read.
class Unprivileged {
public:
    Unprivileged() {
        for (const char* program : {"aoe-conform", "aoe-target"}) {
            std::filesystem::copy(bin + program, folder_ / program);
        }
        std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
    }

    std::string program(const char* name) const { return folder_ / name; }
    Ended conform(std::vector<std::string> words) const {
        words.insert(words.begin(), program("aoe-conform"));
        if (::geteuid() == 0) {
            words.insert(words.begin(), {"setpriv", "--reuid=65534", "--regid=65534",
                                         "--clear-groups", "--inh-caps=-all", "--"});
        }
        return run(words);
    }

private:
    testing_cli::Folder folder_;
};

bool installed(const std::string& program) {
    return run({"sh", "-c", "command -v " + program}).status == 0;
}

// What a default run may send, read with the target's codec and not with the guard's own eyes.
std::string door_of(Bytes bytes, const Mac& ours) {
    const auto frame = FrameView::parse(bytes);
    if (!frame) return std::string(sentence(frame.error()));
    const Header header = frame->header();
    if (header.source != ours) return "a source that is not ours";
    if ((header.flags & header_flag::response) != 0) return "a response";
    if (const auto ata = AtaView::parse(frame->argument()); header.command == command::ata && ata) {
        const AtaRegisters registers = ata->registers();
        if (addressing(registers.command_status).transfer == AtaTransfer::write) return "a write";
        const bool known = addressing(registers.command_status).transfer == AtaTransfer::read ||
                           registers.command_status == ata_command::identify_device ||
                           registers.command_status == ata_command::flush_cache ||
                           registers.command_status == ata_command::flush_cache_ext ||
                           registers.command_status == ata_command::check_power_mode;
        return known && (registers.flags & ata_flag::write) == 0 ? "" : "an odd ATA command";
    }
    if (const auto view = ConfigView::parse(frame->argument());
        header.command == command::config && view) {
        if (!view->string()) return "a length that lies";
        return view->fields().command <= config_command::test_prefix ? "" : "a config change";
    }
    if (const auto view = MaskView::parse(frame->argument());
        header.command == command::mac_mask && view) {
        if (!view->directives()) return "a count that lies";
        return view->fields().command == mask_command::read ? "" : "a mask edit";
    }
    if (const auto view = ReserveView::parse(frame->argument());
        header.command == command::reserve && view) {
        if (!view->macs()) return "a count that lies";
        return view->fields().command == reserve_command::read ? "" : "a reservation";
    }
    return "a truncated argument or an unknown command";
}

class Live : public testing_link::NetTest {
protected:
    static void SetUpTestSuite() {
        if (!testing_link::why_no_private_network().empty()) return;
        testing_link::remove_interface("veth0");  // Of another suite that is derived of this one.
        add_veth_pair("veth0", "veth1", 1500);
    }
    void TearDown() override { end_target(); }

    // aoe-target on veth1, already serving.
    void start_target(const std::vector<std::string>& options = {}) {
        static const ScratchDisk disk(std::uint64_t{8} << 20);
        std::vector<std::string> words{bin + "aoe-target"};
        words.insert(words.end(), options.begin(), options.end());
        words.insert(words.end(), {"0", "0", "veth1", disk.path()});
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        target_ = ::fork();
        if (target_ == 0) {
            ::dup2(ends[1], STDOUT_FILENO);
            std::vector<char*> arguments;
            for (std::string& word : words) arguments.push_back(word.data());
            arguments.push_back(nullptr);
            ::execv(arguments[0], arguments.data());
            ::_exit(127);
        }
        ::close(ends[1]);
        char first = 0;
        ASSERT_EQ(::read(ends[0], &first, 1), 1) << "aoe-target did not say that it serves";
        ::close(ends[0]);
    }
    void end_target() {
        if (target_ <= 0) return;
        ::kill(target_, SIGKILL);
        ::waitpid(target_, nullptr, 0);
        target_ = -1;
    }

    pid_t target_ = -1;
};

TEST_F(Live, TheBundledTargetIsGreenUnderStrict) {
    for (const std::string mtu : {"1500", "9000"}) {
        const Ended ended = conform({"--iface", "veth0", "--shelf", "0", "--start",
                                     bin + "aoe-target" + in_all_ways, "--strict", "--mtu", mtu});
        EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
        EXPECT_THAT(ended.out, HasSubstr(" requirements judged in "));
        EXPECT_THAT(ended.out, HasSubstr(" info, 0 fail"));
    }
}

TEST_F(Live, VbladeDoesWhatItsExpectationsSay) {
    if (!installed("vblade")) {
        if (is_required("net")) FAIL() << "vblade is not installed";
        GTEST_SKIP() << "vblade is not installed";
    }
    const Ended ended = conform({"--start", "vblade" + in_all_ways, "--strict", "--expect",
                                 AOE_SOURCE_DIR "/conformance/expectations/vblade-25.expect"});
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
}

TEST_F(Live, StartWorksWithoutRights) {
    const Unprivileged user;
    const Ended ended = user.conform({"--start", user.program("aoe-target") + in_all_ways});
    if (ended.err.find("a private network needs root") != std::string::npos &&
        !is_required("net")) {
        GTEST_SKIP() << ended.err;
    }
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
}

TEST_F(Live, PipedOutputHasNeitherEscapesNorCarriageReturns) {
    const Ended ended = conform({"--start", our_target, "--tests", "hdr.*", "-v"});
    EXPECT_THAT(ended.out, Not(HasSubstr("\x1b")));
    EXPECT_THAT(ended.out, Not(HasSubstr("\r")));
}

TEST_F(Live, ADefaultRunSendsNothingThatNeedsADoor) {
    start_target();
    const LinkPtr outside = open_packet_link({.interface = "veth1", .see_everything = true});
    const LinkPtr tester = open_packet_link({.interface = "veth0"});
    std::size_t frames = 0;
    const auto watch = [&] {
        for (const ReceivedFrame& frame : outside->receive(64)) {
            ++frames;
            EXPECT_EQ(door_of(frame.bytes, tester->mac()), "");
            outside->release(frame);
        }
    };
    const Ended ended = conform({"--iface", "veth0", "--shelf", "0", "--slot", "0"}, watch);
    watch();
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
    EXPECT_GT(frames, 50U);
}

TEST_F(Live, JsonLinesAreARunTargetsCasesAndASummary) {
    const std::string file =
        testing::TempDir() + "results-" + std::to_string(::getpid()) + ".jsonl";
    const Ended ended = conform({"--start", our_target, "-o", "json=" + file});
    ASSERT_EQ(ended.status, 0) << ended.out << ended.err;
    std::ifstream in(file);
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(nlohmann::json::parse(line));
    std::filesystem::remove(file);
    ASSERT_GT(lines.size(), 100U);
    EXPECT_EQ(lines.front().at("type"), "run");
    EXPECT_EQ(lines.front().at("schema"), 1);
    EXPECT_TRUE(lines.front().at("parameters").contains("seed"));
    EXPECT_EQ(lines[1].at("type"), "target");
    for (std::size_t i = 2; i + 1 < lines.size(); ++i) {
        for (const char* key : {"id", "requirements", "level", "verdict", "summary", "target"}) {
            EXPECT_TRUE(lines[i].contains(key)) << lines[i];
        }
        EXPECT_EQ(lines[i].contains("reason"), lines[i].at("verdict") != "pass") << lines[i];
    }
    EXPECT_EQ(lines.back().at("type"), "summary");
    EXPECT_EQ(lines.back().at("exit_status"), 0);
    EXPECT_EQ(lines.back().at("cases"), lines.size() - 3);
}

TEST_F(Live, AReportThatCannotBeWrittenIsStatus4) {
    const Ended ended = conform({"--start", our_target, "-o", "json=/dev/full"});
    EXPECT_EQ(ended.status, 4) << ended.out;
    EXPECT_THAT(ended.err, HasSubstr("/dev/full could not be written whole"));
}

TEST_F(Live, WithoutASlotEverySlotIsJudged) {
    start_target();
    const Ended ended = conform({"--iface", "veth0", "--shelf", "0", "--tests", "cfg.*"});
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
    EXPECT_THAT(ended.out, HasSubstr("e0.0 at "));
}

TEST_F(Live, UsageErrorsEndWithStatus2AndOneSentence) {
    const auto sentence = [](const std::vector<std::string>& words) {
        const Ended ended = conform(words);
        EXPECT_EQ(ended.status, 2) << ended.out << ended.err;
        EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
        return ended.err;
    };
    EXPECT_THAT(sentence({}), AllOf(HasSubstr("--iface is missing"), HasSubstr("veth0")));
    EXPECT_THAT(sentence({"--iface", "veth0"}), HasSubstr("--shelf is missing"));
    EXPECT_THAT(sentence({"--shelf", "0"}), HasSubstr("--iface is missing"));
    EXPECT_THAT(sentence({"--iface", "nosuch", "--shelf", "0"}),
                AllOf(HasSubstr("nosuch"), HasSubstr("veth0"), HasSubstr("veth1")));
    EXPECT_THAT(sentence({"--iface", "lo", "--shelf", "0"}), HasSubstr("lo"));
    EXPECT_THAT(sentence({"--iface", "veth0", "--shelf", "0", "--tests", "nosuch"}),
                HasSubstr("'nosuch' matches no case"));
    EXPECT_THAT(sentence({"--iface", "veth0", "--shelf", "0", "--allow", "write"}),
                HasSubstr("--allow needs --slot"));
    EXPECT_THAT(sentence({"--iface", "veth0", "--shelf", "0", "--slot", "0", "--allow", "doors"}),
                HasSubstr("'doors'"));
    EXPECT_THAT(sentence({"--iface", "veth0", "--shelf", "x"}), HasSubstr("--shelf"));
    EXPECT_THAT(sentence({"--frobnicate"}), HasSubstr("--frobnicate"));
    EXPECT_THAT(sentence({"--iface", "veth0", "--shelf", "0", "--scratch", "12"}),
                HasSubstr("FIRST:COUNT"));
    EXPECT_THAT(sentence({"--iface", "veth0", "--shelf", "0", "--expect", "/nosuch"}),
                HasSubstr("/nosuch"));
    EXPECT_THAT(sentence({"--iface", "veth0", "--shelf", "0", "-o", "json=/nosuch/x"}),
                HasSubstr("/nosuch/x"));
    EXPECT_THAT(sentence({"--start", "vblade {disk}"}), HasSubstr("{disk}"));
    EXPECT_THAT(sentence({"restore", "/nosuch"}), HasSubstr("/nosuch"));
}

TEST_F(Live, NoRightToOpenTheInterfaceIsStatus2WithTheCommandThatGrantsIt) {
    const Unprivileged user;
    const Ended ended = user.conform({"--iface", "veth0", "--shelf", "0"});
    EXPECT_EQ(ended.status, 2) << ended.out << ended.err;
    EXPECT_THAT(ended.err, AllOf(HasSubstr("setcap cap_net_raw"), HasSubstr("aoe-conform")));
}

TEST_F(Live, NothingJudgedIsStatus2AndNamesTheDoor) {
    start_target();
    const Ended ended =
        conform({"--iface", "veth0", "--shelf", "0", "--tests", "cfg.set.refused-when-present"});
    EXPECT_EQ(ended.status, 2) << ended.out << ended.err;
    EXPECT_THAT(ended.out, HasSubstr("--allow=config"));
}

TEST_F(Live, NobodyThereIsStatus3) {
    const Ended ended = conform({"--iface", "veth0", "--shelf", "9", "--timeout", "0.1"});
    EXPECT_EQ(ended.status, 3) << ended.out << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("nobody answers for shelf 9"));
}

TEST_F(Live, ATargetThatDoesNotStartIsStatus3WithItsWords) {
    const Ended ended = conform({"--start", "echo cannot find my disk >&2; exit 7"});
    EXPECT_EQ(ended.status, 3);
    EXPECT_THAT(ended.err, AllOf(HasSubstr("status 7"), HasSubstr("cannot find my disk")));
}

TEST_F(Live, ATargetKilledHalfWayIsStatus3WithTheCaseToBlame) {
    start_target();
    const LinkPtr outside = open_packet_link({.interface = "veth1", .see_everything = true});
    std::size_t frames = 0;
    const Ended ended =
        conform({"--iface", "veth0", "--shelf", "0", "--slot", "0", "--timeout", "0.1"}, [&] {
            for (const ReceivedFrame& frame : outside->receive(64)) {
                ++frames;
                outside->release(frame);
            }
            if (frames > 30) end_target();
        });
    EXPECT_EQ(ended.status, 3) << ended.out << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("the case to blame is "));
}

TEST_F(Live, AStartedTargetThatDiesIsBlamedAndStartedAgain) {
    // Dies a moment after each start, in the middle of a run that goes on for longer.
    const Ended ended =
        conform({"--start", our_target + " & t=$!; sleep 0.8; kill -SEGV $t; wait $t", "--timeout",
                 "0.1", "--repeat", "1000000", "--max-time", "2", "--tests", "cfg.read*"});
    EXPECT_EQ(ended.status, 1) << ended.out << ended.err;
    EXPECT_THAT(ended.out, HasSubstr("after this case the target"));
    EXPECT_THAT(ended.err, Not(HasSubstr("lost")));
}

class WithJournal : public Live {
protected:
    WithJournal() { std::filesystem::remove(journal_); }
    ~WithJournal() override { std::filesystem::remove(journal_); }

    // A run that changes the config string over and over.
    pid_t start_long_run() const {
        std::vector<std::string> words{bin + "aoe-conform",
                                       "--iface",
                                       "veth0",
                                       "--shelf",
                                       "0",
                                       "--slot",
                                       "0",
                                       "--allow",
                                       "all",
                                       "--journal",
                                       journal_,
                                       "--repeat",
                                       "1000000",
                                       "--tests",
                                       "cfg.set.*"};
        const pid_t pid = ::fork();
        if (pid != 0) return pid;
        const int null = ::open("/dev/null", O_WRONLY);
        ::dup2(null, STDOUT_FILENO);
        ::dup2(null, STDERR_FILENO);
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }

    const std::string journal_ =
        testing::TempDir() + "live-" + std::to_string(::getpid()) + ".journal";
};

TEST_F(WithJournal, AnInterruptedRunPutsBackWhatItChanged) {
    start_target();
    const pid_t pid = start_long_run();
    while (!std::filesystem::exists(journal_)) ::usleep(1000);
    ::usleep(20000);
    ::kill(pid, SIGINT);
    int status = 0;
    ::waitpid(pid, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 130);
    EXPECT_FALSE(std::filesystem::exists(journal_));
    // Refused, were a config string left.
    const Ended after = conform({"--iface", "veth0", "--shelf", "0", "--slot", "0", "--allow",
                                 "config", "--tests", "cfg.*", "--journal", journal_});
    EXPECT_EQ(after.status, 0) << after.out << after.err;
}

TEST_F(WithJournal, AKilledRunIsUndoneByRestore) {
    start_target();
    // Killed once the journal is there and something was changed.
    const LinkPtr outside = open_packet_link({.interface = "veth1", .see_everything = true});
    const pid_t pid = start_long_run();
    bool changed = false;
    while (!changed) {
        for (const ReceivedFrame& frame : outside->receive(64)) {
            const auto ccmd =
                frame.bytes.size() > 31 ? frame.bytes[29] & std::byte{15} : std::byte{};
            changed = changed || (frame.bytes[19] == std::byte{1} && ccmd == std::byte{4} &&
                                  frame.bytes[31] != std::byte{});
            outside->release(frame);
        }
        ASSERT_EQ(::waitpid(pid, nullptr, WNOHANG), 0) << "the run ended before it was killed";
    }
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    ASSERT_TRUE(std::filesystem::exists(journal_));

    const Ended again = conform({"--iface", "veth0", "--shelf", "0", "--slot", "0", "--allow",
                                 "config", "--force", "--journal", journal_});
    EXPECT_EQ(again.status, 2) << again.out;
    EXPECT_THAT(again.err, HasSubstr("aoe-conform restore " + journal_));

    const Ended restored = conform({"restore", journal_});
    EXPECT_EQ(restored.status, 0) << restored.err;
    EXPECT_THAT(restored.out, HasSubstr("e0.0 is as it was"));
    EXPECT_FALSE(std::filesystem::exists(journal_));
    const Ended read = conform({"--iface", "veth0", "--shelf", "0", "--slot", "0", "--allow",
                                "config", "--tests", "cfg.*", "--journal", journal_});
    EXPECT_EQ(read.status, 0) << "a config string was left behind: " << read.out << read.err;
}

TEST_F(WithJournal, ARunWithEveryDoorLeavesTheTargetAsItWas) {
    start_target();
    const Ended ended = conform({"--iface", "veth0", "--shelf", "0", "--slot", "0", "--allow",
                                 "all", "--strict", "--journal", journal_});
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
    EXPECT_FALSE(std::filesystem::exists(journal_));
}

// The codes of what was skipped, by case.
std::map<std::string, std::string> skips(const std::vector<std::string>& words) {
    const std::string file = testing::TempDir() + "skips-" + std::to_string(::getpid()) + ".jsonl";
    std::vector<std::string> all{"-o", "json=" + file};
    all.insert(all.end(), words.begin(), words.end());
    const Ended ended = conform(all);
    std::map<std::string, std::string> codes;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        const auto json = nlohmann::json::parse(line);
        if (json.value("verdict", "") == "skip") codes[json.at("id")] = json.at("code");
    }
    std::filesystem::remove(file);
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
    return codes;
}

class LabTest : public Live {};

TEST_F(LabTest, OfTheBundledTargetOnlySoaksAndTheSecondInterfaceAreLeft) {
    const auto codes = skips({"--start", bin + "aoe-target" + in_all_ways});
    EXPECT_THAT(codes, testing::Each(testing::Pair(
                           testing::_, testing::AnyOf("need-soak", "need-second-interface"))));
    EXPECT_EQ(codes.size(), 5U);
}

TEST_F(LabTest, WhatACommandDoesNotOfferIsSkippedByItsCode) {
    const auto codes = skips({"--start", our_target, "--tests", "AOE-ATA-40,AOE-ANN-*"});
    EXPECT_THAT(codes, testing::UnorderedElementsAre(
                           testing::Pair("ata.read-only.refuses-writes", "need-read-only"),
                           testing::Pair("ann.access-list.unicast", "need-access-list")));
}

TEST_F(LabTest, ASoakIsJudgedWhenThereIsTime) {
    const auto codes =
        skips({"--start", our_target, "--soak=1", "--tests", "*.soak.*,rel.flood.*"});
    EXPECT_THAT(codes, testing::IsEmpty());
}

TEST_F(LabTest, ATwinThatDoesNotStartSkipsItsCasesWithItsWords) {
    const Ended ended = conform(
        {"--start", "test {slot} = 0 || {{ echo one is enough >&2; exit 3; }}; " + our_target,
         "--tests", "hdr.twin.wildcard,AOE-CFG-01", "-v"});
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
    EXPECT_THAT(ended.out, AllOf(HasSubstr("skip  hdr.twin.wildcard"), HasSubstr("status 3"),
                                 HasSubstr("one is enough")));
}

TEST_F(LabTest, ASecondInterfaceIsThereForWhoAsksForIt) {
    // Two processes for one disk: whoever reserves it with one has not reserved it with the other.
    const Ended ended = conform(
        {"--start", our_target + " & " + bin + "aoe-target {shelf} {slot} {iface2} {file} & wait",
         "--tests", "AOE-REL-10,hdr.second-interface.*,AOE-RES-22", "-v"});
    EXPECT_EQ(ended.status, 1) << ended.out << ended.err;
    EXPECT_THAT(ended.out, AllOf(HasSubstr("pass  rel.second-interface.same-disk"),
                                 HasSubstr("pass  hdr.second-interface.reply-stays"),
                                 HasSubstr("fail  e258.0 res.second-interface.same-holder")));
}

}  // namespace
}  // namespace aoe::conformance
