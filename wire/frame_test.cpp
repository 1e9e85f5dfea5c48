// SPDX-License-Identifier: MIT
#include "wire/frame.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "wire/codec_test_support.h"

namespace aoe {
namespace {

constexpr Header every_field{.destination = mac_of(0x010203040506),
                             .source = mac_of(0x0708090a0b0c),
                             .version = 2,
                             .flags = header_flag::response | header_flag::error,
                             .error = 5,
                             .address = {.shelf = 0x1122, .slot = 0x33},
                             .command = 0x44,
                             .tag = 0x55667788};
constexpr std::string_view every_field_hex = "0102030405060708090a0b0c88a22c051122334455667788";

TEST(FrameView, ReadsEveryField) {
    const auto bytes = from_hex(every_field_hex);
    const auto frame = FrameView::parse(bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->header(), every_field);
    EXPECT_TRUE(frame->argument().empty());
    EXPECT_EQ(frame->bytes().data(), bytes.data());
}

TEST(FrameView, RejectsWhatIsShorterThanTheHeader) {
    const auto bytes = from_hex(every_field_hex);
    for (std::size_t size = 0; size < header_size; ++size) {
        const auto frame = FrameView::parse(Bytes(bytes).first(size));
        ASSERT_FALSE(frame) << size;
        EXPECT_EQ(frame.error(), Reject::shorter_than_header) << size;
    }
}

TEST(FrameView, RejectsAnotherEtherType) {
    auto bytes = from_hex(every_field_hex);
    for (const std::size_t offset : {12U, 13U}) {
        auto changed = bytes;
        changed[offset] ^= std::byte{1};
        ASSERT_FALSE(FrameView::parse(changed));
        EXPECT_EQ(FrameView::parse(changed).error(), Reject::not_aoe);
    }
}

TEST(FrameView, KeepsPaddingInTheArgument) {
    auto bytes = from_hex(every_field_hex);
    bytes.resize(minimum_frame_size);
    EXPECT_EQ(FrameView::parse(bytes)->argument().size(), minimum_frame_size - header_size);
}

TEST(FrameBuilder, WritesEveryField) {
    std::array<std::byte, header_size> storage{};
    const FrameBuilder builder(storage, every_field);
    EXPECT_EQ(to_hex(builder.finish(0)), every_field_hex);
    EXPECT_TRUE(builder.argument().empty());
}

TEST(FrameBuilder, ByDefaultWritesACleanRequest) {
    std::array<std::byte, header_size> storage{};
    FrameBuilder(storage, {}).finish(0);
    EXPECT_EQ(storage[14], std::byte{0x10});
}

TEST(FrameBuilder, LendsTheRestOfTheStorageAsItWas) {
    std::vector<std::byte> storage(100, std::byte{0xee});
    const FrameBuilder builder(storage, {});
    EXPECT_EQ(builder.argument().data(), storage.data() + header_size);
    EXPECT_EQ(to_hex(builder.argument()), to_hex(std::vector(76, std::byte{0xee})));
    EXPECT_EQ(builder.finish(10).size(), header_size + 10);
}

TEST(FrameBuilder, PadsWithZerosUpToTheMinimumAndNoFurther) {
    std::vector<std::byte> storage(100, std::byte{0xee});
    const FrameBuilder builder(storage, {});
    for (std::size_t size = 0; size <= storage.size() - header_size; ++size) {
        std::ranges::fill(builder.argument(), std::byte{0xee});
        const Bytes frame = builder.finish_padded(size);
        ASSERT_EQ(frame.size(), std::max<std::size_t>(60, header_size + size));
        std::string expected;
        for (std::size_t i = header_size; i < frame.size(); ++i) {
            expected += i < header_size + size ? "ee" : "00";
        }
        ASSERT_EQ(to_hex(frame.subspan(header_size)), expected);
        for (std::size_t i = frame.size(); i < storage.size(); ++i) {
            ASSERT_EQ(storage[i], std::byte{0xee}) << "wrote behind the frame";
        }
    }
}

TEST(Address, MatchesItselfAndWildcards) {
    constexpr Address own{.shelf = 7, .slot = 3};
    EXPECT_TRUE(matches({7, 3}, own));
    EXPECT_TRUE(matches({any_shelf, 3}, own));
    EXPECT_TRUE(matches({7, any_slot}, own));
    EXPECT_TRUE(matches({any_shelf, any_slot}, own));
    EXPECT_FALSE(matches({8, 3}, own));
    EXPECT_FALSE(matches({7, 4}, own));
    EXPECT_FALSE(matches({8, any_slot}, own));
    EXPECT_FALSE(matches({any_shelf, 4}, own));
    EXPECT_FALSE(matches({0x0700, 3}, own));
}

TEST(Mac, IsAGroupByTheFirstBytesLowestBit) {
    EXPECT_TRUE(is_group(broadcast_mac));
    EXPECT_TRUE(is_group(mac_of(0x01005e000001)));
    EXPECT_FALSE(is_group(mac_of(0x02ffffffffff)));
    EXPECT_FALSE(is_group(Mac{}));
}

TEST(AoeError, HasASentenceEachAndOneForTheRest) {
    std::set<std::string_view> sentences;
    for (std::uint8_t error = 0; error <= 6; ++error) {
        sentences.insert(sentence(AoeError{error}));
    }
    EXPECT_EQ(sentences.size(), 7U);
    EXPECT_EQ(sentences.count(""), 0U);
    EXPECT_EQ(sentence(AoeError::target_reserved), "target is reserved");
    EXPECT_EQ(sentence(AoeError{7}), "unknown error code");
    EXPECT_EQ(sentence(AoeError{255}), "unknown error code");
}

}  // namespace
}  // namespace aoe
