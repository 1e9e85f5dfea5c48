// SPDX-License-Identifier: MIT
#include "target/daemon/state_file.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/program_test.h"

namespace aoe::target {
namespace {

using testing::HasSubstr;

Mac mac(unsigned last) {
    return {std::byte{2}, {}, {}, {}, {}, std::byte(last)};
}

ExportState full_state() {
    return {.config_string = std::vector(1024, std::byte{0xa5}),
            .mask = MacList(std::array{mac(1), mac(2)}),
            .reservation = MacList(std::array{mac(3), mac(3)}),
            .write_cache_enabled = false};
}

class StateFolderTest : public testing::Test {
public:
    ScratchFile scratch{1};
    std::string path = scratch.path() + ".d/state";
};

TEST(StateTextTest, ComesBackAsItWas) {
    EXPECT_EQ(*parse_state(state_text({})), ExportState{});
    EXPECT_EQ(*parse_state(state_text(full_state())), full_state());
}

TEST(StateTextTest, NoBeginningOfOneIsTakenForTheWhole) {
    const std::string text = state_text(full_state());
    for (std::size_t size = 0; size < text.size() - 1; ++size) {
        EXPECT_FALSE(parse_state(text.substr(0, size))) << size;
    }
}

TEST(StateTextTest, WrongLinesAreNamed) {
    const auto said = [](const std::string& line) {
        return parse_state("aoe-target state 1\n" + line + "\nend\n").error();
    };
    for (const char* line : {"config 1", "config zz", "mask x", "reserve 02:00", "write-cache 5",
                             "something else", ""}) {
        EXPECT_EQ(said(line), std::string("has a wrong line: ") + line);
    }
    EXPECT_THAT(parse_state("something").error(), HasSubstr("does not begin"));
}

TEST_F(StateFolderTest, KeepsOneStateAnAddress) {
    {
        const StateFolder before(path);
        EXPECT_EQ(before.load({7, 3}), std::nullopt);
        EXPECT_FALSE(before.save({7, 3}, full_state()));
        EXPECT_FALSE(before.save({7, 4}, {}));
    }
    const StateFolder folder(path);
    EXPECT_EQ(folder.load({7, 3}), full_state());
    EXPECT_EQ(folder.load({7, 4}), ExportState{});
    EXPECT_FALSE(folder.save({7, 3}, {}));
    EXPECT_EQ(folder.load({7, 3}), ExportState{});
    for (const auto& each : std::filesystem::directory_iterator(path)) {
        EXPECT_THAT(each.path().filename(), testing::AnyOf("e7.3", "e7.4", "locks"));
    }
}

TEST_F(StateFolderTest, AFileThatIsNoStateIsNotTakenForNone) {
    const StateFolder folder(path);
    std::ofstream(path + "/e7.3") << "aoe-target state 1\nconf";
    EXPECT_THROW(folder.load({7, 3}), std::runtime_error);
}

TEST_F(StateFolderTest, WhatCannotBeSavedLeavesTheOld) {
    const StateFolder folder(path);
    EXPECT_FALSE(folder.save({7, 3}, full_state()));
    std::filesystem::create_directory(path + "/e7.3.new");
    EXPECT_TRUE(folder.save({7, 3}, {}));
    EXPECT_EQ(folder.load({7, 3}), full_state());
    EXPECT_THROW(StateFolder("/proc/nowhere"), std::system_error);
}

TEST_F(StateFolderTest, AFullDiskLeavesTheOld) {
    const StateFolder folder(path);
    EXPECT_FALSE(folder.save({7, 3}, full_state()));
    std::filesystem::create_symlink("/dev/full", path + "/e7.3.new");
    EXPECT_EQ(folder.save({7, 3}, {}), std::errc::no_space_on_device);
    EXPECT_EQ(folder.load({7, 3}), full_state());
    std::filesystem::remove(path + "/e7.3.new");
    EXPECT_FALSE(folder.save({7, 3}, {}));
}

TEST_F(StateFolderTest, AnAddressIsOneProcesssAtATime) {
    auto first = std::make_unique<StateFolder>(path);
    const StateFolder second(path);
    EXPECT_FALSE(first->load({7, 3}));
    EXPECT_FALSE(first->load({7, 3})) << "it is its own";
    EXPECT_FALSE(second.load({7, 4})) << "another address";
    try {
        second.load({7, 3});
        ADD_FAILURE();
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), ("another aoe-target keeps " + path + "/e7.3").c_str());
    }
    first.reset();
    EXPECT_FALSE(second.load({7, 3}));
}

}  // namespace
}  // namespace aoe::target
