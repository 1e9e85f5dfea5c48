// SPDX-License-Identifier: MIT
// The judge reads frames by offset; libtins' dissection is held against it on every recorded frame.
#include "conformance/judge/seen_frame.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/capture/capture_reader.h"
#include "conformance/message.h"

namespace aoe::conformance {
namespace {

std::vector<std::filesystem::path> captures() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(AOE_SOURCE_DIR "/captures")) {
        if (entry.path().extension() == ".pcap") files.push_back(entry.path());
    }
    EXPECT_FALSE(files.empty());
    return files;
}

void expect_header(const SeenFrame& frame, const Reply& reply) {
    EXPECT_EQ(frame.destination, reply.destination);
    EXPECT_EQ(frame.source, reply.source);
    EXPECT_EQ(frame.version(), reply.aoe.version);
    EXPECT_EQ(frame.flags(), reply.aoe.flags);
    EXPECT_EQ(frame.error(), reply.aoe.error);
    EXPECT_EQ(frame.shelf(), reply.aoe.shelf);
    EXPECT_EQ(frame.slot(), reply.aoe.slot);
    EXPECT_EQ(frame.command(), reply.aoe.command);
    EXPECT_EQ(frame.tag(), reply.aoe.tag);
}

void expect_argument(const SeenFrame& frame, const Reply& reply) {
    EXPECT_EQ(frame.command() == 0 && frame.has(36), reply.ata.has_value());
    if (reply.ata) {
        EXPECT_EQ(frame.aflags(), reply.ata->flags);
        EXPECT_EQ(frame.ata_error(), reply.ata->feature);
        EXPECT_EQ(frame.count(), reply.ata->sector_count);
        EXPECT_EQ(frame.status(), reply.ata->command);
        EXPECT_EQ(frame.lba(), reply.ata->lba);
        EXPECT_EQ(frame.u16(34), reply.ata->reserved);
    }
    EXPECT_EQ(frame.command() == 1 && frame.has(32), reply.config.has_value());
    if (reply.config) {
        EXPECT_EQ(frame.buffer_count(), reply.config->buffer_count);
        EXPECT_EQ(frame.firmware(), reply.config->firmware_version);
        EXPECT_EQ(frame.sector_count(), reply.config->sector_count);
        EXPECT_EQ(frame.config_version(), reply.config->version);
        EXPECT_EQ(frame.ccmd(), reply.config->command);
        EXPECT_EQ(std::string(frame.string()), reply.config_string());
    }
    EXPECT_EQ(frame.command() == 2 && frame.has(28), reply.mask.has_value());
    if (reply.mask) {
        EXPECT_EQ(frame.mcmd(), reply.mask->command);
        EXPECT_EQ(frame.merror(), reply.mask->error);
        EXPECT_EQ(frame.directive_count(), reply.mask->directive_count);
    }
    EXPECT_EQ(frame.command() == 3 && frame.has(26), reply.reserve.has_value());
    if (reply.reserve) {
        EXPECT_EQ(frame.rcmd(), reply.reserve->command);
        EXPECT_EQ(frame.mac_count(), reply.reserve->mac_count);
    }
}

TEST(SeenFrame, AgreesWithLibtinsOnEveryRecordedFrame) {
    std::size_t compared = 0;
    for (const auto& file : captures()) {
        auto reader = open_capture(file);
        ASSERT_TRUE(reader) << reader.error();
        while (const auto packet = reader->next()) {
            const SeenFrame frame = look_at(*packet);
            const auto reply = dissect(packet->bytes);
            SCOPED_TRACE(file.string() + " frame " + std::to_string(packet->number));
            ASSERT_EQ(frame.kind == FrameKind::aoe, reply.has_value());
            if (!reply) continue;
            expect_header(frame, *reply);
            expect_argument(frame, *reply);
            ++compared;
            if (HasFailure()) return;
        }
        EXPECT_EQ(reader->problem(), "");
    }
    EXPECT_GT(compared, 1000U);
}

ByteVector config_read() {
    Request request = config_request();
    request.destination = Mac{std::byte{2}};
    request.source = Mac{std::byte{4}, {}, {}, {}, {}, std::byte{9}};
    request.shelf = 7;
    request.slot = 3;
    request.tag = 0x12345678;
    return craft(request);
}

