// SPDX-License-Identifier: MIT
// `aoe-conform compare` with whole programs: what is here for real, the others by stand-ins that
// check what they are given, and targets that do what no target should.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <signal.h>
#include <string>
#include <unistd.h>
#include <vector>

#include <sys/stat.h>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/cli/compare_fixture.h"
#include "conformance/compare/insight.h"
#include "conformance/report/report.h"

namespace aoe::conformance {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(CompareLive, JudgesWhatIsHereAndSaysWhatToDoAboutTheRest) {
    ASSERT_EQ(run({"-j", "2"}), 0) << err();
    const Matrix all = matrix();
    ASSERT_EQ(all.columns.size(), 9U);
    const Column bundled = column(all, "bundled"), vblade = column(all, "vblade");
    EXPECT_EQ(bundled.state, State::judged);
    EXPECT_EQ(count(bundled, Verdict::fail), 0U);
    EXPECT_GT(count(bundled, Verdict::pass), 250U);
    if (vblade.state != State::missing) {
        EXPECT_EQ(vblade.state, State::judged);
        EXPECT_THAT(vblade.survival.crashes, Not(IsEmpty()));
        EXPECT_EQ(find_cell(vblade, "AOE-MASK-09")->verdict, Verdict::fail);
    }
    for (const char* name : {"ggaoed", "qaoed", "sqaoed", "kvblade", "aoeserver"}) {
        EXPECT_EQ(column(all, name).state, State::missing) << name;
        EXPECT_THAT(column(all, name).note, HasSubstr("--bin")) << name;
    }
    EXPECT_THAT(out(), AllOf(HasSubstr("vblade"), HasSubstr("not installed: build ggaoed 1.1")));
}

// Stand-ins for programs that are not packaged: each refuses what the real one would not take, and
// then lets our target do the work, with what the profile's files and options said.
constexpr const char* ggaoed_stand_in = R"sh(#!/bin/sh
[ "$1 $2 $#" = "-n -c 3" ] || exit 9
conf=$3
get() { sed -n "/^\[$1\]/,/^\[/s/^$2 = //p" "$conf"; }
[ "$(get defaults direct-io)" = false ] && [ -d "$(get defaults state-directory)" ] || exit 8
[ "$(get disk0 broadcast)" = true ] && [ -w "$(get disk0 path)" ] || exit 7
[ "$(get defaults control-socket)" = "$(get defaults state-directory)/ggaoed.sock" ] || exit 6
set --
[ "$(get disk0 read-only)" != true ] || set -- -r
[ -z "$(get disk0 accept)" ] || set -- -m "$(get acls "$(get disk0 accept)")"
exec TARGET "$@" "$(get disk0 shelf)" "$(get disk0 slot)" "$(get defaults interfaces)" \
    "$(get disk0 path)"
)sh";
constexpr const char* qaoed_stand_in = R"sh(#!/bin/sh
[ "$1 $2 $#" = "-f -c 3" ] || exit 9
grep -q "^apisocket = /.*/qaoed.sock;$" "$3" || exit 8
line=$(grep "^device { .*broadcast = on; }$" "$3") || exit 7
get() { printf '%s\n' "$line" | sed -n "s/.*[{;] $1 = \([^;]*\);.*/\1/p"; }
exec TARGET "$(get shelf)" "$(get slot)" "$(get interface)" "$(get target)"
)sh";
constexpr const char* sqaoed_stand_in = R"sh(#!/bin/sh
[ $# = 4 ] && [ -w "$2" ] && grep -q "^ *$1:" /proc/net/dev || exit 9
exec TARGET "$3" "$4" "$1" "$2"
)sh";

std::string with_target(std::string script) {
    const std::string mark = "TARGET";
    script.replace(script.rfind(mark), mark.size(), AOE_BINARY_DIR "/bin/aoe-target");
    return script;
}

class ProfileLive : public CompareLive,
                    public testing::WithParamInterface<std::pair<const char*, const char*>> {};

