// SPDX-License-Identifier: MIT
// Disks that fail, and networks that do: nbdkit's error filter behind nbdfuse, links that flap, a
// flood of frames.
#include <csignal>
#include <filesystem>
#include <optional>

#include "target/daemon/live_fixture_test.h"
#include "target/soak/fuse_disk_test.h"
#include "wire/random.h"

namespace aoe::target {
namespace {

using testing::HasSubstr;

class FailingDiskTest : public DaemonLiveTest {
public:
    void SetUp() override {
        DaemonLiveTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        const std::string why = FuseDisk::obstacle();
        if (!why.empty() && testing_link::is_required("tools")) FAIL() << why;
        if (!why.empty()) GTEST_SKIP() << why;
    }
    /// Fails the given share of requests while the file `broken` is there.
    void make(const std::string& rate) {
        disk.emplace(file.path(),
                     std::vector<std::string>{"--filter=error", "memory", "1M", "error=EIO",
                                              "error-rate=" + rate, "error-file=" + broken});
        ASSERT_TRUE(disk->switch_on());
    }

    std::string broken = file.path() + ".broken";
    std::optional<FuseDisk> disk;
};

TEST_F(FailingDiskTest, BadSectorsAreUncorrectableAndHealWithTheDisk) {
    make("100%");
    Cable cable;
    cable.plug();
    write_config(table(1, cable.name, "direct = true", disk->path()));
    const Program program = start();
    EXPECT_EQ(ata_of(*cable.far, 1, write(0, 2, pattern(2))).command_status, ata_status::ready);
    std::ofstream(broken) << "";
    EXPECT_EQ(ata_of(*cable.far, 1, read(0, 2)).error_feature, ata_error::uncorrectable);
    EXPECT_EQ(ata_of(*cable.far, 1, write(9, 1, pattern(1))).error_feature, ata_error::aborted);
    EXPECT_TRUE(ask(*cable.far, 1, config(0)));
    std::filesystem::remove(broken);
    const auto read_back = ask(*cable.far, 1, read(0, 2));
    ASSERT_TRUE(read_back);
    EXPECT_THAT(std::span(*read_back).subspan(36), testing::ElementsAreArray(pattern(2)));
}

TEST_F(FailingDiskTest, ADeviceThatVanishesIsErrorThreeUntilItIsBack) {
    make("100%");
    Cable cable;
    cable.plug();
    write_config(table(1, cable.name, "direct = true", disk->path()) + table(2, cable.name));
    const Program program = start();
    EXPECT_EQ(ata_of(*cable.far, 1, write(0, 2, pattern(2))).command_status, ata_status::ready);
    disk->pull();
    const auto gone = ask(*cable.far, 1, read(0, 1));
    ASSERT_TRUE(gone);
    EXPECT_EQ(FrameView::parse(*gone)->header().error, 3);
    EXPECT_THAT(said(program, "is gone"), HasSubstr("disk1 answers with error 3"));
    EXPECT_EQ(ata_of(*cable.far, 2, read(0, 1)).command_status, ata_status::ready);
    disk->unmount();
    ASSERT_TRUE(disk->switch_on());
    const Time deadline = clock.now() + long_enough;
    AtaRegisters back;
    while (clock.now() < deadline && back.command_status != ata_status::ready) {
        back = ata_of(*cable.far, 1, read(0, 2));
        next_before(*cable.far, clock.now() + std::chrono::milliseconds(100),
                    [](const Header&) { return false; });
    }
    EXPECT_EQ(back.command_status, ata_status::ready);
    EXPECT_THAT(said(program, "is back"), HasSubstr("disk1 is served again"));
}

TEST_F(FailingDiskTest, ADiskThatHangsDelaysNobodyElse) {
    make("100%");
    Cable cable;
    cable.plug();
    write_config(table(1, cable.name, "direct = true", disk->path()) + table(2, cable.name));
    Program program = start();
    EXPECT_EQ(ata_of(*cable.far, 1, read(0, 1)).command_status, ata_status::ready);
    disk->freeze();
    for (std::uint64_t sector = 0; sector < 100; ++sector) {
        Frame request = read(sector, 1);
        std::ranges::copy(broadcast_mac, request.begin());
        const Mac source = cable.far->mac();
        std::ranges::copy(source, request.begin() + 6);
        request[18] = std::byte{1};
        send_copy(*cable.far, request);
    }
    Time slowest{};
    for (std::uint64_t sector = 0; sector < 50; ++sector) {
        const Time begun = clock.now();
        ASSERT_EQ(ata_of(*cable.far, 2, read(sector, 1)).command_status, ata_status::ready);
        slowest = std::max(slowest, clock.now() - begun);
    }
    EXPECT_LT(slowest, std::chrono::milliseconds(200)) << "had to ask twice";
    program.signal(SIGTERM);
    EXPECT_THAT(said(program, "hangs"), HasSubstr("a disk still hangs"));
    // Whatever waits in the kernel lets go when the mount ends.
    disk->pull();
    EXPECT_EQ(program.exit_status(), 1);
}

TEST_F(DaemonLiveTest, ALinkThatFlapsIsServedWheneverItIsThere) {
    Cable cable;
    cable.plug();
    write_config(table(1, cable.name));
    Program program = start();
    for (int i = 0; i < 20; ++i) {
        set_up(cable.name, false);
        set_up(cable.name, true);
        set_mtu(cable.name, i % 2 == 0 ? 1400 : 1500);
    }
    EXPECT_EQ(config_of(*cable.far, 1).sector_count, 2);
    program.signal(SIGTERM);
    EXPECT_EQ(program.exit_status(), 0);
    int lines = 0;
    for (std::string line = program.error_line(); !line.empty(); line = program.error_line()) {
        ++lines;
    }
    EXPECT_LE(lines, 25) << "the log is not calm";
}

TEST_F(DaemonLiveTest, AFloodOfRubbishStopsNobody) {
    Cable cable;
    cable.plug();
    write_config(table(1, cable.name) + table(2, cable.name));
    const Program program = start();
    ASSERT_TRUE(ask(*cable.far, 1, config(config_command::set, "mine")));
    Random random(7);
    Frame rubbish(1514);
    int answered = 0;
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < 1000; ++i) {
            for (std::byte& each : rubbish) each = static_cast<std::byte>(random.next());
            std::ranges::copy(random.chance(0.5) ? broadcast_mac : own, rubbish.begin());
            rubbish[12] = std::byte{0x88};
            rubbish[13] = std::byte{0xa2};
            rubbish[14] = std::byte{0x10};
            rubbish[16] = std::byte{0};
            rubbish[17] = std::byte{7};
            rubbish[18] = std::byte{1};
            // Sectors and everything unknown; what initiators leave stays as it is.
            rubbish[19] = random.chance(0.5) ? std::byte{0} : std::byte{0x40};
            send_copy(*cable.far, std::span(rubbish).first(14 + random.below(1501)));
            if (i % 64 == 63) {
                for (const ReceivedFrame& each : cable.far->receive(64)) cable.far->release(each);
            }
        }
        answered += ask(*cable.far, 2, read(3, 1)) ? 1 : 0;
    }
    EXPECT_EQ(answered, 20);
    EXPECT_EQ(string_of(*cable.far, 1), "mine");
}

}  // namespace
}  // namespace aoe::target
