// SPDX-License-Identifier: MIT
#include <array>
#include <csignal>
#include <cstdlib>

#include <sys/socket.h>
#include <sys/un.h>

#include "cli/shell_test.h"
#include "target/daemon/live_fixture_test.h"

namespace aoe::target {
namespace {

using testing::HasSubstr;

TEST_F(DaemonLiveTest, ServesManyExportsOnManyInterfaces) {
    Cable one;
    Cable two;
    one.plug();
    two.plug(9000);
    write_config(table(1, one.name) + table(2, "aoe*") +
                 table(3, two.name, "first-sector = 48\nread-only = true") + "[interface." +
                 two.name + "]\nmtu = 4000\n");
    const Program program = start();
    EXPECT_EQ(config_of(*one.far, 1).sector_count, 2);
    EXPECT_EQ(config_of(*one.far, 2).sector_count, 2);
    EXPECT_EQ(config_of(*two.far, 2).sector_count, 7);
    EXPECT_EQ(config_of(*two.far, 3).sector_count, 7);
    EXPECT_FALSE(ask(*one.far, 3, config(0), 1));
    EXPECT_EQ(ata_of(*one.far, 1, write(48, 1, pattern(1))).command_status, ata_status::ready);
    const auto read_back = ask(*two.far, 3, read(0, 1));
    ASSERT_TRUE(read_back);
    EXPECT_THAT(std::span(*read_back).subspan(36), testing::ElementsAreArray(pattern(1)));
    EXPECT_EQ(ata_of(*two.far, 3, write(0, 1, pattern(1))).error_feature, ata_error::aborted);
}

TEST_F(DaemonLiveTest, ReloadsAndKeepsWhatRunsWhenTheFileIsWrong) {
    Cable cable;
    cable.plug();
    write_config(table(1, cable.name));
    Program program = start();
    ASSERT_TRUE(ask(*cable.far, 1, config(config_command::set, "left")));

    write_config(table(1, cable.name) + table(2, cable.name, "slott = 2"));
    program.signal(SIGHUP);
    EXPECT_THAT(said(program, "slott"),
                HasSubstr(":12: export.disk2.slott: no such key; did you mean slot?; the running "
                          "configuration stays"));
    EXPECT_TRUE(ask(*cable.far, 1, config(0)));

    write_config(table(1, cable.name, "", "/nowhere") + table(2, cable.name));
    program.signal(SIGHUP);
    EXPECT_THAT(said(program, "/nowhere"),
                HasSubstr("No such file or directory; the running configuration stays"));
    EXPECT_TRUE(ask(*cable.far, 1, config(0)));
    EXPECT_FALSE(ask(*cable.far, 2, config(0), 1));

    write_config(table(1, cable.name, "buffer-count = 3") + table(2, cable.name));
    program.signal(SIGHUP);
    EXPECT_THAT(said(program, "reloaded"), HasSubstr(config_path()));
    EXPECT_EQ(config_of(*cable.far, 1).buffer_count, 3);
    EXPECT_EQ(string_of(*cable.far, 1), "left");
    EXPECT_TRUE(ask(*cable.far, 2, config(0)));
    program.signal(SIGTERM);
    EXPECT_EQ(program.exit_status(), 0);
}

TEST_F(DaemonLiveTest, ASocketBufferOfAnotherSizeCountsFromTheReloadOn) {
    Cable cable;
    cable.plug();
    write_config(table(1, cable.name));
    const Program program = start();
    const unsigned before = config_of(*cable.far, 1).buffer_count;
    write_config(table(1, cable.name) + "[interface." + cable.name + "]\nsocket-buffer = 20000\n");
    program.signal(SIGHUP);
    said(program, "reloaded");
    EXPECT_LT(config_of(*cable.far, 1).buffer_count, before);
}

TEST_F(DaemonLiveTest, AStormOfReloadsDelaysNobody) {
    Cable cable;
    cable.plug();
    write_config(table(1, cable.name));
    Program program = start();
    ASSERT_TRUE(ask(*cable.far, 1, config(config_command::set, "left")));
    for (int i = 0; i < 60; ++i) {
        write_config(table(1, cable.name, "buffer-count = " + std::to_string(1 + i % 7)) +
                     (i % 2 == 0 ? table(2, cable.name) : "") + (i % 5 == 0 ? "wrong" : ""));
        program.signal(SIGHUP);
        const Frame request = i % 3 == 0 ? write(0, 1, pattern(1)) : read(0, 2);
        ASSERT_TRUE(ask(*cable.far, 1, request, 5)) << i;
    }
    EXPECT_EQ(string_of(*cable.far, 1), "left");
    program.signal(SIGTERM);
    EXPECT_EQ(program.exit_status(), 0);
}

TEST_F(DaemonLiveTest, InterfacesMayComeAndGo) {
    Cable there;
    Cable later;
    there.plug();
    write_config(table(1, there.name) + table(2, later.name));
    const Program program = start();
    EXPECT_THAT(said(program, later.name),
                HasSubstr("export.disk2: there is no Ethernet interface"));
    EXPECT_TRUE(ask(*there.far, 1, config(0)));
    later.plug();
    EXPECT_TRUE(ask(*later.far, 2, config(0)));
    EXPECT_FALSE(testing_link::remove_interface(later.name));
    EXPECT_THAT(said(program, "is gone"), HasSubstr(later.name));
    EXPECT_TRUE(ask(*there.far, 1, config(0)));
    later.plug();
    EXPECT_TRUE(ask(*later.far, 2, config(0)));
    set_mtu(later.name, 1200);
    EXPECT_THAT(said(program, "MTU"), HasSubstr("is now 1200"));
    set_up(later.name, false);
    said(program, "is down");
    set_up(later.name, true);
    EXPECT_THAT(said(program, "is up again"), HasSubstr(later.name));
    EXPECT_TRUE(ask(*later.far, 2, config(0)));
}

TEST_F(DaemonLiveTest, AnInterfaceIsServedByTheNameThatItHas) {
    Cable cable;
    cable.plug();
    const std::string before = cable.name;
    const std::string after = cable.name + "new";
    write_config(table(1, before) + table(2, after) + table(3, before + "*"));
    const Program program = start();
    EXPECT_TRUE(ask(*cable.far, 1, config(0)));
    EXPECT_FALSE(ask(*cable.far, 2, config(0), 1));
    const auto renamed = testing_cli::shell("ip link set " + before + " down && ip link set " +
                                            before + " name " + after + " up");
    ASSERT_EQ(renamed.status, 0) << renamed.out;
    EXPECT_THAT(said(program, "called"), HasSubstr(before + " is called " + after + " now"));
    EXPECT_TRUE(ask(*cable.far, 2, config(0)));
    EXPECT_FALSE(ask(*cable.far, 1, config(0), 1));
    EXPECT_TRUE(ask(*cable.far, 3, config(0)));
    EXPECT_FALSE(next_before(*cable.far, clock.now() + std::chrono::milliseconds(100),
                             [](const Header& each) { return each.tag != 0; }))
        << "answered twice";
}

TEST_F(DaemonLiveTest, AFileThatIsWrongAtTheStartIsStatusTwo) {
    write_config(table(1, "eth0", "slott = 5"));
    Program program = start();
    EXPECT_EQ(program.exit_status(), 2);
    EXPECT_THAT(program.error_line(), HasSubstr("did you mean slot?"));
}

TEST_F(DaemonLiveTest, ADiskThatIsNotThereYetIsServedWhenItIs) {
    Cable cable;
    cable.plug();
    const std::string late = file.path() + ".late";
    write_config(table(1, cable.name) + table(2, cable.name, "", late));
    const Program program = start();
    EXPECT_THAT(said(program, late), HasSubstr("export.disk2: cannot find " + late));
    EXPECT_TRUE(ask(*cable.far, 1, config(0)));
    EXPECT_FALSE(ask(*cable.far, 2, config(0), 1));
    std::filesystem::copy_file(file.path(), late);
    EXPECT_TRUE(next_before(*cable.far, clock.now() + long_enough, [](const Header& header) {
        return header.address.slot == 2 && header.destination == broadcast_mac;
    })) << "no announcement";
    EXPECT_EQ(ata_of(*cable.far, 2, read(0, 1)).command_status, ata_status::ready);
}

TEST_F(DaemonLiveTest, SixtyFourExportsTakeLittleMemoryAndNoTime) {
    Cable cable;
    cable.plug(9000);
    std::string tables;
    for (unsigned slot = 0; slot < 64; ++slot) tables += table(slot, cable.name);
    write_config(tables);
    const Program program = start();
    for (std::uint8_t slot = 0; slot < 64; ++slot) {
        for (std::uint64_t sector = 0; sector < 64; sector += 16) {
            ASSERT_EQ(ata_of(*cable.far, slot, read(sector, 16)).command_status, ata_status::ready);
        }
    }
    const auto before = program.cpu_ticks();
    next_before(*cable.far, clock.now() + std::chrono::seconds(1),
                [](const Header&) { return false; });
    EXPECT_EQ(program.cpu_ticks(), before) << "works though nobody asks";
#if !defined(__SANITIZE_ADDRESS__)
    EXPECT_LT(program.resident_kib(), 32 * 1024);
    RecordProperty("resident_kib", program.resident_kib());
#endif
}

std::string capabilities_of(const Program& program) {
    std::ifstream file("/proc/" + std::to_string(program.process()) + "/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("CapEff:")) return line.substr(line.size() - 16);
    }
    return "";
}

TEST_F(DaemonLiveTest, KeepsTheRightToOpenRawSocketsAndWithLockNone) {
    Cable cable;
    cable.plug();
    Cable later;
    write_config(table(1, "aoe*"));
    {
        const Program program = start();
        ASSERT_TRUE(ask(*cable.far, 1, config(0)));
        EXPECT_EQ(capabilities_of(program), "0000000000002000");
        later.plug();
        EXPECT_TRUE(ask(*later.far, 1, config(0)));
    }
    Program locked({"--lock", "--config", config_path()});
    ASSERT_TRUE(ask(*cable.far, 1, config(0)));
    EXPECT_EQ(capabilities_of(locked), "0000000000000000");
    EXPECT_EQ(ata_of(*cable.far, 1, write(0, 1, pattern(1))).command_status, ata_status::ready);
    Cable too_late;
    too_late.plug();
    EXPECT_FALSE(ask(*too_late.far, 1, config(0), 1));
    EXPECT_TRUE(ask(*cable.far, 1, config(0)));
}

TEST_F(DaemonLiveTest, TellsTheServiceManager) {
    Cable cable;
    cable.plug();
    write_config(table(1, cable.name));
    const std::string path = file.path() + ".notify";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const Descriptor manager(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(manager.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(manager.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const auto heard = [&] {
        std::array<char, 200> text{};
        const ssize_t size = ::recv(manager.get(), text.data(), text.size(), 0);
        return std::string(text.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
    };
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    Program program = start();
    ::unsetenv("NOTIFY_SOCKET");
    EXPECT_EQ(heard(), "READY=1");
    program.signal(SIGHUP);
    EXPECT_THAT(heard(), testing::StartsWith("RELOADING=1\nMONOTONIC_USEC="));
    EXPECT_EQ(heard(), "READY=1");
    program.signal(SIGTERM);
    EXPECT_EQ(heard(), "STOPPING=1");
    EXPECT_EQ(program.exit_status(), 0);
}

}  // namespace
}  // namespace aoe::target
