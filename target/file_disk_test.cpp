// SPDX-License-Identifier: MIT
#include "target/file_disk.h"

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/ata.h"

namespace aoe::target {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using Sectors = std::vector<std::byte>;

class FileDiskTest : public testing::Test {
public:
    FileDiskTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "aoe-disk-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        path = (folder / "disk.img").string();
    }
    ~FileDiskTest() override { std::filesystem::remove_all(folder); }

    /// Sector n is filled with the byte n.
    void make_file(std::size_t sectors, std::size_t more_bytes = 0) const {
        std::ofstream file(path, std::ios::binary);
        for (std::size_t i = 0; i < sectors; ++i) {
            file << std::string(sector_size, static_cast<char>(i));
        }
        file << std::string(more_bytes, 'x');
    }
    static Sectors filled(std::size_t sectors, unsigned value) {
        return Sectors(sectors * sector_size, static_cast<std::byte>(value));
    }
    static Sectors read(Disk& disk, std::uint64_t sector, std::size_t count) {
        Sectors bytes(count * sector_size);
        EXPECT_FALSE(disk.read(sector, bytes));
        return bytes;
    }
    /// What opening says when it fails.
    static std::string refusal(const FileDiskOptions& options) {
        try {
            open_file_disk(options);
        } catch (const std::exception& error) {
            return error.what();
        }
        return "";
    }

    std::filesystem::path folder;
    std::string path;
};

TEST_F(FileDiskTest, ReadsAndWritesSectors) {
    make_file(8);
    const auto disk = open_file_disk({.path = path});
    EXPECT_EQ(disk->sectors(), 8U);
    EXPECT_FALSE(disk->read_only());
    EXPECT_EQ(read(*disk, 3, 1), filled(1, 3));
    EXPECT_FALSE(disk->write(7, filled(1, 0x77)));
    EXPECT_FALSE(disk->write(2, filled(2, 0x22)));
    EXPECT_FALSE(disk->flush());
    const auto again = open_file_disk({.path = path});
    EXPECT_EQ(read(*again, 7, 1), filled(1, 0x77));
    EXPECT_EQ(read(*again, 2, 2), filled(2, 0x22));
    EXPECT_EQ(read(*again, 1, 1), filled(1, 1));
    EXPECT_EQ(read(*again, 4, 1), filled(1, 4));
}

TEST_F(FileDiskTest, RoundsDownToWholeSectors) {  // AOE-ATAID-21
    make_file(3, 511);
    EXPECT_EQ(open_file_disk({.path = path})->sectors(), 3U);
}

TEST_F(FileDiskTest, ExportsAPartOfTheFile) {
    make_file(10);
    const auto disk = open_file_disk({.path = path, .offset_sectors = 4, .length_sectors = 3});
    EXPECT_EQ(disk->sectors(), 3U);
    EXPECT_EQ(read(*disk, 0, 1), filled(1, 4));
    EXPECT_FALSE(disk->write(2, filled(1, 0x99)));
    const auto whole = open_file_disk({.path = path});
    EXPECT_EQ(read(*whole, 6, 1), filled(1, 0x99));
    EXPECT_EQ(read(*whole, 7, 1), filled(1, 7));
    EXPECT_EQ(open_file_disk({.path = path, .offset_sectors = 4})->sectors(), 6U);
}

TEST_F(FileDiskTest, ReadOnlyOpensWhatCannotBeWritten) {
    make_file(4);
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    const auto disk = open_file_disk({.path = path, .read_only = true});
    EXPECT_TRUE(disk->read_only());
    EXPECT_EQ(read(*disk, 1, 2).size(), 2 * sector_size);
    EXPECT_FALSE(disk->flush());
    EXPECT_EQ(disk->write(0, filled(1, 1)).value(), EBADF);
}

