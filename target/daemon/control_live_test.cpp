// SPDX-License-Identifier: MIT
// aoe-targetctl and the daemon that it speaks to.
#include <filesystem>
#include <set>

#include <sys/stat.h>

#include "cli/shell_test.h"
#include "target/daemon/live_fixture_test.h"

namespace aoe::target {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ControlLiveTest : public DaemonLiveTest {
public:
    std::string socket() const { return file.path() + ".sock"; }
    void write_controlled(const std::string& tables) const {
        write_config("control-socket = \"" + socket() + "\"\nstate-dir = \"" + file.path() +
                     ".state\"\n" + tables);
    }
    /// What it says on both streams, and its status.
    std::pair<int, std::string> ctl(const std::string& words) const {
        const auto ended = testing_cli::shell(AOE_BINARY_DIR "/bin/aoe-targetctl --socket " +
                                              socket() + " " + words);
        return {ended.status, ended.out};
    }
    static Frame sector_of(const std::string& path, std::uint64_t sector) {
        Frame bytes(sector_size);
        std::ifstream disk(path, std::ios::binary);
        disk.seekg(static_cast<std::streamoff>(sector * sector_size));
        disk.read(reinterpret_cast<char*>(bytes.data()), sector_size);
        return bytes;
    }
    std::string done(const std::string& words) const {
        const auto [status, text] = ctl(words);
        EXPECT_EQ(status, 0) << text;
        return text;
    }
    std::string refused(const std::string& words) const {
        const auto [status, text] = ctl(words);
        EXPECT_EQ(status, 1) << text;
        return text;
    }
};

TEST_F(ControlLiveTest, AddsReplacesAndRemoves) {
    Cable cable;
    cable.plug();
    const ScratchFile other(100 * sector_size);
    write_controlled(table(1, cable.name));
    const Program program = start();
    ASSERT_TRUE(ask(*cable.far, 1, config(0)));
    struct stat status {};
    ::stat(socket().c_str(), &status);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    EXPECT_THAT(done("list"), AllOf(HasSubstr("e7.1  disk1  " + file.path()),
                                    HasSubstr("2048 sectors  " + cable.name)));

    EXPECT_EQ(done("add more 7 2 " + cable.name + " " + other.path() + " read-only=true"),
              "added e7.2\n");
    EXPECT_EQ(ata_of(*cable.far, 2, write(0, 1, pattern(1))).error_feature, ata_error::aborted);
    EXPECT_THAT(refused("add more 7 5 x " + other.path()),
                HasSubstr("e7.2 is export.more already"));
    EXPECT_THAT(refused("add less 7 6 x " + other.path() + " slott=1"), HasSubstr("did you mean"));
    EXPECT_EQ(done("reload"), "reloaded\n");
    EXPECT_TRUE(ask(*cable.far, 2, config(0))) << "what was added stays";

    ASSERT_EQ(ata_of(*cable.far, 1, write(3, 1, pattern(1))).command_status, ata_status::ready);
    EXPECT_THAT(done("replace disk1 " + other.path()), HasSubstr("e7.1 is " + other.path()));
    const auto read_back = ask(*cable.far, 1, read(3, 1));
    ASSERT_TRUE(read_back);
    EXPECT_THAT(std::span(*read_back).subspan(36), testing::Each(std::byte{}));
    EXPECT_EQ(ata_of(*cable.far, 1, read(100, 1)).error_feature, ata_error::id_not_found);
    EXPECT_THAT(refused("replace 7.1 /nowhere"), HasSubstr("/nowhere"));
    EXPECT_TRUE(ask(*cable.far, 1, config(0)));

    EXPECT_EQ(done("remove e7.2"), "removed e7.2\n");
    EXPECT_FALSE(ask(*cable.far, 2, config(0), 1));
    EXPECT_THAT(refused("remove e7.2"), HasSubstr("there is no export \"e7.2\""));
}

TEST_F(ControlLiveTest, AReplacedDiskStaysUntilTheFileNamesAnother) {
    Cable cable;
    cable.plug();
    const ScratchFile other(100 * sector_size);
    write_controlled(table(1, cable.name));
    const Program program = start();
    ASSERT_TRUE(ask(*cable.far, 1, config(0)));
    done("replace e7.1 " + other.path());
    done("reload");
    EXPECT_THAT(said(program, "stays"), HasSubstr("e7.1 stays " + other.path()));
    EXPECT_THAT(done("list"), HasSubstr("e7.1  disk1  " + other.path()));
    write_controlled(table(1, cable.name, "buffer-count = 5"));
    done("reload");
    EXPECT_EQ(config_of(*cable.far, 1).buffer_count, 5);
    EXPECT_THAT(done("list"), HasSubstr("e7.1  disk1  " + other.path()));
    const ScratchFile third(50 * sector_size);
    write_controlled(table(1, cable.name, "", third.path()));
    done("reload");
    EXPECT_THAT(done("list"), HasSubstr("e7.1  disk1  " + third.path()));
    write_controlled(table(1, cable.name));
    done("reload");
    EXPECT_THAT(done("list"), HasSubstr("e7.1  disk1  " + file.path())) << "that is forgotten";
}

TEST_F(ControlLiveTest, ReplacedUnderWritesNothingIsLost) {
    Cable cable;
    cable.plug();
    const ScratchFile other(disk_sectors * sector_size);
    write_controlled(table(1, cable.name, "direct = true"));
    const Program program = start();
    if (!ask(*cable.far, 1, config(0), 10)) GTEST_SKIP() << "no direct transfers here";
    std::set<std::uint64_t> acknowledged;
    const auto take = [&](Time deadline) {
        while (const auto reply = next_before(*cable.far, deadline, [](const Header& each) {
                   return (each.flags & header_flag::response) != 0 && each.command == 0;
               })) {
            const FrameView view = *FrameView::parse(*reply);
            const auto registers = AtaView::parse(view.argument())->registers();
            EXPECT_EQ(registers.command_status, ata_status::ready);
            acknowledged.insert(view.header().tag & 0xffffU);
        }
    };
    std::uint64_t sector = 0;
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 40; ++i, ++sector) {
            Frame request = write(sector, 1, pattern(1, static_cast<unsigned>(sector)));
            std::ranges::copy(broadcast_mac, request.begin());
            const Mac source = cable.far->mac();
            std::ranges::copy(source, request.begin() + 6);
            request[18] = std::byte{1};
            request[22] = static_cast<std::byte>(sector >> 8);
            request[23] = static_cast<std::byte>(sector);
            send_copy(*cable.far, request);
        }
        done("replace e7.1 " + (round % 2 == 0 ? other.path() : file.path()));
        take(clock.now() + std::chrono::milliseconds(20));
    }
    take(clock.now() + std::chrono::milliseconds(200));
    EXPECT_GT(acknowledged.size(), 200U);
    for (const std::uint64_t each : acknowledged) {
        const Frame wanted = pattern(1, static_cast<unsigned>(each));
        EXPECT_TRUE(sector_of(file.path(), each) == wanted ||
                    sector_of(other.path(), each) == wanted)
            << "sector " << each << " was acknowledged and is on neither disk";
    }
}

