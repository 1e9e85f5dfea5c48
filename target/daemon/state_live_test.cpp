// SPDX-License-Identifier: MIT
// State that outlives the process, however that ends.
#include <csignal>
#include <filesystem>

#include "target/daemon/live_fixture_test.h"

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

TEST_F(StateLiveTest, AFileThatIsNoStateKeepsItsExportBack) {
    Cable cable;
    cable.plug();
    std::filesystem::create_directories(folder());
    std::ofstream(folder() + "/e7.1") << "aoe-target state 1\nconfig 41";
    write_config("state-dir = \"" + folder() + "\"\n" + table(1, cable.name) +
                 table(2, cable.name));
    const Program program = start();
    EXPECT_THAT(said(program, "/e7.1"), testing::HasSubstr("was cut"));
    EXPECT_TRUE(ask(*cable.far, 2, config(0)));
    EXPECT_FALSE(ask(*cable.far, 1, config(0), 1)) << "open to all whom its lists kept out";
    std::filesystem::remove(folder() + "/e7.1");
    EXPECT_TRUE(ask(*cable.far, 1, config(0)));
}

TEST_F(StateLiveTest, OfTwoWithOneAddressTheSecondWaitsForTheEndOfTheFirst) {
    Cable cable;
    cable.plug();
    write_lasting_config(cable.name);
    Program first = start();
    ASSERT_TRUE(ask(*cable.far, 1, config(config_command::set, "left")));
    const Program second = start();
    EXPECT_THAT(said(second, folder()), testing::HasSubstr("another aoe-target keeps"));
    first.signal(SIGKILL);
    first.exit_status();
    EXPECT_EQ(string_of(*cable.far, 1), "left");
}

}  // namespace
}  // namespace aoe::target