TEST_P(ProfileLive, StartsItsTargetAsItWantsIt) {
    const auto [name, script] = GetParam();
    const std::string program = write("target's own", with_target(script));
    const std::string plan = write("t.toml", std::string("[[target]]\nprofile = '") + name + "'\n");
    ASSERT_EQ(run({plan, "--bin", name + ("=" + program)}), 0) << out() << err();
    const Column judged = column(matrix(), name);
    EXPECT_EQ(judged.state, State::judged) << judged.note;
    EXPECT_GT(count(judged, Verdict::pass), 250U);
    EXPECT_EQ(count(judged, Verdict::fail), 0U);
}

INSTANTIATE_TEST_SUITE_P(, ProfileLive,
                         testing::Values(std::pair("ggaoed", ggaoed_stand_in),
                                         std::pair("ggaoed-0.9", ggaoed_stand_in),
                                         std::pair("qaoed", qaoed_stand_in),
                                         std::pair("sqaoed", sqaoed_stand_in)),
                         [](const auto& each) {
                             std::string name = each.param.first;
                             name.erase(std::remove_if(name.begin(), name.end(),
                                                       [](char c) { return std::isalnum(c) == 0; }),
                                        name.end());
                             return name;
                         });

// On a host of another name.
Words elsewhere() {
    Words words{"unshare", "--uts"};
    if (::geteuid() != 0) words.push_back("--map-root-user");
    words.insert(words.end(), {"sh", "-c", "hostname elsewhere && exec \"$@\"", "sh"});
    return words;
}

// The same targets, asked twice, of which once on another host: every file is the same to the byte.
TEST_F(CompareLive, SaysTheSameOfTheSame) {
    const std::string plan =
        write("t.toml",
              "[[target]]\nprofile = 'bundled'\n[[target]]\nprofile = 'vblade'\n"
              "[[target]]\nname = 'no'\ncommand = 'echo {file} {run}; exit 1'\n");
    const std::string page = folder() / "m.html", text = folder() / "m.md";
    std::vector<Words> files;
    for (int i = 0; i < 2; ++i) {
        const int status =
            run({plan, "-v", "-j", "2", "-o", "markdown=" + text, "-o", "html=" + page},
                i == 0 ? Words() : elsewhere());
        ASSERT_EQ(status, 3) << err();
        files.push_back({out(), text_of(text), text_of(page), text_of(folder() / "matrix.json")});
    }
    for (std::size_t i = 0; i < files[0].size(); ++i) EXPECT_TRUE(files[0][i] == files[1][i]) << i;
    EXPECT_THAT(column(matrix(), "no").note, HasSubstr("{file} {run}"));
    ASSERT_EQ(run({folder() / "matrix.json", "-v"}), 0) << err();
    EXPECT_EQ(text_of(folder() / "matrix.json"), files[0][3]) << "read and written again";
}

// Targets that do what no target should, and one that is as it should be.
constexpr const char* rough_targets = R"([[target]]
name = "cannot"
command = "echo no such disk; exit 3"
[[target]]
name = "silent"
command = "CHECK sleep 1000"
[[target]]
name = "dying"
command = "AOE_TARGET {shelf} {slot} {iface} {file} & sleep LIFETIME; kill -9 $!; exit 1"
[[target]]
name = "freezing"
command = "AOE_TARGET {shelf} {slot} {iface} {file} & sleep LIFETIME; kill -STOP $!; sleep 1000"
[[target]]
name = "flooding"
command = """FLOOD {iface} {run}/on & while [ ! -e {run}/on ]; do sleep 0.01; done
exec AOE_TARGET {shelf} {slot} {iface} {file}"""
[[target]]
name = "straying"
command = "setsid sleep 1000 & exec AOE_TARGET {shelf} {slot} {iface} {file}"
[[target]]
profile = "bundled"
)";
constexpr const char* flood = R"(import socket, sys, time
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind((sys.argv[1], 0))
frame = bytes.fromhex("020000000001020000000002" "88a218000102000100000000") + bytes(36)
while True:
    try:
        for _ in range(40):
            link.send(frame)
    except OSError:
        pass
    open(sys.argv[2], "w").close()
    time.sleep(0.001)
)";
// Long enough to answer, and less than the cases take; sanitizers slow both.
#ifdef __SANITIZE_ADDRESS__
constexpr const char* lifetime_s = "0.4";
#else
constexpr const char* lifetime_s = "0.1";
#endif

