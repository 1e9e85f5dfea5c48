// SPDX-License-Identifier: MIT
// Disks that fail, and networks that do: nbdkit's error filter behind nbdfuse, links that flap, a
// flood of frames.
#include <csignal>
#include <filesystem>
#include <optional>

#include "target/daemon/live_fixture_test.h"
#include "target/soak/fuse_disk_test.h"
#include "target/soak/live_load_test.h"
#include "target/soak/soak_test.h"
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

    /// The disk, served and in use.
    struct InUse {
        explicit InUse(FailingDiskTest& test)
            : program(serve(test)),
              load({.interface = cable.name + "f", .device = {7, 1}}, ledger) {}

        Program serve(FailingDiskTest& test) {
            cable.plug();
            test.write_config(test.table(1, cable.name, "direct = true", test.disk->path()));
            return test.start();
        }

        Cable cable;
        const Program program;
        Ledger ledger{disk_sectors, false};
        LiveLoad load;
    };

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

TEST_F(FailingDiskTest, WhatWasTakenOnIsAnsweredBeforeTheEnd) {
    make("100%");
    Cable cable;
    cable.plug();
    write_config(table(1, cable.name, "direct = true", disk->path()) + table(2, cable.name));
    Program program = start();
    EXPECT_EQ(ata_of(*cable.far, 1, read(0, 1)).command_status, ata_status::ready);
    disk->freeze();
    EXPECT_FALSE(ask(*cable.far, 1, write(5, 1, pattern(1)), 1));
    EXPECT_TRUE(ask(*cable.far, 2, config(0))) << "what came before it is taken on by then";
    program.signal(SIGTERM);
    while (ask(*cable.far, 2, config(0), 1)) {
    }
    disk->thaw();
    const auto late = next_before(*cable.far, clock.now() + long_enough, [](const Header& each) {
        return (each.flags & header_flag::response) != 0 && each.address.slot == 1;
    });
    ASSERT_TRUE(late);
    EXPECT_EQ(AtaView::parse(FrameView::parse(*late)->argument())->registers().command_status,
              ata_status::ready);
    EXPECT_EQ(program.exit_status(), 0);
}

/// Whatever fails meanwhile is told as failed; what is told as done is done.
TEST_F(FailingDiskTest, ErrorsAreOfTheirOwnRequestAlone) {
    make("30%");
    InUse in_use(*this);
    LiveLoad& load = in_use.load;
    ASSERT_FALSE(load.attach());
    Soak soak(4);
    std::uint64_t failed = 0;
    while (soak.next()) {
        std::ofstream(broken) << "";
        const std::uint64_t before = load.failed();
        load.run_for(std::chrono::milliseconds(150));
        load.finish();
        EXPECT_GT(load.failed(), before);
        std::filesystem::remove(broken);
        load.check_everything(false);
        failed = load.failed();
        load.run_for(std::chrono::milliseconds(50));
        load.finish();
        EXPECT_EQ(load.failed(), failed) << "failed though the disk is well again";
        ASSERT_EQ(load.complaints(), "");
    }
    Soak::tell(std::to_string(failed) + " requests failed of " +
               std::to_string(load.done() + failed) + ", and nothing else");
}

TEST_F(FailingDiskTest, AVanishingDeviceLosesNothingThatWasAcknowledged) {
    make("0%");
    InUse in_use(*this);
    LiveLoad& load = in_use.load;
    ASSERT_FALSE(load.attach());
    Soak soak(2);
    int vanished = 0;
    for (; soak.next(); ++vanished) {
        load.run_for(std::chrono::milliseconds(100));
        disk->pull();
        load.run_for(std::chrono::milliseconds(50));
        load.finish();
        disk->unmount();
        ASSERT_TRUE(disk->switch_on());
        const Time deadline = clock.now() + long_enough;
        for (std::uint64_t done = load.done(); load.done() < done + 10;) {
            ASSERT_LT(clock.now(), deadline) << "the device is back, and not served";
            load.step();
        }
        load.finish();
        load.check_everything(false);
        ASSERT_EQ(load.complaints(), "");
    }
    Soak::tell("vanished and came back " + std::to_string(vanished) +
               " times: " + std::to_string(load.done()) + " requests done, " +
               std::to_string(load.failed()) + " failed, nothing acknowledged is lost");
    EXPECT_GT(load.failed(), 0);
}