TEST_F(ControlLiveTest, ShowsAndClearsWhatInitiatorsLeft) {
    Cable cable;
    cable.plug();
    write_controlled(table(1, cable.name));
    const Program program = start();
    ASSERT_TRUE(ask(*cable.far, 1, config(config_command::set, "left \x01")));
    ASSERT_TRUE(ask(*cable.far, 1, reserve(reserve_command::set, {bob})));
    ASSERT_TRUE(ask(*cable.far, 1, mask_edit({add(bob), add(cable.far->mac())})));
    EXPECT_EQ(done("show e7.1 config"), "left \\x01\n");
    EXPECT_EQ(done("show e7.1 reserve"), to_string(bob) + "\n");
    EXPECT_EQ(done("show e7.1 mask"), to_string(bob) + "\n" + to_string(cable.far->mac()) + "\n");
    for (const char* what : {"config", "reserve", "mask"}) {
        EXPECT_EQ(done(std::string("clear e7.1 ") + what), "cleared\n");
    }
    EXPECT_EQ(done("show e7.1 mask"), "");
    EXPECT_EQ(string_of(*cable.far, 1), "");
    EXPECT_EQ(ata_of(*cable.far, 1, read(0, 1)).command_status, ata_status::ready);
}

TEST_F(ControlLiveTest, CountsWhatHappens) {
    Cable cable;
    cable.plug();
    write_controlled(table(1, cable.name));
    const Program program = start();
    ata_of(*cable.far, 1, read(0, 2));
    ata_of(*cable.far, 1, write(0, 1, pattern(1)));
    ata_of(*cable.far, 1, read(5000, 1));
    const std::string json = done("stats --json");
    for (const char* each : {"\"target\": \"e7.1\"", "\"reads\": 1", "\"read-bytes\": 1024",
                             "\"writes\": 1", "\"id-not-found\": 1", "\"queue-depth\": 0",
                             "\"served-by\": \"", "\"mtu\": 1500", "\"model\": \"AoE target\""}) {
        EXPECT_THAT(json, HasSubstr(each));
    }
    EXPECT_THAT(done("stats"), AllOf(HasSubstr("e7.1"), HasSubstr(cable.name)));
    EXPECT_THAT(done("monitor 0.1 -n 2"), AllOf(HasSubstr("reads/s"), HasSubstr("e7.1")));
    EXPECT_THAT(done("monitor 0.1 disk1 -n 1"), HasSubstr("e7.1"));
    EXPECT_THAT(refused("stats e7.9"), HasSubstr("no export \"e7.9\""));
    EXPECT_EQ(done("clear e7.1 stats"), "cleared\n");
    EXPECT_THAT(done("stats --json"), HasSubstr("\"reads\": 0"));
    while (cable.far->receive(64).size() != 0) {
    }
    EXPECT_EQ(done("announce"), "announced\n");
}

TEST_F(ControlLiveTest, SaysWhatIsWrong) {
    EXPECT_THAT(ctl("list"), testing::Pair(1, "aoe-targetctl: no aoe-target listens at " +
                                                  socket() + ": No such file or directory\n"));
    EXPECT_EQ(ctl("dance").first, 2);
    EXPECT_EQ(ctl("remove").first, 2);
    Cable cable;
    cable.plug();
    write_controlled(table(1, cable.name));
    const Program program = start();
    ASSERT_TRUE(ask(*cable.far, 1, config(0)));
    EXPECT_THAT(refused("show e7.1 dance"), HasSubstr("expected: show TARGET config|mask|reserve"));
    Program second = start();
    EXPECT_EQ(second.exit_status(), 1);
    EXPECT_THAT(second.error_line(), HasSubstr("another aoe-target has the control socket"));
}

}  // namespace
}  // namespace aoe::target
