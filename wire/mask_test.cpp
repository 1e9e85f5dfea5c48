// SPDX-License-Identifier: MIT
#include "wire/mask.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "wire/codec_test_support.h"

namespace aoe {
namespace {

constexpr MaskFields every_field{.command = 1, .error = 2, .directive_count = 2};
constexpr MaskDirective first{.command = mask_directive::add, .mac = mac_of(0x010203040506)};
constexpr MaskDirective second{.command = 0xff, .mac = mac_of(0x0708090a0b0c)};
constexpr std::string_view two_directives_hex =
    "00010202"
    "0001010203040506"
    "00ff0708090a0b0c";

TEST(MaskView, ReadsEveryFieldAndDirective) {
    const auto bytes = from_hex(two_directives_hex);
    const auto mask = MaskView::parse(bytes);
    ASSERT_TRUE(mask);
    EXPECT_EQ(mask->fields(), every_field);
    const auto directives = mask->directives();
    ASSERT_TRUE(directives);
    EXPECT_EQ(mask_directive_at(*directives, 0), first);
    EXPECT_EQ(mask_directive_at(*directives, 1), second);
}

TEST(MaskView, RejectsWhatIsShorterThanTheFields) {
    const auto bytes = from_hex(two_directives_hex);
    for (std::size_t size = 0; size < mask_argument_size; ++size) {
        const auto mask = MaskView::parse(Bytes(bytes).first(size));
        ASSERT_FALSE(mask) << size;
        EXPECT_EQ(mask.error(), Reject::mask_argument_short) << size;
    }
}

// AOE-MASK-16
TEST(MaskView, RefusesAListThatIsNotAllThere) {
    const auto bytes = from_hex(two_directives_hex);
    for (std::size_t size = mask_argument_size; size < bytes.size(); ++size) {
        const auto directives = MaskView::parse(Bytes(bytes).first(size))->directives();
        ASSERT_FALSE(directives) << size;
        EXPECT_EQ(directives.error(), Reject::mask_list_truncated) << size;
    }
}

TEST(MaskView, LeavesPaddingOutOfTheList) {
    auto bytes = from_hex(two_directives_hex);
    bytes.resize(36);
    EXPECT_EQ(MaskView::parse(bytes)->directives()->size(), 2 * mask_directive_size);
}

// AOE-MASK-18, -19: reserved bytes of a request do not matter.
TEST(MaskView, IgnoresReservedBytes) {
    auto bytes = from_hex(two_directives_hex);
    bytes[0] = bytes[4] = std::byte{0xaa};
    const auto mask = MaskView::parse(bytes);
    ASSERT_TRUE(mask);
    EXPECT_EQ(mask->fields(), every_field);
    EXPECT_EQ(mask_directive_at(*mask->directives(), 0), first);
}

// AOE-HDR-03: zeros in the reserved bytes, whatever the storage held.
TEST(WriteMask, WritesFieldsAndDirectivesAndZerosTheReservedBytes) {
    std::vector<std::byte> storage(mask_size(2) + 1, std::byte{0xee});
    write_mask(storage, every_field);
    write_mask_directive(storage, 1, second);
    write_mask_directive(storage, 0, first);
    EXPECT_EQ(to_hex(storage), std::string(two_directives_hex) + "ee");
}

TEST(MaskSize, CountsFieldsAndDirectives) {
    EXPECT_EQ(mask_size(0), 4U);
    EXPECT_EQ(mask_size(255), 4U + 255 * 8);
}

}  // namespace
}  // namespace aoe
