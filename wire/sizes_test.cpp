// SPDX-License-Identifier: MIT
#include "wire/sizes.h"

#include <cstddef>

#include <gtest/gtest.h>

namespace aoe {
namespace {

// AOE-CFG-27: an MTU of 22 + 512 k is the first that takes k sectors.
TEST(MaxSectors, IsExactWhereTheMtuLeavesARemainder) {
    EXPECT_EQ(max_sectors(0), 0U);
    EXPECT_EQ(max_sectors(21), 0U);
    EXPECT_EQ(max_sectors(22), 0U);
    EXPECT_EQ(max_sectors(1045), 1U);
    EXPECT_EQ(max_sectors(1046), 2U);
    EXPECT_EQ(max_sectors(1500), 2U);
    EXPECT_EQ(max_sectors(4000), 7U);
    EXPECT_EQ(max_sectors(8725), 16U);
    EXPECT_EQ(max_sectors(8726), 17U);
    EXPECT_EQ(max_sectors(9000), 17U);
    EXPECT_EQ(max_sectors(65535), 127U);
}

TEST(MaxSectors, IsAtMostWhatTheByteOnTheWireCanSay) {
    EXPECT_EQ(max_sectors(22 + 255 * 512 - 1), 254U);
    EXPECT_EQ(max_sectors(22 + 255 * 512), 255U);
    EXPECT_EQ(max_sectors(22 + 256 * 512), 255U);
}

// AOE-CFG-28
TEST(MaxSectors, FillsEveryMtuAsFarAsItGoes) {
    for (std::size_t mtu = 22; mtu <= 65535; ++mtu) {
        const std::size_t sectors = max_sectors(mtu);
        ASSERT_LE(ata_frame_size(sectors) - ethernet_header_size, mtu);
        ASSERT_GT(ata_frame_size(sectors + 1) - ethernet_header_size, mtu);
    }
}

TEST(MaxDirectives, FitTheMtuAndTheByte) {
    EXPECT_EQ(max_directives(0), 0U);
    EXPECT_EQ(max_directives(14), 0U);
    EXPECT_EQ(max_directives(21), 0U);
    EXPECT_EQ(max_directives(22), 1U);
    EXPECT_EQ(max_directives(1493), 184U);
    EXPECT_EQ(max_directives(1494), 185U);
    EXPECT_EQ(max_directives(2053), 254U);
    EXPECT_EQ(max_directives(2054), 255U);
    EXPECT_EQ(max_directives(65535), 255U);
}

TEST(MaxReserveMacs, FitTheMtuAndTheByte) {
    EXPECT_EQ(max_reserve_macs(0), 0U);
    EXPECT_EQ(max_reserve_macs(12), 0U);
    EXPECT_EQ(max_reserve_macs(18), 1U);
    EXPECT_EQ(max_reserve_macs(1499), 247U);
    EXPECT_EQ(max_reserve_macs(1500), 248U);
    EXPECT_EQ(max_reserve_macs(1541), 254U);
    EXPECT_EQ(max_reserve_macs(1542), 255U);
    EXPECT_EQ(max_reserve_macs(65535), 255U);
}

TEST(AtaFrameSize, CountsTheEthernetHeader) {
    EXPECT_EQ(ata_frame_size(0), 36U);
    EXPECT_EQ(ata_frame_size(2), 1060U);
    EXPECT_EQ(ata_frame_size(17), 8740U);
}

}  // namespace
}  // namespace aoe
