// SPDX-License-Identifier: MIT
// Runs as people start them: every exit status by a real run, options in all combinations, orders,
// workers, pauses, and what is left of them when they are interrupted or killed.
#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include <sys/stat.h>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/shell_test.h"
#include "wire/net_test.h"
#include "wire/private_network.h"

namespace aoe::conformance {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing_cli::text_of;

using Words = std::vector<std::string>;

struct Ended {
    int status = -1;
    std::string out{}, err{};
};

struct Verdicts {
    std::vector<std::string> lines;  // "cfg.read.answered pass" in the order of the report.
    nlohmann::json parameters;
};

Verdicts verdicts_of(const std::filesystem::path& results) {
    Verdicts verdicts;
    std::ifstream in(results);
    for (std::string line; std::getline(in, line);) {
        const auto json = nlohmann::json::parse(line);
        if (json.at("type") == "run") verdicts.parameters = json.at("parameters");
        if (json.at("type") != "case") continue;
        verdicts.lines.push_back(json.at("id").get<std::string>() + " " +
                                 json.at("verdict").get<std::string>());
    }
    return verdicts;
}

// A folder of its own for each test, with the target under a name that nobody else has.
class RunLive : public testing_link::NetTest {
protected:
    RunLive() {
        std::filesystem::create_symlink(AOE_BINARY_DIR "/bin/aoe-target", folder_ / "target");
    }

    std::string target() const { return folder_ / "target {shelf} {slot} {iface} {file}"; }
    std::string file(const char* name, const std::string& text = {}) const {
        if (!text.empty()) std::ofstream(folder_ / name) << text;
        return folder_ / name;
    }

