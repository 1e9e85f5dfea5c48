// SPDX-License-Identifier: MIT
// Every verb against vblade and the bundled target, over real frames in a private network.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sstream>

#include <sys/stat.h>

#include <gmock/gmock.h>

#include "initiator/cli/live_fixture_test.h"
#include "wire/address.h"

namespace aoe::initiator {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using testing::Background;
using testing::Ended;
using ::testing::HasSubstr;
using testing::run_program;

const std::string us = "e7.3@ours";

class Verbs : public LiveFixture, public ::testing::WithParamInterface<std::string> {
public:
    void start(std::size_t mtu = 1500, const std::vector<std::string>& options = {}) {
        start_server(GetParam(), mtu, options);
    }
    /// A second one, at the end of a wire of its own, with a disk of its own.
    std::unique_ptr<Background> start_second(const std::string& bytes) const {
        add_veth_pair("ours2", "theirs2", 1500);
        write_file("disk2", bytes);
        return start_target(GetParam(), "ours2", "theirs2", {}, "disk2");
    }
    static std::string mac_of(const std::string& interface) {
        return to_string(open_packet_link({.interface = interface})->mac());
    }
    static void expect_usage_error(const std::vector<std::string>& words,
                                   const std::string& sentence) {
        const Ended ended = aoe(words);
        EXPECT_EQ(ended.status, 2) << ended.err;
        EXPECT_THAT(ended.err, HasSubstr(sentence));
        EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
    }
};

INSTANTIATE_TEST_SUITE_P(Targets, Verbs, ::testing::Values("vblade", "aoe-target"),
                         [](const auto& kind) {
                             return std::string(kind.param == "vblade" ? "Vblade" : "Bundled");
                         });

// --- Asking ---

TEST_P(Verbs, StatShowsWhatAoeStatDoesAndMore) {
    start(9000);
    const Ended text = aoe({"stat", "-i", "ours"});
    EXPECT_EQ(text.status, 0) << text.err;
    EXPECT_THAT(text.out, AllOf(HasSubstr("DEVICE"), HasSubstr("e7.3"), HasSubstr("0.008GB"),
                                HasSubstr(" ours "), HasSubstr(" up ")));
    const auto parsed = json::parse(aoe({"stat", "--json"}).out);
    ASSERT_EQ(parsed.size(), 1U);
    EXPECT_EQ(parsed[0]["sectors"], disk_sectors);
    EXPECT_GE(parsed[0]["sectors_per_frame"], 16);
    EXPECT_GT(parsed[0]["round_trip_ms"], 0.0);
}

TEST_P(Verbs, PingCountsAndMeasures) {
    start();
    const Ended text = aoe({"ping", us, "--count", "3", "--interval", "0.01"});
    EXPECT_EQ(text.status, 0) << text.err;
    EXPECT_THAT(text.out,
                AllOf(HasSubstr("e7.3 on ours, " + mac_of("theirs")), HasSubstr("3: reply in "),
                      HasSubstr("3 sent, 3 answered, 0.0 %"), HasSubstr("round trip min ")));
    const auto parsed =
        json::parse(aoe({"ping", us, "--ata", "--count", "2", "--interval", "0.01", "--json"}).out);
    EXPECT_EQ(parsed["statistics"]["answered"], 2);
    EXPECT_EQ(parsed["replies"].size(), 2U);
}

TEST_P(Verbs, PingTellsWhatIsLost) {
    start();
    // It answers and it does not, in turns, so that some of both is seen however slow this machine
    // is.
    const Ended ended =
        aoe({"ping", us, "--count", "100", "--interval", "0.01", "--reply", "0.05", "--wait", "30"},
            {.meanwhile = [&, turns = 0](pid_t) mutable {
                if (++turns % 10 != 0) return;
                target->signal(turns % 20 == 0 ? SIGCONT : SIGSTOP);
            }});
    EXPECT_EQ(ended.status, 0);
    EXPECT_THAT(ended.out, AllOf(HasSubstr("no reply within 0.05 s"), HasSubstr("% lost")));
}

TEST_P(Verbs, RawShowsTheReplyDecoded) {
    start();
    const std::string mac = mac_of("ours");
    const Ended ended =
        aoe({"raw", "-i", "ours", "--yes", "--count", "1", "--wait", "5",
             "ffffffffffff " + mac + " 88a2 10 00 ffff ff 01 80000077 0000 0000 00 00 0000"});
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_THAT(ended.out, AllOf(HasSubstr("0x80000077"), HasSubstr("e7.3"),
                                 HasSubstr("1 (config)"), HasSubstr("buffer_count")));
    const Ended refused = aoe({"raw", "-i", "ours", "--yes", "--json", "--count", "1", "--wait",
                               "5", mac_of("theirs") + mac + "88a2100000070377800000ab"});
    EXPECT_EQ(refused.status, 0) << refused.err;
    EXPECT_EQ(json::parse(refused.out)["error_meaning"], "AoE error 1: unrecognized command code");
}

TEST_P(Verbs, WatchSeesAStartAndARestart) {
    start();
    const Ended ended = aoe({"watch", "-i", "ours", "--count", "2", "--seconds", "50", "--json"},
                            {.meanwhile = [&, turns = 0](pid_t) mutable {
                                if (++turns % 20 != 0) return;
                                target.reset();
                                target = start_target(GetParam(), "ours", "theirs");
                            }});
    EXPECT_EQ(ended.status, 0) << ended.err;
    std::istringstream lines(ended.out);
    std::string line;
    ASSERT_TRUE(std::getline(lines, line)) << ended.out;
    EXPECT_EQ(json::parse(line)["event"], "new");
    EXPECT_EQ(json::parse(line)["target"], "e7.3");
    ASSERT_TRUE(std::getline(lines, line));
    EXPECT_EQ(json::parse(line)["event"], "again");
}

// --- Moving sectors ---

TEST_P(Verbs, CopyToAFileMakesHolesOfZeros) {
    disk.replace(1 << 20, 4 << 20, std::string(4 << 20, '\0'));
    write_file("disk", disk);
    start(9000);
    const Ended ended = aoe({"copy", us, path("copy")});
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_EQ(ended.out + ended.err, "");
    EXPECT_TRUE(contents(path("copy")) == disk);
    struct stat status {};
    ASSERT_EQ(stat(path("copy").c_str(), &status), 0);
    EXPECT_LE(status.st_blocks * 512, static_cast<off_t>(disk.size()) - (3 << 20));
    const Ended part = aoe({"copy", us, path("zeros"), "--from-start", "2048", "--count", "100"});
    EXPECT_EQ(part.status, 0) << part.err;
    EXPECT_EQ(contents(path("zeros")), std::string(51200, '\0'));
}

TEST_P(Verbs, CopyFromAFileAndCompare) {
    start();
    const std::string image = random_text(disk.size(), 4);
    write_file("image", image);
    const Ended differ = aoe({"compare", us, path("image"), "--json"});
    EXPECT_EQ(differ.status, 1);
    EXPECT_THAT(differ.err, HasSubstr("differ"));
    EXPECT_EQ(json::parse(differ.out)["different_sectors"], disk_sectors);
    expect_usage_error({"copy", path("image"), us}, "add --yes");
    EXPECT_TRUE(contents(path("disk")) == disk);
    const Ended copy = aoe({"copy", path("image"), us, "--yes"});
    EXPECT_EQ(copy.status, 0) << copy.err;
    EXPECT_TRUE(contents(path("disk")) == image);
    const Ended same = aoe({"compare", us, path("image")});
    EXPECT_EQ(same.status, 0) << same.err;
    EXPECT_EQ(same.out, "16384 sectors compared, all equal\n");
}

TEST_P(Verbs, CompareFindsTheFirstDifferenceAndTheLongerSide) {
    start();
    std::string image = disk;
    image[5000 * sector + 17] ^= 1;
    write_file("image", image + "more");
    const Ended ended = aoe({"compare", path("image"), us, "--json"});
    EXPECT_EQ(ended.status, 1);
    const auto parsed = json::parse(ended.out);
    EXPECT_EQ(parsed["different_sectors"], 1);
    EXPECT_EQ(parsed["first_byte"], 5000 * sector + 17);
    EXPECT_THAT(ended.err, HasSubstr("goes on where the other ends, after 8388608 bytes"));
    EXPECT_EQ(aoe({"compare", path("image"), us, "--count", "5000"}).status, 0);
    EXPECT_EQ(aoe({"compare", path("image"), us, "--left-start", "5000", "--right-start", "5000",
                   "--count", "1"})
                  .status,
              1);
}

TEST_P(Verbs, CopyGoesFromDeviceToDevice) {
    start(9000);
    const auto second = start_second(std::string(disk.size(), 'x'));
    const Ended ended = aoe({"copy", us, "e7.3@ours2", "--yes"});
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_TRUE(contents(path("disk2")) == disk);
    EXPECT_EQ(aoe({"compare", us, "e7.3@ours2"}).status, 0);
    expect_usage_error({"copy", us, us, "--yes", "--to-start", "100", "--count", "200"}, "overlap");
    const Ended inside = aoe({"copy", us, us, "--yes", "--to-start", "300", "--count", "200"});
    EXPECT_EQ(inside.status, 0) << inside.err;
    EXPECT_EQ(contents(path("disk")).substr(300 * sector, 200 * sector),
              disk.substr(0, 200 * sector));
}

TEST_P(Verbs, ZerosAreLeftOutWhereTheTargetIsKnownToHoldThem) {
    start();
    std::string image(disk.size(), '\0');
    image.replace(3 << 20, 1024, std::string(1024, 'd'));
    write_file("image", image);
    const Ended ended = aoe({"copy", path("image"), us, "--target-is-zero", "--yes"});
    EXPECT_EQ(ended.status, 0) << ended.err;
    const std::string after = contents(path("disk"));
    EXPECT_EQ(after.substr(3 << 20, 1024), std::string(1024, 'd'));
    EXPECT_TRUE(after.substr(0, 1 << 20) == disk.substr(0, 1 << 20)) << "it was told so";
}

TEST_P(Verbs, ExerciseFindsWhatIsWrong) {
    start();
    expect_usage_error({"exercise", us}, "add --yes");
    const Ended good = aoe(
        {"exercise", us, "--start", "100", "--count", "3000", "--passes", "2", "--yes", "--json"});
    EXPECT_EQ(good.status, 0) << good.err;
    const auto parsed = json::parse(good.out);
    EXPECT_EQ(parsed["wrong_sectors"], 0);
    EXPECT_EQ(parsed["sectors"], 3000);
    const std::string after = contents(path("disk"));
    EXPECT_TRUE(after.substr(0, 100 * sector) == disk.substr(0, 100 * sector));
    EXPECT_TRUE(after.substr(3100 * sector) == disk.substr(3100 * sector));
}

TEST_P(Verbs, FlushIsDone) {
    start();
    const Ended ended = aoe({"flush", us});
    EXPECT_EQ(ended.status, 0) << ended.err;
}

// --- Setting ---

TEST_P(Verbs, ConfigHasTheVerbsOfAoecfg) {
    start();
    expect_usage_error({"config", us, "set", "mine"}, "add --yes");
    expect_usage_error({"config", us, "write", "mine"}, "say read, test, prefix, set or fset");
    expect_usage_error({"config", us, "test", "0g", "--hex"}, "'g' is no hexadecimal digit");
    EXPECT_EQ(aoe({"config", us}).out, "\n");
    EXPECT_EQ(aoe({"config", us, "set", "mine", "--yes"}).out, "mine\n");
    const Ended present = aoe({"config", us, "set", "other", "--yes"});
    EXPECT_EQ(present.status, 1);
    EXPECT_THAT(present.err, AllOf(HasSubstr("config string present"), HasSubstr("'mine'")));
    EXPECT_EQ(aoe({"config", us, "test", "mine"}).status, 0);
    EXPECT_EQ(aoe({"config", us, "prefix", "mi"}).status, 0);
    const Ended test = aoe({"config", us, "test", "mi", "--reply", "0.2"});
    EXPECT_EQ(test.status, 1);
    EXPECT_THAT(test.err, HasSubstr("the config string of e7.3 is not that"));
    EXPECT_EQ(aoe({"config", us, "fset", "00ff", "--hex", "--yes"}).out, "\\x00\\xff\n");
    EXPECT_EQ(json::parse(aoe({"config", us, "--json"}).out)["config_string_hex"], "00ff");
}

TEST_P(Verbs, MaskIsShownEditedAndCleared) {
    start();
    const std::string mac = mac_of("ours");
    EXPECT_EQ(aoe({"mask", us}).out, "");
    expect_usage_error({"mask", us, "--add", "me"}, "add --yes");
    expect_usage_error({"mask", us, "--add", "02:00", "--yes"}, "no Ethernet address");
    EXPECT_EQ(aoe({"mask", us, "--add", "me", "--add", "02:00:00:00:00:77", "--yes"}).status, 0);
    EXPECT_THAT(aoe({"mask", us}).out, AllOf(HasSubstr(mac), HasSubstr("02:00:00:00:00:77")));
    // Vblade 25 leaves in its list what it should remove, and ends when it is to remove all.
    if (GetParam() == "vblade") return;
    const auto left =
        json::parse(aoe({"mask", us, "--remove", "02:00:00:00:00:77", "--yes", "--json"}).out);
    EXPECT_EQ(left["macs"], json::array({mac}));
    const Ended out = aoe({"mask", us, "--clear", "--add", "02:00:00:00:00:77", "--yes"});
    EXPECT_EQ(out.status, 0) << out.err;
    EXPECT_THAT(out.err, HasSubstr("is not in the list, so e7.3 ignores it from now on"));
    const Ended masked = aoe({"read", us, "--wait", "0.3"});
    EXPECT_EQ(masked.status, 3);
    EXPECT_THAT(masked.err, HasSubstr("only those whom its mask list lets in"));
}

TEST_P(Verbs, ReservationsAreTakenRefusedForcedAndReleased) {
    start();
    const std::string other = "02:00:00:00:00:77";
    EXPECT_EQ(aoe({"reserve", us}).out, "");
    EXPECT_EQ(aoe({"reserve", us, "--set", other, "--yes"}).out, other + "\n");
    const Ended refused = aoe({"write", us, "--yes"}, {.input = std::string(512, 'x')});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("target is reserved for " + other),
                                   HasSubstr("written: 0 sectors from number 0 on")));
    EXPECT_TRUE(contents(path("disk")) == disk);
    const Ended taken = aoe({"reserve", us, "--set", "me", "--yes"});
    EXPECT_EQ(taken.status, 1);
    EXPECT_THAT(taken.err, AllOf(HasSubstr(other), HasSubstr("--force takes it over")));
    EXPECT_EQ(aoe({"reserve", us, "--set", "me", "--force", "--yes"}).out, mac_of("ours") + "\n");
    EXPECT_EQ(aoe({"write", us, "--yes"}, {.input = std::string(512, 'x')}).status, 0);
    EXPECT_EQ(aoe({"reserve", us, "--release", "--yes"}).out, "");
}

