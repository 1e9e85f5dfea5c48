// SPDX-License-Identifier: MIT
// A whole machine that loses its power: a Linux guest runs the daemon, and QEMU is killed while our
// initiator writes. What the guest had not yet flushed is lost with its memory. Its disks are
// of a format of which QEMU, too, keeps unflushed parts in memory: new places in the file are known
// after a flush. One export is a file on ext4, beside which the daemon keeps its state; the other
// is a device, and with `sync`.
#include <filesystem>
#include <fstream>

#include "target/daemon/live_fixture_test.h"
#include "target/soak/fuse_disk_test.h"
#include "target/soak/live_load_test.h"
#include "target/soak/soak_test.h"
#include "wire/netlink.h"

namespace aoe::target {
namespace {

constexpr std::uint64_t sectors = 512;
constexpr std::string_view interface = "guest0";
constexpr std::chrono::seconds time_to_boot{200};  // Emulated, and with sanitizers perhaps.

class GuestPowerTest : public DaemonLiveTest {
public:
    void SetUp() override {
        DaemonLiveTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        const std::string why = obstacle();
        if (!why.empty() && testing_link::is_required("vm")) FAIL() << why;
        if (!why.empty()) GTEST_SKIP() << why;
    }
    static std::string obstacle() {
        for (const char* const each :
             {"python3", "qemu-system-x86_64", "qemu-img", "mke2fs", "busybox"}) {
            if (!is_installed(each)) return std::string("needs the program ") + each;
        }
        if (::geteuid() != 0 || !std::filesystem::exists("/dev/net/tun")) {
            return "needs root and /dev/net/tun";
        }
        return std::filesystem::exists(AOE_SOURCE_DIR "/build/guest/boot")
                   ? ""
                   : "needs a kernel in build/guest: run_guest.py --fetch --kernel build/guest";
    }
    static void run(const std::string& command) {
        ASSERT_EQ(std::system((command + " >/dev/null").c_str()), 0) << command;
    }

    void make_disks() const {
        const std::string root = file.path() + ".root";
        std::filesystem::create_directories(root + "/state");
        std::ofstream(root + "/disk.img") << "";
        std::filesystem::resize_file(root + "/disk.img", sectors * sector_size);
        std::ofstream(root + "/target.toml")
            << "state-dir = \"/mnt/state\"\n"
            << table(1, "eth0", "", "/mnt/disk.img") << table(2, "eth0", "sync = true", "/dev/vdb");
        const std::string raw = file.path() + ".raw";
        run("mke2fs -q -t ext4 -d " + root + " " + raw + " 32M");
        run("qemu-img convert -O qcow2 " + raw + " " + disk("a"));
        run("qemu-img create -q -f qcow2 " + disk("b") + " " +
            std::to_string(sectors * sector_size));
    }
    std::string disk(const std::string& name) const { return file.path() + name + ".qcow2"; }

    /// Returns when it serves.
    std::unique_ptr<Program> boot() const {
        auto guest = std::make_unique<Program>(
            std::vector<std::string>{
                "-B", AOE_SOURCE_DIR "/conformance/lab/guest/run_guest.py", "--kernel",
                AOE_SOURCE_DIR "/build/guest", "--tap", std::string(interface), "--memory", "512",
                "--module", "ext4", "--disk", disk("a"), "--disk", disk("b"), "--file",
                AOE_BINARY_DIR "/bin/aoe-target=/aoe-target", "--command",
                "mount -t ext4 /dev/vda /mnt && exec /aoe-target --config /mnt/target.toml"},
            "python3");
        const Time deadline = clock.now() + time_to_boot;
        std::string all;
        for (int serving = 0; serving < 2;) {
            const std::string line = guest->line();
            all += line + "\n";
            serving += line.starts_with("serving e7.") ? 1 : 0;
            if (line.empty() &&
                (guest->exit_status(std::chrono::milliseconds(0)) || clock.now() > deadline)) {
                ADD_FAILURE() << "the guest does not serve: " << all << guest->error_line();
                return nullptr;
            }
        }
        return guest;
    }
    /// Kills QEMU, which does not outlive who started it; its card goes last.
    static void cut_power(Program& guest) {
        guest.signal(SIGKILL);
        EXPECT_EQ(guest.exit_status(), 128 + SIGKILL);
        while (query_interface(interface)) ::usleep(1000);
    }
};

TEST_F(GuestPowerTest, KeepsWhatWasFlushed) {
    ASSERT_NO_FATAL_FAILURE(make_disks());
    Ledger of_file(sectors, false);
    Ledger of_device(sectors, true);
    Soak soak(1);
    std::uint64_t losses = 0;
    std::string left;
    for (auto seed = soak.next();; seed = soak.next()) {
        const auto guest = boot();
        ASSERT_TRUE(guest);
        LoadOptions options{.interface = std::string(interface),
                            .device = {7, 1},
                            .seed = seed.value_or(0),
                            .flushes = 0.01,
                            .give_up_after = std::chrono::seconds(60)};
        LiveLoad file_load(options, of_file);
        options.device = {7, 2};
        LiveLoad device_load(options, of_device);
        ASSERT_FALSE(file_load.attach());
        ASSERT_FALSE(device_load.attach());
        file_load.check_everything(true);
        device_load.check_everything(true);
        const LinkPtr link = open_packet_link({.interface = std::string(interface)});
        EXPECT_EQ(string_of(*link, 1), left);
        if (seed) {
            left = "round " + std::to_string(*seed);
            EXPECT_TRUE(ask(*link, 1, config(config_command::force_set, left)));
            const Time end = clock.now() + std::chrono::milliseconds(2000 + *seed * 977 % 4000);
            const auto goes_on = [&] {  // Where all is slow, until there was a flush.
                return clock.now() < end ||
                       (of_file.flushes() == 0 && clock.now() < end + time_to_boot);
            };
            while (goes_on()) {
                file_load.step();
                device_load.step();
            }
        }
        cut_power(*guest);
        ASSERT_EQ(file_load.complaints() + device_load.complaints(), "") << "loss " << losses;
        ASSERT_EQ(file_load.failed() + device_load.failed(), 0) << "loss " << losses;
        if (!seed) break;
        ++losses;
    }
    Soak::tell(std::to_string(losses) + " losses of a guest's power, " +
               std::to_string(of_file.acknowledged()) + " writes and " +
               std::to_string(of_file.flushes()) + " flushes of a file, " +
               std::to_string(of_device.acknowledged()) +
               " durable writes of a device acknowledged: all there; " +
               std::to_string(of_file.forgotten()) + " sectors forgotten that may be");
    EXPECT_GT(of_file.flushes(), 0);
    EXPECT_GT(of_device.acknowledged(), 0);
    // A single one may happen just after a flush.
    EXPECT_TRUE(losses < 4 || of_file.forgotten() > 0) << "nothing lost: no test of flushes";
}

}  // namespace
}  // namespace aoe::target