    pid_t begin(Words words, const char* input = "/dev/null") const {
        words.insert(words.begin(), AOE_BINARY_DIR "/bin/aoe-conform");
        const pid_t pid = ::fork();
        if (pid != 0) return pid;
        constexpr int for_all = 0600;
        ::dup2(::open(input, O_RDONLY), STDIN_FILENO);
        ::dup2(::open((folder_ / "out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, for_all),
               STDOUT_FILENO);
        ::dup2(::open((folder_ / "err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, for_all),
               STDERR_FILENO);
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    Ended end(pid_t pid) const {
        int status = 0;
        ::waitpid(pid, &status, 0);
        return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                .out = text_of(folder_ / "out"),
                .err = text_of(folder_ / "err")};
    }
    Ended run(const Words& words, const char* input = "/dev/null") const {
        return end(begin(words, input));
    }
    Ended start(Words words, const char* input = "/dev/null") const {
        words.insert(words.begin(), {"--start", target()});
        return run(words, input);
    }

    // How many processes run that target, or a shell that does.
    std::size_t targets() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            if (entry.path().filename().string().find_first_not_of("0123456789") !=
                std::string::npos) {
                continue;
            }
            const std::string line = text_of(entry.path() / "cmdline");
            if (line.find("aoe-conform") != std::string::npos) continue;
            if (line.find((folder_ / "target").string()) != std::string::npos) ++count;
        }
        return count;
    }
    bool wait_for_targets(const std::function<bool(std::size_t)>& enough) const {
        constexpr int tries = 3000;
        for (int i = 0; i < tries; ++i) {
            if (enough(targets())) return true;
            ::usleep(10000);
        }
        return false;
    }
    static std::vector<pid_t> children(pid_t pid) {
        const std::string name = std::to_string(pid);
        std::istringstream text(text_of("/proc/" + name + "/task/" + name + "/children"));
        std::vector<pid_t> pids;
        for (pid_t child = 0; text >> child;) pids.push_back(child);
        return pids;
    }

    testing_cli::Folder folder_;
};

TEST_F(RunLive, EveryExitStatusByARealRun) {
    const std::string stale = file("stale", "cfg.read.answered xfail \"x\" \"was broken\"\n");
    const std::string skips = file("skips", "cfg.read.answered xskip \"hangs\"\n");
    const std::string one = "cfg.read.answered";
    struct Row {
        int status;
        Words words;
        const char* says;
    };
    const std::vector<Row> rows{
        {0, {"--tests", one}, "1 case: 1 pass"},
        {0, {"--tests", one, "-j", "2"}, "1 case: 1 pass"},
        {0, {"--tests", one, "--until-fail", "--repeat", "3"}, "3 cases: 3 pass"},
        {1, {"--tests", one, "--repeat", "1000000", "--max-time", "0.2"}, "the time was over"},
        {2, {"--tests", one, "--expect", skips}, "nothing was judged"},
        {2, {"--tests", one, "--max-time", "0.000000001"}, "the time was over"},
        {2, {"--tests", "nosuch"}, "'nosuch' matches no case"},
        {2, {"--tests", one, "--skip", one}, "leave no case"},
        {2, {"--as-of", "0.0"}, "there are 0.1"},
        {2, {"--pause", "nosuch"}, "'nosuch' matches no case"},
        {2, {"--tests", one, "--pause", "cfg.set.*"}, "among those to run"},
        {2, {"-j", "2", "--pause", one}, "needs -j 1"},
        {2, {"-j", "2", "--stop", "true"}, "needs -j 1"},
        {2, {"-j", "2", "--record", file("record")}, "needs -j 1"},
        {2, {"--update-expect"}, "--expect"},
        {4, {"--tests", one, "-o", "json=/dev/full"}, "could not be written whole"},
        {5, {"--tests", one, "--expect", stale}, "passed, but line 1"}};
    for (const Row& row : rows) {
        const Ended ended = start(row.words);
        EXPECT_EQ(ended.status, row.status) << row.says << "\n" << ended.out << ended.err;
        EXPECT_THAT(ended.out + ended.err, HasSubstr(row.says));
    }
    for (const char* jobs : {"1", "2"}) {
        const Ended lost = run({"--start", "echo no disk; exit 7", "-j", jobs});
        EXPECT_EQ(lost.status, 3) << lost.out;
        EXPECT_THAT(lost.err, AllOf(HasSubstr("status 7"), HasSubstr("no disk")));
        const Ended wrong = run({"--start", "target {disk}", "-j", jobs});
        EXPECT_EQ(wrong.status, 2) << wrong.out;
        EXPECT_THAT(wrong.err, HasSubstr("{disk}"));
    }
    const Ended slot = run({"-i", "veth0", "--shelf", "0", "--slot", "0", "-j", "2"});
    EXPECT_EQ(slot.status, 2);
    EXPECT_THAT(slot.err, HasSubstr("-j needs several slots"));
}

TEST_F(RunLive, NoOptionsMakeARunOfNothingGreen) {
    const std::string skips = file("skips", "cfg.read.answered xskip \"hangs\"\n");
    const std::string none = file("none", "# nothing\n");
    const std::vector<Words> each_of_these[]{
        {{"--tests", "cfg.read.answered"}, {"--tests", "cfg.read.answered,cfg.set.stored"}},
        {{}, {"--skip", "cfg.set.*"}},
        {{"--expect", skips}, {"--expect", none}},
        {{}, {"--max-time", "0.000000001"}},
        {{}, {"--shuffle", "--repeat", "2"}, {"--until-fail", "--repeat", "2", "-j", "2"}}};
    std::vector<Words> all{{}};
    for (const std::vector<Words>& choices : each_of_these) {
        std::vector<Words> longer;
        for (const Words& words : all) {
            for (const Words& choice : choices) {
                longer.push_back(words);
                longer.back().insert(longer.back().end(), choice.begin(), choice.end());
            }
        }
        all = longer;
    }
    const std::string results = file("results.jsonl");
    std::size_t green = 0;
    for (Words words : all) {
        std::filesystem::remove(results);
        words.insert(words.end(), {"-o", "json=" + results});
        const Ended ended = start(words);
        if (ended.status != 0) continue;
        ++green;
        std::size_t judged = 0;
        for (const std::string& line : verdicts_of(results).lines) {
            if (!line.ends_with(" skip")) ++judged;
        }
        std::string command;
        for (const std::string& word : words) command += " " + word;
        EXPECT_GT(judged, 0U) << command << "\n" << ended.out << ended.err;
    }
    EXPECT_GT(green, 5U);
    EXPECT_LT(green, all.size());
}

TEST_F(RunLive, AShuffledRunSaysItsSeedAndTheSeedGivesItAgain) {
    const std::string first = file("first.jsonl"), second = file("second.jsonl");
    const Ended ended = start({"--tests", "cfg.*", "--shuffle", "-o", "json=" + first});
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
    const Verdicts shuffled = verdicts_of(first);
    const std::string seed = shuffled.parameters.at("seed");
    EXPECT_EQ(shuffled.parameters.at("shuffle"), "yes");
    EXPECT_THAT(ended.out, HasSubstr("--shuffle --seed " + seed));
    EXPECT_EQ(
        start({"--tests", "cfg.*", "--shuffle", "--seed", seed, "-o", "json=" + second}).status, 0);
    EXPECT_EQ(verdicts_of(second).lines, shuffled.lines);
    EXPECT_EQ(start({"--tests", "cfg.*", "--seed", seed, "-o", "json=" + second}).status, 0);
    auto usual = verdicts_of(second).lines, sorted = shuffled.lines;
    EXPECT_NE(usual, sorted);
    std::sort(usual.begin(), usual.end());
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(usual, sorted);
}

TEST_F(RunLive, WorkersTogetherReportWhatOneWould) {
    const std::string alone = file("alone.jsonl"), shared = file("shared.jsonl");
    ASSERT_EQ(start({"-o", "json=" + alone}).status, 0);
    for (const char* jobs : {"2", "8"}) {
        const Ended ended = start({"-j", jobs, "-o", "json=" + shared});
        EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
        EXPECT_EQ(verdicts_of(shared).lines, verdicts_of(alone).lines);
        EXPECT_EQ(verdicts_of(shared).parameters.at("jobs"), jobs);
    }
    EXPECT_EQ(targets(), 0U);
}

TEST_F(RunLive, WorkersShareTheSlotsOfAShelf) {
    add_veth_pair("veth0", "veth1", 1500);
    const std::string disk = file("disk", std::string(1 << 20, '\0'));
    std::vector<pid_t> pids;
    for (const char* slot : {"0", "1", "2"}) {
        pids.push_back(::fork());
        if (pids.back() != 0) continue;
        ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
        ::execl((folder_ / "target").c_str(), "target", "0", slot, "veth1", disk.c_str(), nullptr);
        ::_exit(127);
    }
    const std::string results = file("results.jsonl"), expected = file("expected.jsonl");
    // All three are there once each is found.
    Ended alone;
    for (int tries = 0; tries < 100; ++tries) {
        alone = run({"-i", "veth0", "--shelf", "0", "--tests", "cfg.*", "-o", "json=" + expected});
        if (alone.out.find("e0.2 at") != std::string::npos &&
            alone.out.find("e0.0 at") != std::string::npos &&
            alone.out.find("e0.1 at") != std::string::npos) {
            break;
        }
    }
    const Ended ended = run(
        {"-i", "veth0", "--shelf", "0", "--tests", "cfg.*", "-j", "2", "-o", "json=" + results});
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
    EXPECT_EQ(verdicts_of(results).lines, verdicts_of(expected).lines);
    EXPECT_EQ(verdicts_of(results).lines.size() % 3, 0U);
    for (const pid_t pid : pids) {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
    }
}

TEST_F(RunLive, APauseSaysWhereItIsAndDoesNotCountAgainstTheTime) {
    const std::string fifo = file("fifo");
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    const pid_t pid = begin({"--start", target(), "--tests", "cfg.read.*", "--pause",
                             "cfg.read.answered", "--max-time", "30"},
                            fifo.c_str());
    const int keyboard = ::open(fifo.c_str(), O_WRONLY);
    while (text_of(folder_ / "err").find("Enter goes on") == std::string::npos) ::usleep(1000);
    const std::string said = text_of(folder_ / "err");
    EXPECT_THAT(said, AllOf(HasSubstr("before cfg.read.answered"), HasSubstr("process is ")));
    const pid_t told = std::stoi(said.substr(said.find("process is ") + 11));
    EXPECT_THAT(text_of("/proc/" + std::to_string(told) + "/cmdline"),
                HasSubstr((folder_ / "target").string()));
    EXPECT_EQ(::write(keyboard, "\n", 1), 1);
    ::close(keyboard);
    const Ended ended = end(pid);
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;

    // The end of the input goes on, each time.
    const Ended twice = start({"--tests", "cfg.read.answered", "--pause", "*", "--repeat", "2"});
    EXPECT_EQ(twice.status, 0) << twice.out << twice.err;
    EXPECT_EQ(std::count(twice.err.begin(), twice.err.end(), '\n'), 2) << twice.err;
}

TEST_F(RunLive, AnInterruptLeavesNobodyBehind) {
    for (const char* jobs : {"1", "4"}) {
        const std::size_t wanted = jobs[0] == '1' ? 1 : 4;
        const pid_t pid = begin({"--start", target(), "--repeat", "1000000", "-j", jobs});
        ASSERT_TRUE(wait_for_targets([&](std::size_t count) { return count >= wanted; }));
        ::kill(pid, SIGINT);
        const Ended ended = end(pid);
        EXPECT_EQ(ended.status, 130) << ended.out << ended.err;
        EXPECT_THAT(ended.err, HasSubstr("interrupted before "));
        EXPECT_EQ(targets(), 0U) << "-j " << jobs;
    }
}

TEST_F(RunLive, AKilledWorkerIsStatus4AndTheOthersGoOn) {
    const pid_t pid = begin({"--start", target(), "--repeat", "20", "--tests", "cfg.*", "-j", "3"});
    ASSERT_TRUE(wait_for_targets([](std::size_t count) { return count >= 3; }));
    const auto workers = children(pid);
    ASSERT_EQ(workers.size(), 3U);
    ::kill(workers[1], SIGKILL);
    const Ended ended = end(pid);
    EXPECT_EQ(ended.status, 4) << ended.out << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("a worker of ours was killed by signal 9"));
    EXPECT_TRUE(wait_for_targets([](std::size_t count) { return count == 0; }));
}

TEST_F(RunLive, WorkersOfAKilledRunEndAndTheirTargetsToo) {
    const pid_t pid = begin({"--start", target(), "--repeat", "1000000", "-j", "3"});
    ASSERT_TRUE(wait_for_targets([](std::size_t count) { return count >= 3; }));
    const auto workers = children(pid);
    ::kill(pid, SIGKILL);
    EXPECT_EQ(end(pid).status, 128 + SIGKILL);
    EXPECT_TRUE(wait_for_targets([](std::size_t count) { return count == 0; }));
}

TEST_F(RunLive, UpdateExpectMakesTheNextRunGreen) {
    const std::string list = file("known",
                                  "# ours\ncfg.read.answered xfail \"x\" \"was broken\"\n"
                                  "hdr.response.set-in-replies xskip \"slow\" # why\n");
    const Words words{"--tests", "cfg.read.*", "--expect", list};
    EXPECT_EQ(start(words).status, 5);
    Words updating = words;
    updating.emplace_back("--update-expect");
    const Ended ended = start(updating);
    EXPECT_EQ(ended.status, 5) << ended.out << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("removed cfg.read.answered, which passes"));
    EXPECT_EQ(text_of(list), "# ours\nhdr.response.set-in-replies xskip \"slow\" # why\n");
    EXPECT_EQ(start(words).status, 0);

    const std::string made = file("made");
    const Ended fresh = start({"--tests", "cfg.read.*", "--expect", made, "--update-expect"});
    EXPECT_EQ(fresh.status, 0) << fresh.out << fresh.err;
    EXPECT_THAT(fresh.err, HasSubstr("nothing to update"));

    const std::string untouched = text_of(list);
    const Ended lost = run({"--start", "exit 7", "--expect", list, "--update-expect"});
    EXPECT_EQ(lost.status, 3);
    EXPECT_EQ(text_of(list), untouched);
}

}  // namespace
}  // namespace aoe::conformance
