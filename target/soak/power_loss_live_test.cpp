// SPDX-License-Identifier: MIT
// The daemon as a process on a disk with a cache of its own, which nbdkit's cache filter holds
// until it is told to flush: killing it is a loss of power that the whole way down to fdatasync has
// to have reckoned with.
#include <optional>

#include "target/daemon/live_fixture_test.h"
#include "target/soak/fuse_disk_test.h"
#include "target/soak/live_load_test.h"
#include "target/soak/soak_test.h"

namespace aoe::target {
namespace {

constexpr std::uint64_t sectors = 512;

/// What the configuration says of the disk, and of the whole.
struct Way {
    const char* name;
    const char* keys;
    const char* head;
    bool lasts_at_once;
};

class PowerLossLiveTest : public DaemonLiveTest, public testing::WithParamInterface<Way> {
public:
    void SetUp() override {
        DaemonLiveTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        const std::string why = FuseDisk::obstacle();
        if (!why.empty() && testing_link::is_required("tools")) FAIL() << why;
        if (!why.empty()) GTEST_SKIP() << why;
    }
};

TEST_P(PowerLossLiveTest, KeepsWhatWasFlushed) {
    Cable cable;
    cable.plug();
    std::filesystem::resize_file(file.path(), sectors * sector_size);
    FuseDisk disk(file.path(), {"--filter=cache", "file", file.path(), "cache=writeback"});
    write_config(GetParam().head + table(1, cable.name, GetParam().keys, disk.path()));
    Ledger ledger(sectors, GetParam().lasts_at_once);
    Soak soak(3);
    std::uint64_t losses = 0;
    while (const auto seed = soak.next()) {
        ASSERT_TRUE(disk.switch_on());
        Program program = start();
        LiveLoad load({.interface = cable.name + "f", .device = {7, 1}, .seed = *seed}, ledger);
        ASSERT_FALSE(load.attach());
        load.check_everything(true);
        load.run_for(std::chrono::milliseconds(50 + *seed * 7919 % 400));
        const Time deadline = clock.now() + long_enough;  // Where all is slow.
        while (ledger.flushes() == 0 && clock.now() < deadline) load.step();
        disk.cut_power();
        program.signal(SIGKILL);
        EXPECT_EQ(program.exit_status(), 128 + SIGKILL);
        ++losses;
        ASSERT_EQ(load.complaints(), "") << "seed " << *seed;
        ASSERT_EQ(load.failed(), 0) << "seed " << *seed;
    }
    Soak::tell(std::to_string(losses) + " losses of power, " +
               std::to_string(ledger.acknowledged()) + " writes and " +
               std::to_string(ledger.flushes()) + " flushes acknowledged: all there; " +
               std::to_string(ledger.forgotten()) + " sectors forgotten that may be");
    EXPECT_GT(ledger.flushes(), 0);
    EXPECT_GT(ledger.acknowledged(), 0);
}

/// The daemon goes on, and the disk is back at once, without what it was not told to keep.
TEST_P(PowerLossLiveTest, TellsWhenTheDiskAloneLostItsPower) {
    Cable cable;
    cable.plug();
    std::filesystem::resize_file(file.path(), sectors * sector_size);
    FuseDisk disk(file.path(), {"--filter=cache", "file", file.path(), "cache=writeback"});
    write_config(GetParam().head + table(1, cable.name, GetParam().keys, disk.path()));
    Ledger ledger(sectors, GetParam().lasts_at_once);
    ASSERT_TRUE(disk.switch_on());
    const Program program = start();
    LiveLoad load({.interface = cable.name + "f", .device = {7, 1}, .flushes = 0, .reads = 0},
                  ledger);
    ASSERT_FALSE(load.attach());
    load.run_for(std::chrono::milliseconds(100));
    load.finish();
    disk.cut_power();
    load.run_for(std::chrono::milliseconds(10));
    load.finish();
    ASSERT_TRUE(disk.switch_on());
    const Time deadline = clock.now() + long_enough;
    for (const std::uint64_t done = load.done(); load.done() == done; load.step()) {
        ASSERT_LT(clock.now(), deadline) << "the disk is back, and not served";
    }
    load.finish();
    EXPECT_EQ(!load.flush(), GetParam().lasts_at_once) << "with sync nothing was left to lose";
    load.check_everything(true);
    EXPECT_FALSE(load.flush());
    EXPECT_EQ(load.complaints(), "");
}

INSTANTIATE_TEST_SUITE_P(
    Ways, PowerLossLiveTest,
    testing::Values(Way{"Ring", "", "", false}, Way{"Threads", "", "io = \"threads\"\n", false},
                    Way{"Direct", "direct = true", "", false}, Way{"Sync", "sync = true", "", true},
                    Way{"SyncThreads", "sync = true", "io = \"threads\"\n", true}),
    [](const auto& way) { return way.param.name; });

}  // namespace
}  // namespace aoe::target
