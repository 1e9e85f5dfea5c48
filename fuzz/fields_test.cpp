// SPDX-License-Identifier: MIT
#include "fuzz/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/ata.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe::fuzz {
namespace {

using testing::ElementsAre;
using testing::Eq;

/// Bytes 0, 1, 2, ...
FrameBytes counting(std::size_t size) {
    FrameBytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<std::byte>(i & 0xff);
    }
    return bytes;
}

TEST(Fields, FollowOneAnotherWithoutGaps) {
    for (std::uint8_t command = 0; command < 4; ++command) {
        std::size_t end = 0;
        for (const auto fields : {header_fields(), argument_fields(command)}) {
            for (const Field& field : fields) {
                EXPECT_EQ(field.offset, end);
                end = field.end();
            }
        }
        EXPECT_EQ(end, entries_offset(command));
    }
    EXPECT_EQ(header_fields().back().end(), header_size);
    EXPECT_EQ(entries_offset(0), header_size + ata_argument_size);
    EXPECT_EQ(entries_offset(1), header_size + config_argument_size);
    EXPECT_EQ(entries_offset(2), header_size + mask_argument_size);
    EXPECT_EQ(entries_offset(3), header_size + reserve_argument_size);
    EXPECT_EQ(entries_offset(4), header_size);
}

// What is written by place must be what the codec reads by name.
TEST(Fields, AreWhereTheCodecReadsThem) {
    FrameBytes frame(60);
    const auto put = [&](FieldKind kind, std::uint64_t value) {
        set(frame, field_of(kind), value);
    };
    put(FieldKind::destination, 0x020000000001);
    put(FieldKind::ether_type, 0x88a2);
    put(FieldKind::version_flags, 0x1c);
    put(FieldKind::error, 6);
    put(FieldKind::shelf, 0x0102);
    put(FieldKind::slot, 3);
    put(FieldKind::tag, 0x80c0ffee);
    put(FieldKind::lba, 0x010203040506);
    const auto view = FrameView::parse(frame);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->header(), (Header{.destination = {std::byte{2}, {}, {}, {}, {}, std::byte{1}},
                                      .version = 1,
                                      .flags = 0xc,
                                      .error = 6,
                                      .address = {0x0102, 3},
                                      .tag = 0x80c0ffee}));
    EXPECT_EQ(AtaView::parse(view->argument())->registers().lba, 0x010203040506U);
}

TEST(Fields, GiveBackWhatWasSet) {
    for (std::uint8_t command = 0; command < 4; ++command) {
        FrameBytes frame = counting(64);
        set(frame, field_of(FieldKind::command), command);
        for (const Field& field : fields_in(frame)) {
            const std::uint64_t mask = ~std::uint64_t{0} >> (64 - 8 * field.size_bytes);
            const FrameBytes before = frame;
            set(frame, field, 0xa1b2c3d4e5f60718);
            EXPECT_EQ(get(frame, field), 0xa1b2c3d4e5f60718 & mask);
            set(frame, field, get(before, field));
            EXPECT_EQ(frame, before) << "changed more than the field";
        }
    }
}

TEST(Fields, InAShortFrameAreThoseThatFit) {
    EXPECT_EQ(fields_in(FrameBytes{}).size(), 0U);
    EXPECT_EQ(fields_in(counting(13)).size(), 2U);
    FrameBytes frame(35);  // An ATA frame that ends within its reserved bytes.
    EXPECT_EQ(fields_in(frame).back().kind, FieldKind::lba);
    EXPECT_EQ(command_of(counting(19)), 0xff);
    EXPECT_FALSE(looks_like_aoe(frame));
}

TEST(Edges, LieBetweenFieldsAndEntries) {
    FrameBytes frame(26 + 6 + 6 + 1);
    set(frame, field_of(FieldKind::command), command::reserve);
    EXPECT_THAT(edges_of(frame),
                ElementsAre(0, 6, 12, 14, 15, 16, 18, 19, 20, 24, 25, 26, 32, 38, 39));
    EXPECT_THAT(edges_of(FrameBytes(7)), ElementsAre(0, 6, 7));
    EXPECT_THAT(edges_of(FrameBytes{}), ElementsAre(0));
    set(frame, field_of(FieldKind::command), 0x7f);
    EXPECT_THAT(edges_of(frame).back(), Eq(39));
}

}  // namespace
}  // namespace aoe::fuzz
