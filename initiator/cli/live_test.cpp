// SPDX-License-Identifier: MIT
// The program as its users run it, over real frames in a private network.
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "initiator/cli/live_fixture_test.h"
#include "initiator/testing/process.h"
#include "wire/address.h"
#include "wire/packet_link.h"
#include "wire/random.h"

namespace aoe::initiator {
namespace {

using ::testing::AllOf;
using testing::Background;
using testing::Ended;
using ::testing::HasSubstr;
using testing::ProcessOptions;
using testing::run_program;
using testing_link::remove_interface;

struct Peer {
    std::string server;
    std::size_t mtu = 1500;
};

class Live : public LiveFixture, public ::testing::WithParamInterface<Peer> {
public:
    void start(const std::vector<std::string>& options = {}) {
        start_server(GetParam().server, GetParam().mtu, options);
    }
    static bool is_vblade() { return GetParam().server == "vblade"; }
};

std::string name_of(const ::testing::TestParamInfo<Peer>& peer) {
    return (peer.param.server == "vblade" ? "Vblade" : "Bundled") + std::to_string(peer.param.mtu);
}

INSTANTIATE_TEST_SUITE_P(Peers, Live,
                         ::testing::Values(Peer{"vblade", 1500}, Peer{"aoe-target", 9000}),
                         name_of);

/// Of one frame size.
class LiveOnce : public Live {};

INSTANTIATE_TEST_SUITE_P(Peers, LiveOnce,
                         ::testing::Values(Peer{"vblade", 1500}, Peer{"aoe-target", 1500}),
                         name_of);

/// What is not about the target.
class LiveAnywhere : public LiveFixture {
public:
    void start() { start_server("aoe-target", 1500); }
};

// --- Both targets and frame sizes ---

TEST_P(Live, DiscoverListsTheTarget) {
    start();
    const Ended table = aoe({"discover", "-i", "ours"});
    EXPECT_EQ(table.status, 0) << table.err;
    EXPECT_THAT(table.out, AllOf(HasSubstr("TARGET"), HasSubstr("\ne7.3    ours")));
    EXPECT_EQ(table.err, "");
    const Ended json = aoe({"discover", "--json"});
    EXPECT_EQ(json.err, "aoe: looking on ours, theirs\n");
    const auto parsed = nlohmann::json::parse(json.out);
    ASSERT_EQ(parsed.size(), 1U);
    EXPECT_EQ(parsed[0]["interface"], "ours");
    EXPECT_EQ(parsed[0]["buffer_count"], is_vblade() ? 16 : 64);
    EXPECT_EQ(parsed[0]["sector_count"], GetParam().mtu == 1500 ? 2 : 17);
}

TEST_P(Live, IdentifyShowsTheDevice) {
    start();
    const Ended text = aoe({"identify", "e7.3@ours"});
    EXPECT_EQ(text.status, 0) << text.err;
    EXPECT_THAT(text.out, AllOf(HasSubstr(is_vblade() ? "Coraid EtherDrive vblade" : "AoE target"),
                                HasSubstr("16384 sectors, 8.0 MiB (8388608 bytes)")));
    const auto json = nlohmann::json::parse(aoe({"identify", "7.3", "-i", "ours", "--json"}).out);
    EXPECT_EQ(json["sectors"], disk_sectors);
    EXPECT_EQ(aoe({"identify", "e7.3@ours", "--raw"}).out.size(), 512U);
}

TEST_P(Live, ReadsTheWholeDiskAndAnyPartOfIt) {
    start();
    const Ended whole = aoe({"read", "e7.3@ours", "-o", path("whole")});
    EXPECT_EQ(whole.status, 0) << whole.err;
    EXPECT_EQ(whole.out + whole.err, "");
    EXPECT_TRUE(contents(path("whole")) == disk);
    EXPECT_FALSE(std::filesystem::exists(path("whole.partial")));
    const Ended part = aoe({"read", "e7.3@ours", "--start", "0x3e8", "--count", "777"});
    EXPECT_TRUE(part.out == disk.substr(1000 * sector, 777 * sector));
    const Ended last = aoe({"read", "e7.3@ours", "--start", std::to_string(disk_sectors - 1)});
    EXPECT_TRUE(last.out == disk.substr((disk_sectors - 1) * sector));
    const Ended nothing = aoe({"read", "e7.3@ours", "--count", "0", "-o", path("nothing")});
    EXPECT_EQ(nothing.status, 0) << nothing.err;
    EXPECT_EQ(std::filesystem::file_size(path("nothing")), 0U);
}

TEST_P(Live, WhatIsWrittenIsReadBack) {
    start();
    const std::string data = random_text(3001 * sector, 2);
    std::ofstream(path("data"), std::ios::binary) << data;
    const Ended write = aoe({"write", "e7.3@ours", "--start", "123", "-f", path("data"), "--yes"});
    EXPECT_EQ(write.status, 0) << write.err;
    const Ended read = aoe({"read", "e7.3@ours", "--start", "123", "--count", "3001"});
    EXPECT_TRUE(read.out == data);
    disk.replace(123 * sector, data.size(), data);
    EXPECT_TRUE(contents(path("disk")) == disk) << "and nothing else has changed";
}

TEST_P(Live, APipeIsWrittenUpToTheLastSector) {
    start();
    const std::string data = random_text(700 * sector, 3);
    const Ended write = run_program({"sh", "-c",
                                     "cat | " + program + " write e7.3@ours --yes --start " +
                                         std::to_string(disk_sectors - 700)},
                                    {.input = data});
    EXPECT_EQ(write.status, 0) << write.err;
    disk.replace((disk_sectors - 700) * sector, data.size(), data);
    EXPECT_TRUE(contents(path("disk")) == disk);
}

// --- Both targets ---

TEST_P(LiveOnce, PaddingIsAskedFor) {
    start();
    const Ended refused = aoe({"write", "e7.3@ours", "--yes"}, {.input = std::string(700, 'x')});
    EXPECT_EQ(refused.status, 2);
    EXPECT_THAT(refused.err, HasSubstr("holds 700 bytes, which is no multiple of 512; --pad"));
    EXPECT_TRUE(contents(path("disk")) == disk);
    const Ended padded =
        aoe({"write", "e7.3@ours", "--yes", "--pad"}, {.input = std::string(700, 'x')});
    EXPECT_EQ(padded.status, 0) << padded.err;
    disk.replace(0, 1024, std::string(700, 'x') + std::string(324, '\0'));
    EXPECT_TRUE(contents(path("disk")) == disk);
    const Ended piped = run_program({"sh", "-c", "cat | " + program + " write e7.3@ours --yes"},
                                    {.input = std::string(700, 'y')});
    EXPECT_EQ(piped.status, 1);
    EXPECT_THAT(piped.err, HasSubstr("ended with 188 bytes that fill no sector"));
    EXPECT_THAT(piped.err, HasSubstr("written: 1 sector from number 0 on"));
}

TEST_P(LiveOnce, WhatDoesNotFitIsRefusedBeforeAnythingIsSent) {
    start();
    const std::string end = std::to_string(disk_sectors - 1);
    const std::string data(1024, 'x');
    const Ended write = aoe({"write", "e7.3@ours", "--yes", "--start", end}, {.input = data});
    EXPECT_EQ(write.status, 2);
    EXPECT_THAT(write.err, HasSubstr("2 sectors from sector 16383 on would go beyond its end"));
    const Ended piped =
        run_program({"sh", "-c", "cat | " + program + " write e7.3@ours --yes --start " + end},
                    {.input = data});
    EXPECT_EQ(piped.status, 1);
    EXPECT_THAT(piped.err, HasSubstr("goes on beyond the end of e7.3"));
    EXPECT_EQ(aoe({"read", "e7.3@ours", "--start", end, "--count", "2"}).status, 2);
    EXPECT_EQ(aoe({"read", "e7.3@ours", "--start", "18446744073709551615"}).status, 2);
    EXPECT_TRUE(contents(path("disk")) == disk);
}

TEST_P(LiveOnce, StatusOneIsTheTargetsError) {
    start({"-r"});
    const Ended write = aoe({"write", "e7.3@ours", "--yes"}, {.input = std::string(512, 'x')});
    EXPECT_EQ(write.status, 1);
    EXPECT_THAT(write.err, AllOf(HasSubstr("ABRT"), HasSubstr("; not flushed\n")));
    EXPECT_TRUE(contents(path("disk")) == disk);
}

TEST_F(LiveAnywhere, StatusOneIsAFilesError) {
    start();
    const Ended full = aoe({"read", "e7.3@ours", "-o", "/dev/full"});
    EXPECT_EQ(full.status, 1);
    EXPECT_THAT(full.err, HasSubstr("/dev/full: No space left on device"));
    const Ended text = run_program({"sh", "-c", program + " discover -i ours > /dev/full"});
    EXPECT_EQ(text.status, 1);
    EXPECT_THAT(text.err, HasSubstr("standard output: No space left on device"));
    const Ended closed =
        run_program({"sh", "-c", program + " read e7.3@ours | head -c 512 > /dev/null; true"});
    EXPECT_THAT(closed.err, HasSubstr("standard output: Broken pipe"));
}

TEST_F(LiveAnywhere, StatusTwoIsTheUsersOrThePrivileges) {
    start();
    const auto expect = [](const std::vector<std::string>& words, const std::string& sentence,
                           const ProcessOptions& options = {}) {
        const Ended ended = aoe(words, options);
        EXPECT_EQ(ended.status, 2) << ended.err;
        EXPECT_THAT(ended.err + ended.terminal, HasSubstr(sentence));
        EXPECT_EQ(ended.out, "");
    };
    expect({}, "say what to do");
    expect({"frobnicate"}, "frobnicate");
    expect({"read"}, "TARGET is required");
    expect({"read", "e7"}, "e7");
    expect({"read", "e7.3@ours", "-i", "ours"}, "leave out --iface");
    expect({"read", "e7.3@ours", "--start", "1k"}, "--start '1k' is not a number");
    expect({"read", "e7.3@ours", "--target-mac", "02:00"}, "no Ethernet address");
    expect({"read", "e7.3@nope"}, "nope");
    expect({"read", "e7.3@lo"}, "lo");
    expect({"read", "e7.3@ours"}, "terminal", {.output_is_terminal = true});
    expect({"identify", "e7.3@ours", "--raw"}, "terminal", {.output_is_terminal = true});
    expect({"write", "e7.3@ours"}, "add --yes");
    expect({"write", "e7.3@ours", "--yes", "-f", "/nonexistent"}, "'/nonexistent'");
    expect({"discover", "-i", "ours"}, "CAP_NET_RAW", {.without_raw_sockets = true});
    expect({"discover"}, "CAP_NET_RAW", {.without_raw_sockets = true});
    set_up("ours", false);
    expect({"discover", "-i", "ours"}, "ours is down");
    EXPECT_TRUE(contents(path("disk")) == disk);
}

TEST_F(LiveAnywhere, StatusThreeIsSilence) {
    start();
    const Ended nobody = aoe({"read", "e9.9@ours", "--wait", "0.3"});
    EXPECT_EQ(nobody.status, 3);
    EXPECT_THAT(nobody.err, HasSubstr("nobody answers for e9.9 on ours within 0.3 s"));
    EXPECT_EQ(
        aoe({"identify", "e7.3@ours", "--target-mac", "02:00:00:00:00:77", "--wait", "0.3"}).status,
        3);
    target.reset();
    const Ended none = aoe({"discover", "--json", "-i", "ours", "--wait", "0.1"});
    EXPECT_EQ(none.status, 3);
    EXPECT_EQ(none.out, "[]\n");
}

/// Stops the target as soon as the program has read something, and then does `act` once.
std::function<void(pid_t)> when_hung(const Background& target, const std::string& partial,
                                     std::function<void(pid_t)> act) {
    return [&target, partial, act = std::move(act), done = false](pid_t pid) mutable {
        std::error_code none;
        if (done || std::filesystem::file_size(partial, none) == 0 || none) return;
        target.signal(SIGSTOP);
        act(pid);
        done = true;
    };
}

TEST_P(LiveOnce, ATargetThatFallsSilentIsStatusThreeToo) {
    std::filesystem::resize_file(path("disk"), std::uintmax_t{1} << 32);
    start();
    const Ended ended = aoe({"read", "e7.3@ours", "--timeout", "0.5", "-o", path("out")},
                            {.meanwhile = when_hung(*target, path("out.partial"), [](pid_t) {})});
    EXPECT_EQ(ended.status, 3);
    EXPECT_THAT(ended.err, AllOf(HasSubstr("e7.3 has fallen silent"),
                                 HasSubstr("out.partial' holds the first")));
    EXPECT_FALSE(std::filesystem::exists(path("out")));
}

TEST_P(LiveOnce, CtrlCSaysHowFarItGot) {
    std::filesystem::resize_file(path("disk"), std::uintmax_t{1} << 32);
    start();
    const Ended ended = aoe({"read", "e7.3@ours", "-o", path("out")},
                            {.meanwhile = when_hung(*target, path("out.partial"),
                                                    [](pid_t pid) { ::kill(pid, SIGINT); })});
    EXPECT_EQ(ended.status, 130);
    EXPECT_THAT(ended.err, AllOf(HasSubstr("aoe: interrupted: "),
                                 HasSubstr(" of 8388608 sectors were read; '"),
                                 HasSubstr("out.partial' holds the first")));
    EXPECT_FALSE(std::filesystem::exists(path("out")));
    const std::string kept = contents(path("out.partial"));
    EXPECT_EQ(kept.substr(0, disk.size()), disk.substr(0, kept.size()));
}

TEST_F(LiveAnywhere, TheExampleOfTheLibraryWorksAndIsThePages) {
    const std::filesystem::path source = AOE_SOURCE_DIR;
    const std::string page = contents(source / "docs/initiator.md");
    const std::string project = contents(source / "initiator/example/CMakeLists.txt");
    const std::string code = contents(source / "initiator/example/example_main.cpp");
    EXPECT_THAT(page, HasSubstr(project.substr(project.find("cmake_minimum_required"))));
    EXPECT_THAT(page, HasSubstr(code.substr(code.find("#include"))));
    start();
    const Ended ended = run_program({AOE_BINARY_DIR "/tests/initiator_example", "ours"});
    EXPECT_EQ(ended.status, 0) << ended.err;
    char expected[100];
    std::snprintf(expected, sizeof expected, "first sector: read, its first byte is 0x%02x\n",
                  static_cast<unsigned char>(disk[0]));
    EXPECT_THAT(ended.out, HasSubstr(expected));
    std::snprintf(expected, sizeof expected, "last sector: read, its first byte is 0x%02x\n",
                  static_cast<unsigned char>(disk[(disk_sectors - 1) * sector]));
    EXPECT_THAT(ended.out, HasSubstr(expected));
}

TEST_F(LiveAnywhere, CtrlCIsAnOrdinaryEndOnlyOfWhatHasNoOther) {
    start();
    for (const char* count : {"0", "100000"}) {
        const Ended ended = aoe({"ping", "e7.3@ours", "--count", count, "--interval", "0.01"},
                                {.meanwhile = [turns = 0](pid_t pid) mutable {
                                    if (++turns == 100) ::kill(pid, SIGINT);
                                }});
        EXPECT_THAT(ended.out, HasSubstr("% lost"));
        EXPECT_EQ(ended.status, *count == '0' ? 0 : 130) << ended.err;
        EXPECT_THAT(ended.err, HasSubstr(*count == '0' ? "" : "of 100000 requests were sent"));
    }
}

/// How often whoever has it waits.
class CountingClock final : public Clock {
public:
    Time now() const noexcept override { return system_.now(); }
    void wait(Link& link, Time deadline) override {
        ++waits;
        system_.wait(link, deadline);
    }
    unsigned waits = 0;

private:
    SystemClock system_;
};

TEST_F(LiveAnywhere, NewsOfALinkDoesNotKeepDiscoveryBusy) {
    add_veth_pair("ours", "theirs", 1500);
    const LinkPtr link = open_packet_link({.interface = "ours"});
    ASSERT_EQ(run_program({"ip", "link", "set", "ours", "mtu", "1400"}).status, 0);
    const std::array<Link*, 1> links{link.get()};
    CountingClock clock;
    (void)discover(links, clock,
                   {.tag = 0x80000001,
                    .wait = std::chrono::milliseconds(300),
                    .settle = {},
                    .interrupted = {}});
    EXPECT_LT(clock.waits, 30U);
}

TEST_F(LiveAnywhere, AnInterfaceThatVanishesEndsTheRead) {
    std::filesystem::resize_file(path("disk"), std::uintmax_t{1} << 32);
    start();
    const Ended ended = aoe({"read", "e7.3@ours", "-o", path("out")},
                            {.meanwhile = when_hung(*target, path("out.partial"), [](pid_t) {
                                 (void)remove_interface("ours");
                             })});
    EXPECT_EQ(ended.status, 1);
    EXPECT_THAT(ended.err, HasSubstr("No such device"));
}

TEST_F(LiveAnywhere, ProgressIsForTerminalsOnly) {
    start();
    const Ended ended =
        aoe({"read", "e7.3@ours", "-o", path("out")}, {.errors_are_terminal = true});
    EXPECT_EQ(ended.status, 0);
    EXPECT_THAT(ended.terminal, HasSubstr("read 8.0 MiB of 8.0 MiB (100 %), "));
    EXPECT_EQ(ended.out, "");
}

TEST_P(LiveOnce, ConfigStringsAreShownHarmlessly) {
    start();
    const std::string hostile("\x1b[31m\0\xff", 7);
    const LinkPtr link = open_packet_link({.interface = "ours"});
    std::vector<std::byte> frame(100);
    const FrameBuilder builder(frame, {.destination = broadcast_mac,
                                       .source = link->mac(),
                                       .address = {.shelf = 7, .slot = 3},
                                       .command = command::config,
                                       .tag = 0x80000002});
    const Bytes request =
        builder.finish(write_config(builder.argument(), {.command = config_command::force_set},
                                    std::as_bytes(std::span(hostile))));
    ASSERT_FALSE(send_copy(*link, request));
    EXPECT_THAT(aoe({"discover", "-i", "ours"}).out, HasSubstr("\\x1b[31m\\x00\\xff\n"));
    const auto json = nlohmann::json::parse(aoe({"discover", "-i", "ours", "--json"}).out);
    EXPECT_EQ(json[0]["config_string_hex"], "1b5b33316d00ff");
    EXPECT_THAT(aoe({"identify", "e7.3@ours"}).out, HasSubstr("\\x1b[31m\\x00\\xff\n"));
}

TEST_P(LiveOnce, TwoMachinesWithOneAddressAreNotGuessedBetween) {
    start();
    add_veth_pair("ours2", "theirs2", 1500);
    const auto second = start_target(GetParam().server, "ours2", "theirs2");
    const Ended both = aoe({"discover", "-i", "ours", "-i", "ours2"});
    EXPECT_THAT(both.out, AllOf(HasSubstr("e7.3    ours "), HasSubstr("e7.3    ours2")));
    const Ended unclear = aoe({"identify", "e7.3", "-i", "ours", "-i", "ours2"});
    EXPECT_EQ(unclear.status, 1);
    EXPECT_THAT(unclear.err, AllOf(HasSubstr("is claimed by"), HasSubstr("--target-mac")));
    EXPECT_EQ(aoe({"identify", "e7.3@ours2"}).status, 0);
    const std::string mac = to_string(open_packet_link({.interface = "theirs"})->mac());
    const Ended chosen = aoe({"identify", "e7.3", "--target-mac", mac});
    EXPECT_THAT(chosen.out, HasSubstr("e7.3 on ours, " + mac));
}

TEST_P(LiveOnce, JumboFramesThatVanishOnTheWayAreReplaced) {
    // Both ends have 9000 bytes, and so have the two switches next to them; the cable between those
    // has 1500. (vblade ends when its own interface refuses a frame, so that must not happen.)
    add_veth_pair("ours", "port", 9000);
    add_veth_pair("ours2", "port2", 9000);
    add_veth_pair("cable", "cable2", 1500);
    const char* const commands =
        "for end in '' 2; do "
        "ip link add switch$end type bridge && ip link set switch$end up && "
        "ip link set port$end master switch$end && ip link set cable$end master switch$end "
        "|| exit 1; done";
    if (run_program({"sh", "-c", commands}).status != 0) {
        GTEST_SKIP() << "no bridge could be made";
    }
    target = start_target(GetParam().server, "ours", "ours2");
    const Ended read = aoe({"read", "e7.3@ours", "-o", path("out")});
    EXPECT_EQ(read.status, 0) << read.err;
    EXPECT_TRUE(contents(path("out")) == disk);
    const Ended write = aoe({"write", "e7.3@ours", "--yes"}, {.input = std::string(51200, 'x')});
    EXPECT_EQ(write.status, 0) << write.err;
    EXPECT_EQ(contents(path("disk")).substr(0, 51200), std::string(51200, 'x'));
}

}  // namespace
}  // namespace aoe::initiator