class RoughTargets : public CompareLive {
protected:
    std::string plan(bool with_loop) const {
        std::string text = rough_targets;
        const auto fill = [&text](const std::string& name, const std::string& value) {
            for (auto at = text.find(name); at != std::string::npos; at = text.find(name)) {
                text.replace(at, name.size(), value);
            }
        };
        fill("AOE_TARGET", AOE_BINARY_DIR "/bin/aoe-target");
        fill("LIFETIME", lifetime_s);
        fill("FLOOD", "python3 " + write("flood.py", flood).string());
        fill("CHECK", with_loop ? "test -b {loop} &&" : "");
        return write("rough.toml", text);
    }
    static bool has_loop_devices() {
        return ::geteuid() == 0 && ::access("/dev/loop-control", W_OK) == 0;
    }
};

TEST_F(RoughTargets, HaveAColumnThatSaysSoAndHarmNobody) {
    EXPECT_EQ(run({plan(false), "-j", "4", "--max-time", "10", "--tests", "hdr.*,cfg.*,ata.*,rel.*",
                   "--skip", "rel.flood.*"}),
              3);
    const Matrix all = matrix();
    const Column cannot = column(all, "cannot"), silent = column(all, "silent");
    EXPECT_EQ(cannot.state, State::failed);
    EXPECT_THAT(cannot.note, AllOf(HasSubstr("exited with status 3"), HasSubstr("no such disk")));
    EXPECT_EQ(silent.state, State::failed);
    EXPECT_THAT(silent.note, HasSubstr("nobody answers"));
    EXPECT_THAT(column(all, "dying").survival.crashes, Not(IsEmpty()));
    EXPECT_THAT(column(all, "freezing").survival.hangs, Not(IsEmpty()));
    const Column flooding = column(all, "flooding");
    EXPECT_EQ(flooding.state, State::judged) << flooding.note;
    EXPECT_THAT(flooding.survival.troubles, ElementsAre(std::string(flooded_text)));
    EXPECT_EQ(column(all, "straying").state, State::judged) << column(all, "straying").note;
    const Column good = column(all, "bundled");
    EXPECT_EQ(good.state, State::judged) << good.note;
    EXPECT_EQ(count(good, Verdict::fail), 0U);
    expect_nothing_left();
}

// Interrupted while they start, and while each of those that do is judged.
class InterruptedTargets : public RoughTargets, public testing::WithParamInterface<const char*> {
protected:
    bool wait_for(const char* moment) const {
        for (int i = 0; i < 2000; ++i, ::usleep(10000)) {
            // The program, a process for each, and most of what those start.
            const bool reached =
                moment == std::string("Starting") ? processes() >= 14 : being_judged() >= 4;
            if (reached) return true;
        }
        return false;
    }

private:
    // Those of which the verdict on a case is known.
    std::size_t being_judged() const {
        std::size_t count = 0;
        for (const std::string& left : leftovers()) {
            std::error_code none;
            for (const auto& entry : std::filesystem::directory_iterator(left, none)) {
                const std::string lines = text_of(entry.path() / "results.jsonl");
                count += lines.find("\"case\"") != std::string::npos ? 1U : 0U;
            }
        }
        return count;
    }
};

TEST_P(InterruptedTargets, LeaveNothingBehindAndEndSoon) {
    const pid_t run = begin({plan(has_loop_devices()), "-j", "8"});
    EXPECT_TRUE(wait_for(GetParam()));
    EXPECT_THAT(leftovers(), Not(IsEmpty())) << "this test sees nothing";
    const auto then = std::chrono::steady_clock::now();
    ::kill(run, SIGINT);
    EXPECT_EQ(end(run), 130);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - then;
    EXPECT_LT(took.count(), 5) << "it takes half a second where nothing else is to be done";
    RecordProperty("seconds", std::to_string(took.count()));
    EXPECT_EQ(processes(), 0U);
    expect_nothing_left();
    EXPECT_EQ(matrix().columns.size(), 7U);
}

INSTANTIATE_TEST_SUITE_P(, InterruptedTargets, testing::Values("Starting", "Judged"),
                         [](const auto& each) { return std::string(each.param); });

