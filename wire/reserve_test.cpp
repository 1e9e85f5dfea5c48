// SPDX-License-Identifier: MIT
#include "wire/reserve.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "wire/codec_test_support.h"

namespace aoe {
namespace {

constexpr std::array<Mac, 2> two_macs{mac_of(0x010203040506), mac_of(0x0708090a0b0c)};
constexpr std::string_view two_macs_hex = "02020102030405060708090a0b0c";

TEST(ReserveView, ReadsEveryFieldAndAddress) {
    const auto bytes = from_hex(two_macs_hex);
    const auto reserve = ReserveView::parse(bytes);
    ASSERT_TRUE(reserve);
    EXPECT_EQ(reserve->fields(),
              (ReserveFields{.command = reserve_command::force_set, .mac_count = 2}));
    const auto macs = reserve->macs();
    ASSERT_TRUE(macs);
    EXPECT_EQ(reserve_mac_at(*macs, 0), two_macs[0]);
    EXPECT_EQ(reserve_mac_at(*macs, 1), two_macs[1]);
}

TEST(ReserveView, RejectsWhatIsShorterThanTheFields) {
    const auto bytes = from_hex(two_macs_hex);
    for (std::size_t size = 0; size < reserve_argument_size; ++size) {
        const auto reserve = ReserveView::parse(Bytes(bytes).first(size));
        ASSERT_FALSE(reserve) << size;
        EXPECT_EQ(reserve.error(), Reject::reserve_argument_short) << size;
    }
}

// AOE-RES-15
TEST(ReserveView, RefusesAListThatIsNotAllThere) {
    const auto bytes = from_hex(two_macs_hex);
    for (std::size_t size = reserve_argument_size; size < bytes.size(); ++size) {
        const auto macs = ReserveView::parse(Bytes(bytes).first(size))->macs();
        ASSERT_FALSE(macs) << size;
        EXPECT_EQ(macs.error(), Reject::reserve_list_truncated) << size;
    }
}

TEST(ReserveView, LeavesPaddingOutOfTheList) {
    auto bytes = from_hex(two_macs_hex);
    bytes.resize(36);
    EXPECT_EQ(ReserveView::parse(bytes)->macs()->size(), 2 * mac_size);
}

TEST(WriteReserve, WritesCommandCountAndAddresses) {
    std::vector<std::byte> storage(15, std::byte{0xee});
    EXPECT_EQ(write_reserve(storage, reserve_command::force_set, two_macs), 14U);
    EXPECT_EQ(to_hex(storage), std::string(two_macs_hex) + "ee");
}

// AOE-RES-19
TEST(WriteReserve, WritesUpTo255Addresses) {
    const std::vector<Mac> macs(255, broadcast_mac);
    std::vector<std::byte> storage(reserve_argument_size + 255 * mac_size);
    EXPECT_EQ(write_reserve(storage, reserve_command::set, macs), storage.size());
    const auto reserve = ReserveView::parse(storage);
    EXPECT_EQ(reserve->fields().mac_count, 255U);
    EXPECT_EQ(reserve_mac_at(*reserve->macs(), 254), broadcast_mac);
    EXPECT_EQ(write_reserve(storage, reserve_command::set, {}), reserve_argument_size);
    EXPECT_EQ(reserve->fields().mac_count, 0U);
}

}  // namespace
}  // namespace aoe