// --- Mistakes ---

TEST_P(Verbs, MistakesAreOneSentenceAndNothingIsWritten) {
    start();
    write_file("short", std::string(1024, 's'));
    expect_usage_error({"copy", path("short"), us, "--yes", "--count", "3"},
                       "holds 2 sectors, fewer than the 3 that --count says; nothing was written");
    expect_usage_error({"write", us, "-f", path("short"), "--yes", "--count", "3"},
                       "fewer than the 3 that --count says; nothing was written");
    expect_usage_error({"copy", path("short"), us, "--yes", "--to-start", "16383"},
                       "would go beyond its end");
    expect_usage_error({"copy", path("short"), path("other")}, "cp copies files");
    expect_usage_error({"copy", us, path("out"), "--target-is-zero"}, "is for copying to a device");
    expect_usage_error({"copy", path("absent"), us, "--yes"}, "absent");
    expect_usage_error({"exercise", us, "--start", "16384", "--count", "1", "--yes"},
                       "would go beyond its end");
    // Numbers whose bytes fill 64 bits, and more.
    const std::string huge = "36028797018963968";
    for (const char* option : {"--left-start", "--right-start", "--count"}) {
        expect_usage_error({"compare", us, path("short"), option, huge},
                           "is more than the 281474976710656 sectors that a device can have");
    }
    expect_usage_error({"copy", path("short"), us, "--yes", "--from-start", huge}, "is more than");
    expect_usage_error({"reserve", us, "--release", "--set", "me", "--yes"}, "contradict");
    expect_usage_error({"raw", "-i", "ours", "00"}, "add --yes");
    expect_usage_error({"raw", "--yes", "00"}, "name it, for example --iface");
    expect_usage_error({"raw", "-i", "ours", "--yes", "00"}, "a frame has at least the 14");
    expect_usage_error({"ping", "e7.3@nope"}, "nope");
    EXPECT_EQ(aoe({"ping", "e9.9@ours", "--wait", "0.2"}).status, 3);
    EXPECT_EQ(aoe({"watch", "-i", "ours", "--count", "1", "--seconds", "0.1"}).status, 3);
    const Ended piped =
        run_program({"sh", "-c", "cat | " + program + " write " + us + " --yes --count 3"},
                    {.input = std::string(1024, 's')});
    EXPECT_EQ(piped.status, 1);
    EXPECT_THAT(piped.err, AllOf(HasSubstr("ended after 2 sectors, fewer than the 3"),
                                 HasSubstr("written: 2 sectors from number 0 on")));
    disk.replace(0, 1024, std::string(1024, 's'));
    EXPECT_TRUE(contents(path("disk")) == disk);
}

// --- Restarts ---

TEST_P(Verbs, ACopySurvivesATargetThatIsKilledAndStartedAgain) {
    constexpr std::size_t size = std::size_t{48} << 20;
    const std::string image = random_text(size, 9);
    write_file("image", image);
    std::filesystem::resize_file(path("disk"), size);
    start();
    int turns = 0, kills = 0;
    const Ended ended = aoe({"copy", path("image"), us, "--yes"}, {.meanwhile = [&](pid_t) {
                                if (++turns % 8 != 0 || kills == 3) return;
                                ++kills;
                                target->kill();
                                target = start_target(GetParam(), "ours", "theirs");
                            }});
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_GE(kills, 1) << "it was too fast to be disturbed";
    EXPECT_THAT(ended.err, HasSubstr("e7.3 announced itself meanwhile"));
    EXPECT_TRUE(contents(path("disk")) == image);
}

}  // namespace
}  // namespace aoe::initiator
