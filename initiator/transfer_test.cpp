// SPDX-License-Identifier: MIT
#include "initiator/transfer.h"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>

#include "initiator/error.h"
#include "initiator/testing/memory_network.h"

namespace aoe::initiator {
namespace {

using testing::FakeTarget;
using testing::MemoryNetwork;

constexpr Address address{.shelf = 7, .slot = 3};
constexpr std::size_t disk_sectors = 10000;  // More than all chunks under way.

class TransferTest : public ::testing::Test {
public:
    TransferTest() {
        EXPECT_FALSE(session.attach(address, std::nullopt));
        for (std::size_t i = 0; i < target.disk().size(); ++i) {
            target.disk()[i] = static_cast<std::byte>(i / sector_size * 5 + i);
        }
    }
    Transfer read(std::uint64_t first, std::uint64_t count) {
        return read_sectors(
            session, address, first, count,
            [&](Bytes bytes) {
                output.insert(output.end(), bytes.begin(), bytes.end());
                return output.size() > sink_limit ? std::make_error_code(std::errc::io_error)
                                                  : std::error_code{};
            },
            [&](std::uint64_t sectors) { progress.push_back(sectors); });
    }
    Transfer write(std::uint64_t first, const std::vector<std::byte>& bytes, bool pad = false,
                   std::uint64_t end = disk_sectors) {
        std::size_t taken = 0;
        return write_sectors(
            session, address, first, end,
            [&](MutableBytes room) -> Expected<std::size_t, std::error_code> {
                if (taken >= source_limit) {
                    return Unexpected{std::make_error_code(std::errc::io_error)};
                }
                const std::size_t size = std::min(room.size(), bytes.size() - taken);
                std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(taken), size, room.begin());
                taken += size;
                return size;
            },
            {.pad = pad}, [&](std::uint64_t sectors) { progress.push_back(sectors); });
    }
    bool disk_holds(std::uint64_t first, const std::vector<std::byte>& bytes) {
        const auto place = target.disk().begin() + static_cast<std::ptrdiff_t>(first * sector_size);
        return std::equal(bytes.begin(), bytes.end(), place);
    }

    MemoryNetwork network;
    FakeTarget& target = network.add({.sectors = disk_sectors});
    Session session{*network.link, network.clock, {}};
    std::vector<std::byte> output;
    std::vector<std::uint64_t> progress;
    std::size_t sink_limit = ~std::size_t{0};
    std::size_t source_limit = ~std::size_t{0};
};

TEST_F(TransferTest, ReadsTheWholeDiskInOrder) {
    const Transfer result = read(0, disk_sectors);
    EXPECT_TRUE(result.complete());
    EXPECT_EQ(result.sectors, disk_sectors);
    EXPECT_EQ(output, target.disk());
    EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
    EXPECT_EQ(progress.back(), disk_sectors);
}

TEST_F(TransferTest, ReadsARangeThatFitsNoChunk) {
    EXPECT_TRUE(read(4321, 1031).complete());
    EXPECT_EQ(output.size(), 1031 * sector_size);
    EXPECT_TRUE(disk_holds(4321, output));
}

TEST_F(TransferTest, AReadBeyondTheEndDeliversWhatCameBefore) {
    const Transfer result = read(disk_sectors - 600, 1200);
    EXPECT_EQ(result.device_error, ata_error(0x41, 0x10));
    EXPECT_EQ(result.sectors, 512U);
    EXPECT_EQ(output.size(), 512 * sector_size);
    EXPECT_EQ(session.initiator().pending(), 0U);
}

TEST_F(TransferTest, AFailingSinkStopsTheRead) {
    sink_limit = 512 * sector_size;
    const Transfer result = read(0, disk_sectors);
    EXPECT_EQ(result.stream_error, std::errc::io_error);
    EXPECT_EQ(result.sectors, 512U);
    EXPECT_EQ(session.initiator().pending(), 0U);
    EXPECT_FALSE(session.initiator().next_completion());
}

TEST_F(TransferTest, WritesUntilTheSourceEnds) {
    const std::vector<std::byte> bytes(5001 * sector_size, std::byte{0x5a});
    const Transfer result = write(17, bytes);
    EXPECT_TRUE(result.complete());
    EXPECT_EQ(result.sectors, 5001U);
    EXPECT_EQ(result.odd_bytes, 0U);
    EXPECT_TRUE(disk_holds(17, bytes));
    EXPECT_NE(target.sector(5018)[0], std::byte{0x5a});
}

TEST_F(TransferTest, AnEmptySourceWritesNothing) {
    const Transfer result = write(5, {});
    EXPECT_TRUE(result.complete());
    EXPECT_EQ(result.sectors, 0U);
}

TEST_F(TransferTest, AnIncompleteLastSectorIsLeftOutAndReported) {
    const auto before = std::vector<std::byte>(target.sector(1).begin(), target.sector(1).end());
    const Transfer result = write(0, std::vector<std::byte>(sector_size + 100, std::byte{0x5a}));
    EXPECT_EQ(result.sectors, 1U);
    EXPECT_EQ(result.odd_bytes, 100U);
    EXPECT_TRUE(disk_holds(1, before));
}

TEST_F(TransferTest, OrFilledWithZeros) {
    const Transfer result =
        write(0, std::vector<std::byte>(sector_size + 100, std::byte{0x5a}), true);
    EXPECT_EQ(result.sectors, 2U);
    EXPECT_EQ(result.odd_bytes, 0U);
    std::vector<std::byte> expected(2 * sector_size);
    std::fill_n(expected.begin(), sector_size + 100, std::byte{0x5a});
    EXPECT_TRUE(disk_holds(0, expected));
}

TEST_F(TransferTest, ASourceThatEndsExactlyAtTheEndFits) {
    EXPECT_TRUE(write(disk_sectors - 700, std::vector<std::byte>(700 * sector_size)).complete());
}

TEST_F(TransferTest, ASourceBeyondTheEndIsAnErrorBeforeAnythingIsSentThere) {
    const std::vector<std::byte> before = target.disk();
    const Transfer result =
        write(100, std::vector<std::byte>(701 * sector_size, std::byte{0x5a}), false, 800);
    EXPECT_EQ(result.device_error, std::errc::no_space_on_device);
    EXPECT_EQ(result.sectors, 512U);
    EXPECT_TRUE(disk_holds(800, {before.begin() + std::ptrdiff_t{800} * 512, before.end()}));
}

TEST_F(TransferTest, AFailingSourceStopsTheWriteAfterWhatWasStarted) {
    source_limit = 1024 * sector_size;
    const Transfer result = write(0, std::vector<std::byte>(2048 * sector_size, std::byte{0x5a}));
    EXPECT_EQ(result.stream_error, std::errc::io_error);
    EXPECT_EQ(result.sectors, 1024U);
}

TEST_F(TransferTest, AnInterruptionSaysHowFarItGot) {
    Session stoppable(
        *network.link, network.clock,
        {.tag_seed = 9, .timing = {}, .interrupted = [&] { return !output.empty(); }});
    ASSERT_FALSE(stoppable.attach(address, std::nullopt));
    const Transfer result = read_sectors(
        stoppable, address, 0, disk_sectors,
        [&](Bytes bytes) {
            output.insert(output.end(), bytes.begin(), bytes.end());
            return std::error_code{};
        },
        [](std::uint64_t) {});
    EXPECT_EQ(result.device_error, std::errc::interrupted);
    EXPECT_LT(result.sectors, disk_sectors);
    EXPECT_EQ(result.sectors * sector_size, output.size());
}

}  // namespace
}  // namespace aoe::initiator
