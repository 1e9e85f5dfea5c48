// SPDX-License-Identifier: MIT
#include "initiator/tag_table.h"

#include <set>

#include <gtest/gtest.h>

namespace aoe::initiator {
namespace {

constexpr std::uint32_t bit31 = 0x80000000;

TEST(TagTable, TagsHaveBit31AndLeadBackToTheirSlot) {
    TagTable table(0x123456789abcdef0);
    const auto slot = table.take();
    ASSERT_TRUE(slot);
    const std::uint32_t tag = table.next_tag(*slot);
    EXPECT_EQ(tag & bit31, bit31);
    const auto match = table.find(tag);
    ASSERT_TRUE(match);
    EXPECT_EQ(match->slot, *slot);
    EXPECT_EQ(match->newer_tags, 0U);
    EXPECT_FALSE(table.find(tag & ~bit31));
    EXPECT_FALSE(table.find(tag + 1));
}

TEST(TagTable, OlderTagsOfTheSameFrameAreFoundUntilItIsFreed) {
    TagTable table(7);
    const auto slot = *table.take();
    const std::uint32_t first = table.next_tag(slot);
    const std::uint32_t second = table.next_tag(slot);
    ASSERT_NE(first, second);
    ASSERT_TRUE(table.find(first));
    EXPECT_EQ(table.find(first)->newer_tags, 1U);
    EXPECT_EQ(table.find(second)->newer_tags, 0U);
    table.free(slot);
    EXPECT_FALSE(table.find(first));
    EXPECT_FALSE(table.find(second));
}

TEST(TagTable, ALaterFrameInTheSameSlotDoesNotAnswerToTheTagsOfTheEarlierOne) {
    TagTable table(0xffffffffffffffff);  // The generation wraps at once.
    const auto slot = *table.take();
    const std::uint32_t old_tag = table.next_tag(slot);
    table.free(slot);
    for (std::size_t i = 1; i < most_frames_under_way; ++i) table.free(*table.take());
    ASSERT_EQ(*table.take(), slot);
    EXPECT_FALSE(table.find(old_tag));
    table.next_tag(slot);
    EXPECT_FALSE(table.find(old_tag));
}

TEST(TagTable, AllSlotsCanBeTakenOnceAndTheirTagsDiffer) {
    TagTable table(42);
    std::set<std::uint32_t> tags;
    for (std::size_t i = 0; i < most_frames_under_way; ++i) {
        const auto slot = table.take();
        ASSERT_TRUE(slot);
        tags.insert(table.next_tag(*slot));
    }
    EXPECT_EQ(tags.size(), most_frames_under_way);
    EXPECT_FALSE(table.take());
}

TEST(TagTable, SeedsDecideWhereTagsStart) {
    TagTable one(1);
    TagTable other(2);
    EXPECT_NE(one.next_tag(*one.take()), other.next_tag(*other.take()));
}

}  // namespace
}  // namespace aoe::initiator
