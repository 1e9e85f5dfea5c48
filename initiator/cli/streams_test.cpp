// SPDX-License-Identifier: MIT
#include "initiator/cli/streams.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <gmock/gmock.h>

#include "initiator/cli/exit_status.h"

namespace aoe::initiator {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Streams : public ::testing::Test {
public:
    Streams() {
        std::string name = ::testing::TempDir() + "streams-XXXXXX";
        folder = mkdtemp(name.data());
    }
    ~Streams() override { std::filesystem::remove_all(folder); }
    std::string path(const std::string& name) const { return folder / name; }
    static std::string contents(const std::string& path) {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static void fill(const std::string& path, const std::string& text) {
        std::ofstream(path) << text;
    }
    static Bytes bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

    std::filesystem::path folder;
};

TEST_F(Streams, AFileGetsItsNameWhenItIsComplete) {
    Output output(path("out"));
    EXPECT_FALSE(output.write(bytes("abc")));
    EXPECT_FALSE(std::filesystem::exists(path("out")));
    EXPECT_EQ(contents(path("out.partial")), "abc");
    EXPECT_THAT(output.what_is_kept(1), HasSubstr("out.partial' holds the first 1 sector"));
    EXPECT_FALSE(output.commit());
    EXPECT_EQ(contents(path("out")), "abc");
    EXPECT_FALSE(std::filesystem::exists(path("out.partial")));
}

TEST_F(Streams, AnOldFileStaysUntilThen) {
    fill(path("out"), "old");
    {
        Output output(path("out"));
        EXPECT_FALSE(output.write(bytes("new")));
    }
    EXPECT_EQ(contents(path("out")), "old");
    EXPECT_EQ(contents(path("out.partial")), "new") << "kept for whoever wants it";
}

TEST_F(Streams, WhatIsKeptEndsInItsHolesToo) {
    const std::vector<std::byte> zeros(8 * 512);
    {
        Output output(path("out"));
        EXPECT_FALSE(output.write_sparse(bytes(std::string(4096, 'x'))));
        EXPECT_FALSE(output.write_sparse(zeros));
        EXPECT_THAT(output.what_is_kept(16), HasSubstr("holds the first 16 sectors"));
    }
    EXPECT_EQ(contents(path("out.partial")), std::string(4096, 'x') + std::string(4096, '\0'));
}

TEST_F(Streams, AFileThatIsReplacedBequeathesItsMode) {
    namespace fs = std::filesystem;
    fill(path("out"), "old");
    for (const auto mode : {fs::perms::owner_read | fs::perms::owner_write,
                            fs::perms::owner_read | fs::perms::group_read}) {
        fs::permissions(path("out"), mode);
        Output output(path("out"));
        EXPECT_FALSE(output.write(bytes("new")));
        EXPECT_EQ(fs::status(path("out.partial")).permissions(), mode) << "never more than that";
        EXPECT_FALSE(output.commit());
        EXPECT_EQ(fs::status(path("out")).permissions(), mode);
    }
}

TEST_F(Streams, ABlockDeviceIsAskedFor) {
    // No driver has that number, so nothing would be written by mistake.
    if (mknod(path("disk").c_str(), S_IFBLK | 0600, makedev(510, 255)) != 0) {
        GTEST_SKIP() << "no right to make a device node";
    }
    try {
        require_yes_for_device(path("disk"), false);
        FAIL() << "a block device was taken for a file";
    } catch (const CommandError& error) {
        EXPECT_EQ(error.status(), 2);
        EXPECT_THAT(error.what(), AllOf(HasSubstr("overwrites the block device '"),
                                        HasSubstr("disk'; add --yes to do it")));
    }
    EXPECT_NO_THROW(require_yes_for_device(path("disk"), true));
    EXPECT_NO_THROW(require_yes_for_device(path("file"), false));
}

TEST_F(Streams, NothingIsKeptOfNothing) {
    {
        Output output(path("out"));
        EXPECT_EQ(output.what_is_kept(0), "nothing was kept");
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    {
        Output output(path("out"));
        EXPECT_FALSE(output.commit());
    }
    EXPECT_EQ(contents(path("out")), "") << "an empty result is a result";
}

TEST_F(Streams, ASymbolicLinkIsWrittenThrough) {
    fill(path("real"), "old");
    std::filesystem::create_symlink(path("real"), path("link"));
    Output output(path("link"));
    EXPECT_FALSE(output.write(bytes("new")));
    EXPECT_FALSE(output.commit());
    EXPECT_TRUE(std::filesystem::is_symlink(path("link")));
    EXPECT_EQ(contents(path("real")), "new");
}

TEST_F(Streams, DevicesAreWrittenDirectly) {
    Output null("/dev/null");
    EXPECT_FALSE(null.write(bytes("abc")));
    EXPECT_FALSE(null.commit());
    Output full("/dev/full");
    EXPECT_EQ(full.write(bytes("abc")), std::errc::no_space_on_device);
    EXPECT_THAT(full.what_is_kept(0), HasSubstr("0 sectors went to /dev/full"));
}

TEST_F(Streams, FilesThatCannotBeOpenedAreNamed) {
    try {
        Output output(path("no/such/folder"));
        FAIL();
    } catch (const CommandError& error) {
        EXPECT_EQ(error.status(), 2);
        EXPECT_THAT(error.what(), HasSubstr("no/such/folder.partial"));
    }
    EXPECT_THROW(Input input(path("missing")), CommandError);
}

TEST_F(Streams, InputIsReadToItsEnd) {
    fill(path("in"), "0123456789");
    Input input(path("in"));
    EXPECT_EQ(input.size(), 10U);
    std::array<std::byte, 8> room{};
    EXPECT_EQ(*input.read(room), 8U);
    EXPECT_EQ(input.size(), 2U);
    EXPECT_EQ(*input.read(room), 2U);
    EXPECT_EQ(room[1], std::byte{'9'});
    EXPECT_EQ(*input.read(room), 0U);
}

TEST_F(Streams, AFolderIsNoInput) {
    Input input(folder);
    std::array<std::byte, 8> room{};
    EXPECT_EQ(input.read(room).error(), std::errc::is_a_directory);
}

TEST_F(Streams, ADeviceHasNoSizeThatIsKnown) {
    EXPECT_EQ(Input("/dev/zero").size(), std::nullopt);
}

}  // namespace
}  // namespace aoe::initiator
