// SPDX-License-Identifier: MIT
#include "wire/config.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "wire/codec_test_support.h"

namespace aoe {
namespace {

constexpr ConfigFields every_field{.buffer_count = 0x1122,
                                   .firmware_version = 0x3344,
                                   .sector_count = 0x55,
                                   .version = 0x6,
                                   .command = 0x7,
                                   .string_length = 2};
constexpr std::string_view every_field_hex = "112233445567000200ff";

/// A config argument that declares `declared` bytes of string and carries `present`.
std::vector<std::byte> argument_with(std::size_t declared, std::size_t present) {
    std::vector<std::byte> bytes(config_argument_size + present, std::byte{'x'});
    bytes[6] = static_cast<std::byte>(declared >> 8);
    bytes[7] = static_cast<std::byte>(declared & 0xff);
    return bytes;
}

TEST(ConfigView, ReadsEveryFieldAndTheString) {
    const auto bytes = from_hex(every_field_hex);
    const auto config = ConfigView::parse(bytes);
    ASSERT_TRUE(config);
    EXPECT_EQ(config->fields(), every_field);
    ASSERT_TRUE(config->string());
    EXPECT_EQ(to_hex(*config->string()), "00ff");  // AOE-CFG-18
}

TEST(ConfigView, RejectsWhatIsShorterThanTheFields) {
    const auto bytes = from_hex(every_field_hex);
    for (std::size_t size = 0; size < config_argument_size; ++size) {
        const auto config = ConfigView::parse(Bytes(bytes).first(size));
        ASSERT_FALSE(config) << size;
        EXPECT_EQ(config.error(), Reject::config_argument_short) << size;
    }
}

TEST(ConfigView, LeavesPaddingOutOfTheString) {
    const auto bytes = argument_with(3, 28);
    EXPECT_EQ(ConfigView::parse(bytes)->string()->size(), 3U);
}

// AOE-CFG-15, -16
TEST(ConfigView, TakesStringsOfUpTo1024Bytes) {
    const auto longest = argument_with(1024, 1024);
    EXPECT_EQ(ConfigView::parse(longest)->string()->size(), 1024U);
    const auto longer = argument_with(1025, 1025);
    EXPECT_EQ(ConfigView::parse(longer)->string().error(), Reject::config_string_too_long);
    const auto absurd = argument_with(65535, 0);
    EXPECT_EQ(ConfigView::parse(absurd)->string().error(), Reject::config_string_too_long);
}

// AOE-CFG-17, and AOE-CFG-03: the fields can be read all the same.
TEST(ConfigView, RefusesTheStringAloneWhenItIsNotAllThere) {
    const auto bytes = argument_with(29, 28);
    const auto config = ConfigView::parse(bytes);
    ASSERT_TRUE(config);
    EXPECT_EQ(config->fields().string_length, 29U);
    ASSERT_FALSE(config->string());
    EXPECT_EQ(config->string().error(), Reject::config_string_truncated);
}

TEST(WriteConfig, WritesEveryFieldAndTheString) {
    std::vector<std::byte> storage(12, std::byte{0xee});
    const auto string = from_hex("00ff");
    EXPECT_EQ(write_config(storage, every_field, string), 10U);
    EXPECT_EQ(to_hex(storage), std::string(every_field_hex) + "eeee");
}

TEST(WriteConfig, TakesTheLengthFromTheString) {
    std::vector<std::byte> storage(config_argument_size + config_string_limit);
    const std::vector<std::byte> string(config_string_limit, std::byte{'s'});
    EXPECT_EQ(write_config(storage, {.string_length = 7}, string), storage.size());
    EXPECT_EQ(ConfigView::parse(storage)->fields().string_length, 1024U);
    EXPECT_EQ(write_config(storage, {.string_length = 7}, {}), config_argument_size);
    EXPECT_EQ(ConfigView::parse(storage)->fields().string_length, 0U);
}

}  // namespace
}  // namespace aoe
