// SPDX-License-Identifier: MIT
#include "wire/ata.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "wire/codec_test_support.h"

namespace aoe {
namespace {

constexpr AtaRegisters every_register{.flags = 0x41,
                                      .error_feature = 0x02,
                                      .sector_count = 0x03,
                                      .command_status = 0x34,
                                      .lba = 0x665544332211};
constexpr std::string_view every_register_hex = "410203341122334455660000";

TEST(AtaView, ReadsEveryRegister) {
    const auto bytes = from_hex(every_register_hex);
    const auto ata = AtaView::parse(bytes);
    ASSERT_TRUE(ata);
    EXPECT_EQ(ata->registers(), every_register);
    EXPECT_TRUE(ata->data().empty());
}

TEST(AtaView, GivesWhatFollowsTheRegistersAsData) {
    auto bytes = from_hex(every_register_hex);
    bytes.resize(ata_argument_size + 513);
    const auto ata = AtaView::parse(bytes);
    EXPECT_EQ(ata->data().data(), bytes.data() + ata_argument_size);
    EXPECT_EQ(ata->data().size(), 513U);
}

TEST(AtaView, RejectsWhatIsShorterThanTheRegisters) {
    const auto bytes = from_hex(every_register_hex);
    for (std::size_t size = 0; size < ata_argument_size; ++size) {
        const auto ata = AtaView::parse(Bytes(bytes).first(size));
        ASSERT_FALSE(ata) << size;
        EXPECT_EQ(ata.error(), Reject::ata_argument_short) << size;
    }
}

// AOE-HDR-03: zeros in the reserved bytes, whatever the storage held.
TEST(WriteAta, WritesEveryRegisterAndZerosTheReservedBytes) {
    std::vector<std::byte> storage(20, std::byte{0xee});
    const MutableBytes rest = write_ata(storage, every_register);
    EXPECT_EQ(to_hex(storage), std::string(every_register_hex) + "eeeeeeeeeeeeeeee");
    EXPECT_EQ(rest.data(), storage.data() + ata_argument_size);
    EXPECT_EQ(rest.size(), 8U);
}

// AOE-ATA-03: the device/head nibble is not part of a 28-bit address. AOE-ATA-47: nor are lba4, 5.
TEST(Lba28, LeavesOutTheDeviceNibbleAndTheUpperBytes) {
    EXPECT_EQ(lba28({.lba = 0xe0000005}), 5U);
    EXPECT_EQ(lba28({.lba = 0xffffffffffff}), 0x0fffffffU);
    EXPECT_EQ(lba28({.lba = 0xabcd01234567}), 0x01234567U);
}

TEST(Addressing, KnowsTheEightTransferCommandsAndNoOther) {
    const std::map<std::uint8_t, std::pair<AtaTransfer, bool>> transfers = {
        {0x20, {AtaTransfer::read, false}},  {0xc8, {AtaTransfer::read, false}},
        {0x24, {AtaTransfer::read, true}},   {0x25, {AtaTransfer::read, true}},
        {0x30, {AtaTransfer::write, false}}, {0xca, {AtaTransfer::write, false}},
        {0x34, {AtaTransfer::write, true}},  {0x35, {AtaTransfer::write, true}}};
    for (unsigned code = 0; code <= 0xff; ++code) {
        const auto found = transfers.find(static_cast<std::uint8_t>(code));
        const auto expected =
            found == transfers.end() ? std::pair(AtaTransfer::none, false) : found->second;
        const AtaAddressing given = addressing(static_cast<std::uint8_t>(code));
        EXPECT_EQ(std::pair(given.transfer, given.extended), expected) << code;
    }
}

}  // namespace
}  // namespace aoe
