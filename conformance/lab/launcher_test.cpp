// SPDX-License-Identifier: MIT
// Starting, losing and ending processes. No network: what "answers" means is the test's own.
#include "conformance/lab/launcher.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>
#include <unistd.h>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/lab/loop_device.h"

namespace aoe::conformance {
namespace {

using testing::Contains;
using testing::HasSubstr;

bool after_a_moment() {
    ::usleep(5000);
    return false;
}

TEST(ScratchDiskTest, HasASizeAndLeavesNoFile) {
    std::string path;
    {
        const ScratchDisk disk(1 << 20);
        path = disk.path();
        EXPECT_EQ(std::filesystem::file_size(path), 1U << 20);
        std::fstream file(path, std::ios::in | std::ios::out);
        EXPECT_TRUE(file << "data");
    }
    struct stat unused {};
    EXPECT_NE(::stat(path.c_str(), &unused), 0);
}

TEST(ScratchDiskTest, LosesWhatIsCutOffAndMayBeHuge) {
    ScratchDisk disk(1 << 20);
    std::fstream(disk.path(), std::ios::in | std::ios::out) << "data";
    disk.resize(2);
    EXPECT_EQ(std::filesystem::file_size(disk.path()), 2U);
    disk.resize((std::uint64_t{1} << 37) + 300);
    EXPECT_EQ(std::filesystem::file_size(disk.path()), (std::uint64_t{1} << 37) + 300);
    std::string begin(4, 'x');
    std::ifstream(disk.path()).read(begin.data(), 4);
    EXPECT_EQ(begin, std::string("da\0\0", 4));
    EXPECT_THROW(disk.resize(std::uint64_t{1} << 63), std::system_error);
}

TEST(LoopDeviceTest, ShowsTheDiskAndGoesWithItsOwner) {
    if (::access("/dev/loop-control", W_OK) != 0) GTEST_SKIP() << "no right to loop devices here";
    const ScratchDisk disk(1 << 20);
    std::fstream(disk.path(), std::ios::in | std::ios::out) << "data";
    std::string path;
    std::unique_ptr<LoopDevice> loop;
    try {
        loop = std::make_unique<LoopDevice>(disk.path());
    } catch (const std::system_error& error) {
        GTEST_SKIP() << error.what();
    }
    path = loop->path();
    std::string start(4, '\0');
    std::ifstream(path).read(start.data(), 4);
    EXPECT_EQ(start, "data");
    const std::filesystem::path attached =
        "/sys/block/" + path.substr(path.rfind('/') + 1) + "/loop/backing_file";
    EXPECT_TRUE(std::filesystem::exists(attached));
    loop.reset();
    for (int i = 0; i < 1000 && std::filesystem::exists(attached); ++i) ::usleep(1000);
    EXPECT_FALSE(std::filesystem::exists(attached));
}

TEST(TargetProcessTest, StartsWhatAnswersAndEndsIt) {
    TargetProcess process({.command = "echo hello; exec sleep 1000",
                           .stop_command = {},
                           .answers = [] { return true; }});
    EXPECT_EQ(process.start(), "");
    EXPECT_FALSE(process.ended());
    while (process.last_output().empty()) ::usleep(1000);
    process.stop();
    EXPECT_THAT(process.last_output(), Contains("hello"));
}

TEST(TargetProcessTest, SaysHowAndWithWhatWordsItEnded) {
    TargetProcess process({.command = "echo no such disk >&2; exit 3",
                           .stop_command = {},
                           .answers = after_a_moment});
    EXPECT_THAT(process.start(), HasSubstr("exited with status 3\n  no such disk"));
}

TEST(TargetProcessTest, NoticesADeathAndStartsAgain) {
    TargetProcess process(
        {.command = "exec sleep 1000", .stop_command = {}, .answers = [] { return true; }});
    ASSERT_EQ(process.start(), "");
    // The process is its own group's leader; its id is the only thing the shell knows as $$.
    TargetProcess suicidal({.command = "sleep 0.05; kill -SEGV $$",
                            .stop_command = {},
                            .answers = [] { return true; }});
    ASSERT_EQ(suicidal.start(), "");
    while (!suicidal.ended()) ::usleep(1000);
    EXPECT_THAT(*suicidal.ended(), HasSubstr("was killed by signal 11"));
    EXPECT_TRUE(suicidal.restart());
    EXPECT_FALSE(process.ended());
}

TEST(TargetProcessTest, EndsWhatIgnoresTermination) {
    TargetProcess process({.command = "trap '' TERM; while :; do sleep 0.1; done",
                           .stop_command = {},
                           .answers = [] { return true; }});
    ASSERT_EQ(process.start(), "");
    process.stop();
    EXPECT_EQ(process.start(), "");
}

TEST(TargetProcessTest, OutputIsKeptToItsLastLines) {
    TargetProcess process({.command = "i=0; while [ $i -lt 500 ]; do echo $i; i=$((i+1)); done; "
                                      "exec sleep 1000",
                           .stop_command = {},
                           .answers = [] {
                               ::usleep(100000);
                               return true;
                           }});
    ASSERT_EQ(process.start(), "");
    const auto lines = process.last_output();
    EXPECT_LE(lines.size(), 100U);
    EXPECT_EQ(lines.back(), "499");
}

}  // namespace
}  // namespace aoe::conformance