SeenFrame seen(const ByteVector& bytes, std::uint32_t link = link_type::ethernet,
               std::size_t on_the_wire = 0) {
    return look_at(
        {.number = 5,
         .link_type = link,
         .time = {},
         .length = static_cast<std::uint32_t>(on_the_wire == 0 ? bytes.size() : on_the_wire),
         .bytes = std::as_bytes(std::span(bytes)),
         .comment = {}});
}

// The view would outlive the bytes.
SeenFrame seen(ByteVector&& bytes, std::uint32_t link = 0, std::size_t on_the_wire = 0) = delete;

// The frame behind another link header.
ByteVector behind(ByteVector header) {
    const ByteVector frame = config_read();
    header.insert(header.end(), frame.begin() + 14, frame.end());
    return header;
}

void expect_config_read(const SeenFrame& frame) {
    ASSERT_EQ(frame.kind, FrameKind::aoe);
    EXPECT_EQ(frame.shelf(), 7);
    EXPECT_EQ(frame.slot(), 3);
    EXPECT_EQ(frame.tag(), 0x12345678U);
    EXPECT_EQ(frame.size, 60U);
    EXPECT_FALSE(frame.cut());
    EXPECT_EQ(frame.source, (Mac{std::byte{4}, {}, {}, {}, {}, std::byte{9}}));
}

TEST(SeenFrame, IsReadBehindCookedHeaders) {
    const ByteVector one = behind({0, 0, 0, 1, 0, 6, 4, 0, 0, 0, 0, 9, 0, 0, 0x88, 0xa2}),
                     two =
                         behind({0x88, 0xa2, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 4, 0, 0, 0, 0, 9, 0, 0});
    const SeenFrame first = seen(one, link_type::linux_sll);
    expect_config_read(first);
    EXPECT_FALSE(first.destination_known);
    const SeenFrame second = seen(two, link_type::linux_sll2);
    expect_config_read(second);
    EXPECT_FALSE(second.destination_known);
}

TEST(SeenFrame, IsReadBehindOneAndTwoVlanTags) {
    const ByteVector addresses{2, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 9};
    ByteVector one = addresses, two = addresses;
    one.insert(one.end(), {0x81, 0, 0x60, 5, 0x88, 0xa2});
    two.insert(two.end(), {0x88, 0xa8, 0, 7, 0x81, 0, 0, 5, 0x88, 0xa2});
    for (const ByteVector& header : {one, two}) {
        const ByteVector bytes = behind(header);
        const SeenFrame frame = seen(bytes);
        expect_config_read(frame);
        EXPECT_EQ(frame.vlan, 5);
    }
}

TEST(SeenFrame, TellsWhatIsMissingFromWhatIsNotThere) {
    ByteVector bytes = config_read();
    bytes.resize(30);
    const SeenFrame cut = seen(bytes, link_type::ethernet, 60);
    ASSERT_EQ(cut.kind, FrameKind::aoe);
    EXPECT_TRUE(cut.cut());
    EXPECT_FALSE(cut.has(32));
    EXPECT_EQ(cut.size, 60U);
    bytes.resize(20);
    EXPECT_EQ(seen(bytes, link_type::ethernet, 60).kind, FrameKind::cut_short);
    EXPECT_EQ(seen(bytes).kind, FrameKind::runt);
    // Fewer on the wire than in the file: a lie, and the file's bytes count.
    const ByteVector whole = config_read();
    EXPECT_EQ(seen(whole, link_type::ethernet, 10).size, 60U);
}

TEST(SeenFrame, SurvivesEverySizeBehindEveryLinkHeader) {
    for (const std::uint32_t link :
         {link_type::ethernet, link_type::linux_sll, link_type::linux_sll2, 105U}) {
        for (std::size_t size = 0; size <= 60; ++size) {
            for (const int type : {0x88a2, 0x8100, 0x88a8}) {
                ByteVector bytes(size, 0xff);
                for (const std::size_t at : {0U, 12U, 14U, 16U}) {
                    if (at + 2 > size) continue;
                    bytes[at] = static_cast<std::uint8_t>(type >> 8);
                    bytes[at + 1] = static_cast<std::uint8_t>(type);
                }
                const SeenFrame frame = seen(bytes, link);
                EXPECT_EQ(frame.kind == FrameKind::unknown_link, link == 105U);
                EXPECT_TRUE(frame.kind != FrameKind::aoe || frame.has(24));
            }
        }
    }
}

}  // namespace
}  // namespace aoe::conformance