TEST_F(RoughTargets, LeaveNothingBehindAfterAKill) {
    const pid_t run = begin({plan(false), "-j", "8"});
    for (int i = 0; i < 1000 && processes() < 14; ++i) ::usleep(10000);
    ::kill(run, SIGKILL);
    end(run);
    for (int i = 0; i < 1500 && processes() > 0; ++i) ::usleep(10000);
    EXPECT_EQ(processes(), 0U);
}

// The page in docs/, and how it is made again, are in docs/comparison.toml.
TEST_F(CompareLive, AsksARecordingLikeATarget) {
    const std::string plan =
        write("recorded.toml",
              "[[target]]\nname = 'then'\nkind = 'recording'\n"
              "source = '" AOE_SOURCE_DIR "/captures/recordings/vblade-25.pcapng'\n");
    EXPECT_EQ(run({plan}), 0) << err();
    const Column then = column(matrix(), "then");
    EXPECT_EQ(then.how, How::replayed);
    EXPECT_EQ(then.state, State::judged) << then.note;
    EXPECT_EQ(count(then, Verdict::fail), 6U);
    EXPECT_EQ(then.survival.crashes.size(), 1U);
}

// Runs that are over: each column says how it was judged, as the file does.
TEST_F(CompareLive, TakesTheResultsOfRuns) {
    const std::string program = AOE_BINARY_DIR "/bin/aoe-conform", here = folder();
    const auto shell = [&](const std::string& words) {
        return WEXITSTATUS(std::system((program + ' ' + words + " >/dev/null 2>&1").c_str()));
    };
    shell("--from " AOE_SOURCE_DIR
          "/captures/recordings/vblade-25.pcapng --tests 'cfg.read.*' "
          "-o json=" +
          here + "/from.json");
    shell("judge " AOE_SOURCE_DIR "/captures/qaoed/restart.pcap -o json=" + here + "/judge.json");
    shell("--start '" AOE_BINARY_DIR
          "/bin/aoe-target {shelf} {slot} {iface} {file}' "
          "--tests 'cfg.read.*' -o json=" +
          here + "/live.json");
    std::string plan;
    for (const char* name : {"from", "judge", "live", "none"}) {
        plan +=
            fmt::format("[[target]]\nname = '{0}'\nkind = 'results'\nsource = '{0}.json'\n", name);
    }
    EXPECT_EQ(run({write("t.toml", plan)}), 0) << err();
    const Matrix all = matrix();
    EXPECT_EQ(column(all, "from").how, How::replayed);
    EXPECT_EQ(column(all, "judge").how, How::judged);
    EXPECT_EQ(column(all, "live").how, How::live);
    for (const char* name : {"from", "judge", "live"}) {
        EXPECT_EQ(column(all, name).state, State::judged) << column(all, name).note;
    }
    EXPECT_THAT(column(all, "none").note, HasSubstr("there is no "));
}

TEST_F(CompareLive, GivesThePublishedComparisonAgain) {
    if (::system("dpkg-query -W -f '${Version}' vblade 2>/dev/null | grep -q '^25-1'") != 0) {
        GTEST_SKIP() << "the published comparison is of vblade 25-1, which is not here";
    }
    std::filesystem::current_path(AOE_SOURCE_DIR);
    const std::string text = folder() / "comparison.md", page = folder() / "comparison.html";
    ASSERT_EQ(
        run({"docs/comparison.toml", "-j", "2", "-o", "markdown=" + text, "-o", "html=" + page}), 0)
        << err();
    EXPECT_EQ(text_of(text), text_of("docs/comparison.md"));
    EXPECT_TRUE(text_of(page) == text_of("docs/comparison.html")) << "the page is another";
}

TEST_F(CompareLive, LockStepFindsTheReferenceLikeItself) {
    EXPECT_EQ(run({"--lockstep", "bundled", "reference"}), 0) << out() << err();
    EXPECT_THAT(out(), HasSubstr("answered 1000 requests alike"));
    EXPECT_EQ(run({"--lockstep", "bundled", "nobody"}), 2);
    EXPECT_THAT(err(), HasSubstr("e7.3@veth0"));
    EXPECT_EQ(run({"--lockstep", "bundled", "vblade", "--bin", "vblade=/bin/false"}), 3);
    EXPECT_THAT(err(), HasSubstr("exited with status 1"));
}

