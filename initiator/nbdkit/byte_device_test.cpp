// SPDX-License-Identifier: MIT
// Bytes on a disk of sectors, from one thread and from several.
#include "initiator/nbdkit/byte_device.h"

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "initiator/error.h"
#include "wire/random.h"

namespace aoe::initiator::nbdkit {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr Address address{.shelf = 7, .slot = 3};
constexpr std::size_t sectors = 64;

/// A disk in memory behind a byte device; every request is whole sectors.
struct Disk {
    Disk() : bytes(sectors * sector_size) {
        Random random(1);
        for (std::byte& each : bytes) each = static_cast<std::byte>(random.next());
    }
    std::error_code perform(const Request& request) {
        const std::lock_guard lock(mutex);
        EXPECT_EQ(request.device, address);
        asked.emplace_back(request.kind, request.first_sector);
        if (request.kind == refused) return refusal;
        auto* const from = bytes.data() + request.first_sector * sector_size;
        if (request.kind == Kind::read) {
            EXPECT_EQ(request.read_into.size() % sector_size, 0U);
            std::copy_n(from, request.read_into.size(), request.read_into.begin());
        }
        if (request.kind == Kind::write) {
            EXPECT_EQ(request.write_from.size() % sector_size, 0U);
            std::copy(request.write_from.begin(), request.write_from.end(), from);
        }
        return {};
    }

    std::mutex mutex;
    std::vector<std::byte> bytes;
    std::vector<std::pair<Kind, std::uint64_t>> asked;
    Kind refused = Kind::query_config;
    std::error_code refusal;
    ByteDevice device{[this](const Request& request) { return perform(request); }, address,
                      sectors};
};

TEST(ByteDevice, ReadsAnyBytes) {
    Disk disk;
    EXPECT_EQ(disk.device.size_bytes(), sectors * sector_size);
    for (const std::size_t offset : {0U, 1U, 511U, 512U, 700U}) {
        for (const std::size_t size : {1U, 511U, 512U, 513U, 1024U, 5000U}) {
            std::vector<std::byte> read(size);
            ASSERT_FALSE(disk.device.read(read, offset));
            EXPECT_TRUE(std::equal(read.begin(), read.end(), disk.bytes.data() + offset))
                << size << " bytes at " << offset;
        }
    }
}

TEST(ByteDevice, WritesAnyBytesAndNoOthers) {
    for (const std::size_t offset : {0U, 1U, 511U, 512U, 700U}) {
        for (const std::size_t size : {1U, 511U, 512U, 513U, 1024U, 5000U}) {
            Disk disk;
            auto expected = disk.bytes;
            const std::vector<std::byte> written(size, std::byte{0xa5});
            std::copy(written.begin(), written.end(), expected.data() + offset);
            ASSERT_FALSE(disk.device.write(written, offset));
            EXPECT_TRUE(disk.bytes == expected) << size << " bytes at " << offset;
        }
    }
}

TEST(ByteDevice, WholeSectorsGoStraightToTheDevice) {
    Disk disk;
    std::vector<std::byte> data(2 * sector_size);
    ASSERT_FALSE(disk.device.write(data, 3 * sector_size));
    ASSERT_FALSE(disk.device.read(data, 5 * sector_size));
    ASSERT_FALSE(disk.device.flush());
    EXPECT_THAT(disk.asked,
                ElementsAre(Pair(Kind::write, 3), Pair(Kind::read, 5), Pair(Kind::flush, 0)));
}

TEST(ByteDevice, ThreadsThatShareSectorsLoseNothing) {
    Disk disk;
    constexpr std::size_t threads = 4;
    constexpr std::size_t size = 100;  // No two of the writes end at the same place.
    std::vector<std::thread> all;
    for (std::size_t number = 0; number < threads; ++number) {
        all.emplace_back([&disk, number] {
            for (std::size_t place = number; place < 300; place += threads) {
                const std::vector<std::byte> data(size, static_cast<std::byte>(place));
                EXPECT_FALSE(disk.device.write(data, place * size));
            }
        });
    }
    for (std::thread& each : all) each.join();
    for (std::size_t place = 0; place < 300; ++place) {
        const auto* const first = disk.bytes.data() + place * size;
        EXPECT_TRUE(std::all_of(first, first + size, [place](std::byte each) {
            return each == static_cast<std::byte>(place);
        })) << place;
    }
}

TEST(ByteDevice, TheProbeChangesNothingAndSaysWhetherWritesAreRefused) {
    Disk disk;
    const auto before = disk.bytes;
    EXPECT_FALSE(disk.device.probe_write());
    EXPECT_TRUE(disk.bytes == before);
    EXPECT_THAT(disk.asked,
                ElementsAre(Pair(Kind::read, sectors - 1), Pair(Kind::write, sectors - 1)));
    disk.refused = Kind::write;
    disk.refusal = ata_error(0x41, 0x04);
    EXPECT_EQ(disk.device.probe_write(), disk.refusal);
}

TEST(ByteDevice, OneBadSectorDoesNotMakeADeviceReadOnly) {
    Disk disk;
    disk.refused = Kind::write;
    for (const auto& defect : {ata_error(0x41, 0x10), ata_error(0x61, 0x00), ata_error(0x41, 0)}) {
        disk.refusal = defect;
        EXPECT_FALSE(disk.device.probe_write()) << defect.message();
    }
    disk.refusal = ata_error(0x41, 0x40);
    EXPECT_EQ(disk.device.probe_write(), disk.refusal);
    EXPECT_TRUE(is_refusal_to_write(disk.refusal));
    EXPECT_FALSE(is_refusal_to_write(aoe_error(6)));
}

TEST(ByteDevice, ASectorThatCannotBeReadIsNotProbed) {
    Disk disk;
    disk.refused = Kind::read;
    disk.refusal = ata_error(0x41, 0x40);
    EXPECT_FALSE(disk.device.probe_write());
    disk.refusal = Failure::timed_out;
    EXPECT_EQ(disk.device.probe_write(), Failure::timed_out);
    EXPECT_THAT(disk.asked,
                ElementsAre(Pair(Kind::read, sectors - 1), Pair(Kind::read, sectors - 1)));
}

TEST(ByteDevice, AFailureIsReportedAndWritesNothing) {
    Disk disk;
    const auto before = disk.bytes;
    disk.refused = Kind::read;
    disk.refusal = ata_error(0x41, 0x40);
    std::vector<std::byte> data(10);
    EXPECT_EQ(disk.device.read(data, 3), disk.refusal);
    EXPECT_EQ(disk.device.write(data, 3), disk.refusal);
    EXPECT_TRUE(disk.bytes == before);
}

TEST(ErrorNumber, IsOneThatNbdKnows) {
    EXPECT_EQ(error_number(ata_error(0x41, 0x04), true), EPERM);
    EXPECT_EQ(error_number(ata_error(0x41, 0x04), false), EIO);
    EXPECT_EQ(error_number(ata_error(0x41, 0x40), true), EPERM);
    EXPECT_EQ(error_number(ata_error(0x41, 0x10), true), EIO);
    EXPECT_EQ(error_number(aoe_error(6), false), EPERM);
    EXPECT_EQ(error_number(Failure::timed_out, true), EIO);
    EXPECT_EQ(error_number(Failure::flush_not_offered, false), EOPNOTSUPP);
    EXPECT_EQ(error_number(Failure::sector_out_of_reach, false), EINVAL);
}

}  // namespace
}  // namespace aoe::initiator::nbdkit
