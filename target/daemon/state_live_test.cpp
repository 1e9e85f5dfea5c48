// SPDX-License-Identifier: MIT
// State that outlives the process, however that ends.
#include <csignal>
#include <filesystem>

#include "target/daemon/live_fixture_test.h"
#include "wire/random.h"

namespace aoe::target {
namespace {

class StateLiveTest : public DaemonLiveTest {
public:
    void write_lasting_config(const std::string& interface) const {
        write_config("state-dir = \"" + folder() + "\"\n" + table(1, interface));
    }
    std::string folder() const { return file.path() + ".state"; }
};

TEST_F(StateLiveTest, WhatInitiatorsLeftIsThereAfterARestart) {
    Cable cable;
    cable.plug();
    write_lasting_config(cable.name);
    {
        Program program = start();
        ASSERT_TRUE(ask(*cable.far, 1, config(config_command::set, "left")));
        ASSERT_TRUE(ask(*cable.far, 1, mask_edit({add(cable.far->mac())})));
        ASSERT_TRUE(ask(*cable.far, 1, reserve(reserve_command::set, {bob})));
        program.signal(SIGTERM);
        EXPECT_EQ(program.exit_status(), 0);
    }
    const Program again = start();
    EXPECT_EQ(string_of(*cable.far, 1), "left");
    const auto reserved = ask(*cable.far, 1, read(0, 1));
    ASSERT_TRUE(reserved);
    EXPECT_EQ(FrameView::parse(*reserved)->header().error, 6);
}

TEST_F(StateLiveTest, HoldsWhatWasAcknowledgedThoughKilledAHundredTimes) {
    Cable cable;
    cable.plug();
    write_lasting_config(cable.name);
    Random random(1);
    unsigned acknowledged = 0;
    unsigned given = 0;
    for (int kill = 0; kill < 100; ++kill) {
        Program program = start();
        const std::string found = string_of(*cable.far, 1);
        const unsigned kept = found.empty() ? 0 : static_cast<unsigned>(std::stoul(found));
        ASSERT_GE(kept, acknowledged) << "after kill " << kill;
        ASSERT_LE(kept, given) << "after kill " << kill;
        const auto times = random.below(8);
        for (std::uint64_t i = 0; i < times; ++i) {
            ASSERT_TRUE(
                ask(*cable.far, 1, config(config_command::force_set, std::to_string(++given))));
            acknowledged = given;
        }
        // One more is on its way when the end comes, at whatever instant.
        Frame last = config(config_command::force_set, std::to_string(++given));
        std::ranges::copy(broadcast_mac, last.begin());
        const Mac source = cable.far->mac();
        std::ranges::copy(source, last.begin() + 6);
        last[18] = std::byte{1};
        send_copy(*cable.far, last);
        next_before(*cable.far, clock.now() + std::chrono::microseconds(random.below(4000)),
                    [](const Header&) { return false; });
        program.signal(SIGKILL);
        program.exit_status();
    }
    EXPECT_GT(acknowledged, 200U);
}

TEST_F(StateLiveTest, AFileThatIsNoStateStopsTheStart) {
    std::filesystem::create_directories(folder());
    std::ofstream(folder() + "/e7.1") << "aoe-target state 1\nconfig 41";
    write_lasting_config("eth0");
    Program program = start();
    EXPECT_EQ(program.exit_status(), 1);
    EXPECT_THAT(program.error_line(), testing::HasSubstr("/e7.1 was cut"));
}

}  // namespace
}  // namespace aoe::target