// An address that is added twice leaves an entry too many; no rule of ours is asked.
TEST_F(CompareLive, LockStepFindsWhereVbladeParts) {
    if (::access("/usr/sbin/vblade", X_OK) != 0) GTEST_SKIP() << "vblade is not installed";
    EXPECT_EQ(run({"--lockstep", "vblade", "reference"}), 1) << out() << err();
    EXPECT_THAT(out(), AllOf(HasSubstr("The shortest way to see it"), HasSubstr("\n  vblade: "),
                             HasSubstr("\n  reference: ")));
    const std::string first = out();
    EXPECT_EQ(run({"--lockstep", "vblade", "reference"}), 1);
    EXPECT_EQ(out(), first) << "the same seed";
}

// A recording holds its own requests; whoever else can be asked them.
TEST_F(CompareLive, LockStepTakesARecording) {
    const std::string recordings = AOE_SOURCE_DIR "/captures/recordings/";
    EXPECT_EQ(run({"--lockstep", recordings + "aoe-target.pcapng", "bundled"}), 0)
        << out() << err();
    EXPECT_THAT(out(), HasSubstr("answered 1000 requests alike (those of the recording)"));
    EXPECT_EQ(run({"--lockstep", "reference", recordings + "vblade-25.pcapng"}), 1);
    EXPECT_THAT(out(), AllOf(HasSubstr("The shortest way to see it:\n  > config request"),
                             HasSubstr("Ver 0"), HasSubstr("\n  reference: version 1"),
                             HasSubstr("\n  vblade-25.pcapng: version 0")));
    EXPECT_EQ(
        run({"--lockstep", recordings + "vblade-25.pcapng", recordings + "aoe-target.pcapng"}), 2);
    EXPECT_THAT(err(), HasSubstr("one recording"));
    EXPECT_EQ(run({"--lockstep", "reference", AOE_SOURCE_DIR "/captures/qaoed/restart.pcap"}), 2);
    EXPECT_THAT(err(), HasSubstr("is no recording of a run"));
}

// Two that answer already, on one interface.
class LockStepOnTheWire : public CompareLive {
protected:
    std::string disk(const std::string& name) const {
        return write(name, std::string(8U << 20, name[0]));
    }
    // The exit status, of the first command of `after` that fails too.
    int lock_step(const std::string& second_target, const std::string& options,
                  const std::string& after = "") const {
        const std::string program = AOE_BINARY_DIR "/bin/";
        const std::string script = write(
            "two.sh", "cd " + folder().string() +
                          "\nip link add veth0 type veth peer name veth1 || exit 9\n"
                          "ip link set veth0 up; ip link set veth1 up\n" +
                          program + "aoe-target 258 0 veth1 a & one=$!\n" + second_target +
                          " 258 1 veth1 b >/dev/null & two=$!\n" + program +
                          "aoe-conform compare --lockstep e258.0@veth0 e258.1@veth0 " + options +
                          "\nstatus=$?\n" + after + "kill $one $two; exit $status\n");
        const std::string command = "unshare --map-root-user --net sh " + script + " >" +
                                    (folder() / "out").string() + " 2>&1";
        return WEXITSTATUS(std::system(command.c_str()));
    }
};

TEST_F(LockStepOnTheWire, SendsNothingThatCouldChangeOrHurt) {
    const std::string one = disk("a"), two = disk("b");
    const std::string target = AOE_BINARY_DIR "/bin/aoe-target";
    EXPECT_EQ(lock_step(target + " -r", ""), 0) << out();
    EXPECT_THAT(out(), HasSubstr("e258.0@veth0 and e258.1@veth0 answered 1000 requests alike"));
    EXPECT_TRUE(text_of(one) == std::string(8U << 20, 'a'));
}