/// A file system of its own, that has room for `size_kib`.
class SmallFileSystem {
public:
    SmallFileSystem(std::string path, unsigned size_kib) : path_(std::move(path)) {
        std::filesystem::create_directory(path_);
        const std::string options = "size=" + std::to_string(size_kib) + "k";
        mounted = enter_private_mounts() &&
                  ::mount("none", path_.c_str(), "tmpfs", 0, options.c_str()) == 0;
    }
    SmallFileSystem(const SmallFileSystem&) = delete;
    SmallFileSystem& operator=(const SmallFileSystem&) = delete;
    ~SmallFileSystem() {
        if (mounted) ::umount2(path_.c_str(), MNT_DETACH);
    }
    bool mounted = false;

private:
    std::string path_;
};

TEST_F(DaemonLiveTest, AFullDiskFailsTheWritesThatItHasNoRoomFor) {
    const std::string folder = file.path() + ".full";
    const SmallFileSystem small(folder, 64);
    if (!small.mounted) GTEST_SKIP() << "no right to mount";
    const std::string image = folder + "/disk.img";
    std::ofstream(image) << "";
    std::filesystem::resize_file(image, disk_sectors * sector_size);
    Cable cable;
    cable.plug();
    write_config(table(1, cable.name, "", image) + table(2, cable.name));
    const Program program = start();
    std::uint64_t sector = 0;
    AtaRegisters answer;
    for (; sector < disk_sectors; sector += 8) {  // A page each.
        answer = ata_of(*cable.far, 1, write(sector, 1, pattern(1)));
        if (answer.command_status != ata_status::ready) break;
    }
    EXPECT_EQ(answer.error_feature, ata_error::aborted);
    EXPECT_EQ(sector, 64 * 2) << "64 KiB in pages of 8 sectors";
    EXPECT_EQ(ata_of(*cable.far, 1, write(0, 1, pattern(1, 2))).command_status, ata_status::ready);
    EXPECT_EQ(ata_of(*cable.far, 1, read(sector, 1)).command_status, ata_status::ready);
    EXPECT_EQ(
        ata_of(*cable.far, 1, ata({.command_status = ata_command::flush_cache})).command_status,
        ata_status::ready);
    EXPECT_EQ(ata_of(*cable.far, 2, write(sector, 1, pattern(1))).command_status,
              ata_status::ready);
    ASSERT_EQ(::mount("none", folder.c_str(), nullptr, MS_REMOUNT, "size=1m"), 0);
    EXPECT_EQ(ata_of(*cable.far, 1, write(sector, 1, pattern(1))).command_status,
              ata_status::ready);
}

TEST_F(DaemonLiveTest, AFileThatIsCutFailsWhatIsBeyondItsEnd) {
    Cable cable;
    cable.plug();
    write_config(table(1, cable.name) + table(2, cable.name, "direct = true"));
    const Program program = start();
    EXPECT_EQ(ata_of(*cable.far, 1, write(99, 2, pattern(2))).command_status, ata_status::ready);
    std::filesystem::resize_file(file.path(), 100 * sector_size);
    for (const std::uint8_t slot : {std::uint8_t{1}, std::uint8_t{2}}) {
        EXPECT_EQ(ata_of(*cable.far, slot, read(99, 1)).command_status, ata_status::ready);
        EXPECT_EQ(ata_of(*cable.far, slot, read(99, 2)).error_feature, ata_error::uncorrectable);
        EXPECT_EQ(ata_of(*cable.far, slot, read(500, 2)).error_feature, ata_error::uncorrectable);
    }
    std::filesystem::resize_file(file.path(), disk_sectors * sector_size);
    EXPECT_EQ(ata_of(*cable.far, 1, read(500, 2)).command_status, ata_status::ready);
    EXPECT_EQ(ata_of(*cable.far, 2, read(99, 2)).command_status, ata_status::ready);
}

TEST_F(DaemonLiveTest, ALinkThatFlapsUnderLoadLosesNothing) {
    Cable cable;
    cable.plug(9000);
    write_config(table(1, cable.name));
    const Program program = start();
    Ledger ledger(disk_sectors, false);
    LiveLoad load({.interface = cable.name + "f", .device = {7, 1}, .most_sectors = 32}, ledger);
    ASSERT_FALSE(load.attach());
    Soak soak(10);
    int flaps = 0;
    while (const auto seed = soak.next()) {
        Random random(*seed);
        const auto a_while = [&] { return std::chrono::microseconds(random.below(60'000)); };
        load.run_for(a_while());
        set_up(cable.name, false);
        load.run_for(a_while());
        if (random.chance(0.3)) set_mtu(cable.name, random.chance(0.5) ? 1500 : 9000);
        set_up(cable.name, true);
        ++flaps;
    }
    load.finish();
    load.check_everything(false);
    EXPECT_EQ(load.complaints(), "");
    EXPECT_EQ(load.failed(), 0);
    Soak::tell("a link flapped " + std::to_string(flaps) +
               " times: " + std::to_string(load.done()) + " requests, " +
               std::to_string(load.resent()) + " frames sent again, none failed");
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
