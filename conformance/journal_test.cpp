// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
#include <system_error>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/state.h"

namespace aoe::conformance {
namespace {

using testing::HasSubstr;

class JournalTest : public testing::Test {
protected:
    JournalTest() {
        std::string name = testing::TempDir() + "journal-XXXXXX";
        folder_ = ::mkdtemp(name.data());
    }
    ~JournalTest() override { std::filesystem::remove_all(folder_); }

    static Journal sample() {
        Journal journal{.target = "e7.3", .interface = "veth0", .mac = {}, .state = {}};
        journal.mac[5] = std::byte{9};
        journal.state.doors = all_doors - (Door::hostile | Door::disk);
        journal.state.config_string = std::string("a\0\xff\"", 4);
        journal.state.mask_list = {journal.mac, Mac{}};
        journal.state.reserve_list = {journal.mac};
        journal.state.range = {.first = 126976, .count = 2};
        journal.state.sectors.assign(1024, 0xa5);
        return journal;
    }
    void write(const std::string& text) { std::ofstream(folder_ / "j") << text; }
    std::string error() { return read_journal(folder_ / "j").error(); }

    std::filesystem::path folder_;
};

TEST_F(JournalTest, ComesBackAsItWas) {
    const Journal wrote = sample();
    EXPECT_TRUE(write_journal(folder_ / "j", wrote));
    const auto read = read_journal(folder_ / "j");
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(read->target, wrote.target);
    EXPECT_EQ(read->interface, wrote.interface);
    EXPECT_EQ(read->mac, wrote.mac);
    EXPECT_EQ(read->state.doors, wrote.state.doors);
    EXPECT_EQ(read->state.config_string, wrote.state.config_string);
    EXPECT_EQ(read->state.mask_list, wrote.state.mask_list);
    EXPECT_EQ(read->state.reserve_list, wrote.state.reserve_list);
    EXPECT_EQ(read->state.range, wrote.state.range);
    EXPECT_EQ(read->state.sectors, wrote.state.sectors);
}

TEST_F(JournalTest, EveryTruncationIsNoticed) {
    EXPECT_TRUE(write_journal(folder_ / "j", sample()));
    std::ifstream in(folder_ / "j");
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    for (std::size_t size = 0; size < text.size(); size += 7) {
        write(text.substr(0, size));
        EXPECT_THAT(error(), HasSubstr("is no journal")) << size;
    }
}

TEST_F(JournalTest, NamesWhatIsWrong) {
    EXPECT_THAT(error(), HasSubstr("cannot open"));
    write("{\"aoe-conform-journal\": 99}");
    EXPECT_THAT(error(), HasSubstr("another version"));
    EXPECT_THROW((void)write_journal(folder_ / "no" / "j", sample()), std::system_error);
}

// Two runs that begin at once both find none, and one of them makes it.
TEST_F(JournalTest, ReplacesNone) {
    EXPECT_TRUE(write_journal(folder_ / "j", sample()));
    Journal other = sample();
    other.target = "e9.9";
    EXPECT_FALSE(write_journal(folder_ / "j", other));
    EXPECT_EQ(read_journal(folder_ / "j")->target, "e7.3");
}

TEST_F(JournalTest, AFullDiskLeavesNothingBehind) {
    std::filesystem::create_symlink("/dev/full", folder_ / "j.new");
    EXPECT_THROW((void)write_journal(folder_ / "j", sample()), std::system_error);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "j"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "j.new"));
}

}  // namespace
}  // namespace aoe::conformance