TEST_F(LockStepOnTheWire, GoesThroughOpenDoorsAndPutsEverythingBack) {
    const std::string one = disk("a"), two = disk("b");
    const std::string target = AOE_BINARY_DIR "/bin/aoe-target", aoe = AOE_BINARY_DIR "/bin/aoe";
    EXPECT_EQ(lock_step(target, "--allow all --requests 300"), 0) << out();
    EXPECT_THAT(out(), HasSubstr("answered"));
    // A mistake behind a door: this one refuses to be written.
    EXPECT_EQ(lock_step(target + " -r", "--allow write --requests 300"), 1) << out();
    EXPECT_THAT(out(), AllOf(HasSubstr("The shortest way"), HasSubstr("ATA error")));
    EXPECT_TRUE(text_of(one) == std::string(8U << 20, 'a'));
    EXPECT_TRUE(text_of(two) == std::string(8U << 20, 'b'));
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
        EXPECT_NE(entry.path().extension(), ".journal");
    }
    EXPECT_EQ(lock_step(target, "--allow everything"), 2);
    EXPECT_THAT(out(), HasSubstr("'everything'"));
}

constexpr const char* speeds = R"({"program": "aoe-bench", "version": "0.1.0", "command": "x",
"date": "2026-11-23", "machine": "a processor", "targets": [{"name": "e1.1", "how": "no {iface}",
"started": true, "model": "No", "sectors": 4096, "mtu": 1500}], "measurements": [{
"write_percent": 0, "pattern": "random", "sectors": 2, "outstanding": 1, "verified": false,
"targets": [{"requests_per_s": 123456, "megabytes_per_s": 1, "variation": 0, "latency": {
"p50_us": 1, "p90_us": 1, "p99_us": 1, "p99_9_us": 1, "max_us": 1}, "our_cpu_us_per_request": 1,
"runs": [{"requests_per_s": 123456, "refused": 0, "lost": 0, "retransmitted": 0, "wrong": 0,
"seconds": 1, "outstanding": 1}]}]}]})";

TEST_F(CompareLive, ShowsWhatAoeBenchMeasured) {
    write("no.json", speeds);
    const std::string plan = write("t.toml",
                                   "[[target]]\nname = 'no'\ncommand = 'exit 1'\n"
                                   "[[performance]]\nfile = 'no.json'\ntargets = ['no']\n");
    EXPECT_EQ(run({plan}), 3) << err();
    EXPECT_THAT(out(), AllOf(HasSubstr("\nPerformance\n"), HasSubstr(" 123456 ")));
    const std::string first = text_of(folder() / "matrix.json"), all = folder() / "matrix.json";
    EXPECT_EQ(run({all, "--bench", "no=" + (folder() / "no.json").string()}), 0) << err();
    EXPECT_TRUE(text_of(all) == first) << "the same report again is nothing new";
    EXPECT_EQ(run({all, "--bench", "no=" + plan}), 2);
    EXPECT_THAT(err(), HasSubstr("t.toml is no report of aoe-bench"));
    EXPECT_EQ(run({folder() / "no.json"}), 2);
    EXPECT_THAT(err(), HasSubstr("--bench NAME=FILE takes it"));
}

TEST_F(CompareLive, RefusesWhatCannotBe) {
    EXPECT_EQ(run({"--bin", "vblad=/x"}), 2);
    EXPECT_THAT(err(), AllOf(HasSubstr("'vblad=/x'"), HasSubstr("bundled, vblade")));
    EXPECT_EQ(run({folder() / "none.toml"}), 2);
    EXPECT_THAT(err(), HasSubstr("cannot open"));
    EXPECT_EQ(run({"-o", "tap=-"}), 2);
    EXPECT_THAT(err(), HasSubstr("json=FILE"));
    EXPECT_EQ(run({"--tests", "no-such-case"}), 2);
    EXPECT_THAT(err(), HasSubstr("no-such-case"));
    EXPECT_EQ(run({write("bad.toml", "[[target]]\nname = 1\n")}), 2);
    EXPECT_THAT(err(), HasSubstr("bad.toml, line 2"));
    EXPECT_EQ(run({"--seed", "3"}), 2);
    EXPECT_THAT(err(), HasSubstr("--seed goes with --lockstep"));
    EXPECT_EQ(run({"--lockstep", "vblade", "reference", "-v"}), 2);
    EXPECT_THAT(err(), HasSubstr("--verbose is not for --lockstep"));
}

}  // namespace
}  // namespace aoe::conformance
