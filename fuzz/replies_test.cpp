// SPDX-License-Identifier: MIT
#include "fuzz/replies.h"

#include <gtest/gtest.h>

#include "wire/ata.h"
#include "wire/config.h"
#include "wire/identify.h"

namespace aoe::fuzz {
namespace {

FrameBytes request(std::uint8_t command, std::uint8_t opcode = 0, std::uint8_t count = 0) {
    FrameBytes frame(minimum_frame_size);
    set(frame, field_of(FieldKind::ether_type), ethertype);
    set(frame, field_of(FieldKind::version_flags), 0x10);
    set(frame, field_of(FieldKind::shelf), 7);
    set(frame, field_of(FieldKind::slot), 3);
    set(frame, field_of(FieldKind::source), value_of(World{}.ours));
    set(frame, field_of(FieldKind::command), command);
    set(frame, field_of(FieldKind::tag), 0x80000005);
    if (command == command::ata) {
        set(frame, field_of(FieldKind::opcode), opcode);
        set(frame, field_of(FieldKind::ata_count), count);
    }
    return frame;
}

TEST(HonestReply, GoesBackWithTheTag) {
    const FrameBytes reply = honest_reply(request(command::config), {});
    const Header header = FrameView::parse(reply)->header();
    EXPECT_EQ(header.destination, World{}.ours);
    EXPECT_EQ(header.source, World{}.target);
    EXPECT_EQ(header.flags, header_flag::response);
    EXPECT_EQ(header.tag, 0x80000005);
    EXPECT_EQ(ConfigView::parse(FrameView::parse(reply)->argument())->fields().version, 1);
}

TEST(HonestReply, BringsTheSectorsAndTheSize) {
    const FrameBytes read =
        honest_reply(request(command::ata, ata_command::read_sectors_ext, 2), {});
    EXPECT_EQ(read.size(), 36 + 2 * sector_size);
    EXPECT_EQ(read[36], std::byte{1});
    EXPECT_EQ(read[36 + sector_size], std::byte{38});
    const FrameBytes identity = honest_reply(request(command::ata, ata_command::identify_device),
                                             {.disk_sectors = 0x12345});
    EXPECT_EQ(IdentifyView::parse(Bytes(identity).subspan(36))->sectors(), 0x12345U);
}

TEST(MadeReply, IsAReplyOfTheTargetToAnyCommand) {
    Generator generator(1);
    std::size_t good = 0;
    for (int i = 0; i < 2000; ++i) {
        FrameBytes frame = generator.frame();
        const bool whole = looks_like_aoe(frame);
        make_reply(frame, {}, generator.random());
        if (!whole) continue;
        ++good;
        const Header header = FrameView::parse(frame)->header();
        ASSERT_TRUE((header.flags & header_flag::response) != 0);
        ASSERT_EQ(header.source, World{}.target);
        ASSERT_LT(header.tag, 2048U);
    }
    EXPECT_GT(good, 1500U);
}

}  // namespace
}  // namespace aoe::fuzz