TEST_F(FileDiskTest, DirectTakesBytesFromAnywhereInMemory) {
    // Temporary folders are often in memory, and know no direct transfers there.
    path = (std::filesystem::path(AOE_BINARY_DIR) / "direct-disk.img").string();
    make_file(300);
    std::unique_ptr<Disk> disk;
    try {
        disk = open_file_disk({.path = path, .direct = true});
    } catch (const std::system_error& error) {
        std::filesystem::remove(path);
        GTEST_SKIP() << "no direct transfers of 512 bytes here: " << error.what();
    }
    Sectors storage(256 * sector_size + 7);
    for (const std::size_t shift : {0U, 1U, 7U}) {
        const auto unaligned = std::span(storage).subspan(shift, 255 * sector_size);
        std::ranges::fill(unaligned, static_cast<std::byte>(0x30 + shift));
        EXPECT_FALSE(disk->write(1, unaligned));
        std::ranges::fill(unaligned, std::byte{});
        EXPECT_FALSE(disk->read(1, unaligned));
        EXPECT_EQ(Sectors(unaligned.begin(), unaligned.end()),
                  filled(255, static_cast<unsigned>(0x30 + shift)));
    }
    EXPECT_EQ(disk->sectors(), 300U);
    EXPECT_FALSE(disk->read_only());
    EXPECT_FALSE(disk->flush());
    std::filesystem::remove(path);
}

TEST_F(FileDiskTest, AFileCutShorterIsAnError) {
    make_file(8);
    const auto disk = open_file_disk({.path = path});
    std::filesystem::resize_file(path, 4 * sector_size + 100);
    Sectors two = filled(2, 0);
    EXPECT_EQ(disk->read(4, two), std::errc::io_error);
    EXPECT_FALSE(disk->read(2, two));
    EXPECT_EQ(disk->write(3, two), std::errc::io_error);
    EXPECT_EQ(disk->write(6, two), std::errc::io_error);
    EXPECT_EQ(disk->read(4, two), std::errc::io_error) << "zeros that nobody wrote";
    EXPECT_FALSE(disk->write(2, two));
}

TEST_F(FileDiskTest, AFileCutWhileItIsWrittenIsNoticedWithinATick) {
    make_file(8);
    const auto disk = open_file_disk({.path = path});
    const Sectors two = filled(2, 0);
    EXPECT_FALSE(disk->write(6, two));
    std::filesystem::resize_file(path, 4 * sector_size);
    const auto tick = [] {
        std::timespec now{};
        ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
        return std::pair(now.tv_sec, now.tv_nsec);
    };
    for (const auto begun = tick(); tick() == begun;) {
    }
    EXPECT_EQ(disk->write(6, two), std::errc::io_error);
    EXPECT_EQ(std::filesystem::file_size(path), 4 * sector_size);
    std::filesystem::resize_file(path, 8 * sector_size);
    EXPECT_FALSE(disk->write(6, two)) << "at once when it is whole again";
}

TEST_F(FileDiskTest, RefusesWhatCannotBeExported) {
    EXPECT_THAT(refusal({.path = path}), AllOf(HasSubstr(path), HasSubstr("No such file")));
    EXPECT_THAT(refusal({.path = folder.string()}), HasSubstr("neither a regular file nor"));
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    EXPECT_THAT(refusal({.path = path, .read_only = true}), HasSubstr("neither"));
    std::filesystem::remove(path);
    make_file(0, 511);
    EXPECT_THAT(refusal({.path = path}),
                AllOf(HasSubstr("cannot export any sectors"), HasSubstr("it has 0 of 512 bytes")));
    make_file(10);
    EXPECT_THAT(refusal({.path = path, .offset_sectors = 10}), HasSubstr("from sector 10 on"));
    EXPECT_THAT(refusal({.path = path, .offset_sectors = ~std::uint64_t{0}}),
                HasSubstr("cannot export any"));
    EXPECT_THAT(refusal({.path = path, .offset_sectors = 4, .length_sectors = 7}),
                AllOf(HasSubstr("cannot export 7 sectors"), HasSubstr("it has 10 of 512 bytes")));
    EXPECT_EQ(refusal({.path = path, .offset_sectors = 4, .length_sectors = 6}), "");
}

TEST(MemoryDiskTest, StartsAsZerosAndKeepsWhatIsWritten) {
    MemoryDisk disk(4, true);
    EXPECT_TRUE(disk.read_only());
    MemoryDisk other(4);
    EXPECT_EQ(other.sectors(), 4U);
    EXPECT_FALSE(other.read_only());
    const Sectors data(2 * sector_size, std::byte{7});
    EXPECT_FALSE(other.write(2, data));
    EXPECT_FALSE(other.flush());
    Sectors all(4 * sector_size, std::byte{0xee});
    EXPECT_FALSE(other.read(0, all));
    EXPECT_TRUE(std::ranges::equal(std::span(all).last(2 * sector_size), data));
    EXPECT_THAT(std::span(all).first(2 * sector_size), testing::Each(std::byte{}));
}

}  // namespace
}  // namespace aoe::target
