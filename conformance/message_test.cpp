// SPDX-License-Identifier: MIT
// Crafting and dissecting: exact bytes, and what libtins would otherwise do to them.
#include "conformance/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/describe.h"

namespace aoe::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr Mac ours{std::byte{2}, {}, {}, {}, {}, std::byte{1}};
constexpr Mac theirs{std::byte{2}, {}, {}, {}, {}, std::byte{2}};

ByteVector bytes_of(Request request) {
    request.destination = theirs;
    request.source = ours;
    request.shelf = 0x0102;
    request.slot = 3;
    request.tag = 0x8a9bacbd;
    return craft(request);
}

std::optional<Reply> dissect(const ByteVector& bytes) {
    return conformance::dissect(std::as_bytes(std::span(bytes)));
}

TEST(Craft, ConfigReadIsTheseBytesAndPadding) {
    ByteVector expected{2, 0, 0, 0, 0,    2,    2,    0,    0, 0, 0, 1, 0x88, 0xa2, 0x10, 0,
                        1, 2, 3, 1, 0x8a, 0x9b, 0xac, 0xbd, 0, 0, 0, 0, 0,    0,    0,    0};
    Request unpadded = config_request();
    unpadded.pad_to = 0;
    EXPECT_EQ(bytes_of(unpadded), expected);
    expected.resize(60);
    EXPECT_EQ(bytes_of(config_request()), expected);
}

TEST(Craft, RegistersOfA48BitWrite) {
    const ByteVector bytes = bytes_of(write_request(0x010203040506, ByteVector(1024, 0x55), true));
    ASSERT_EQ(bytes.size(), 36U + 1024U);
    EXPECT_THAT(ByteVector(bytes.begin() + 24, bytes.begin() + 37),
                ElementsAre(0x41, 0, 2, 0x34, 6, 5, 4, 3, 2, 1, 0, 0, 0x55));
}

TEST(Craft, A28BitReadIsInLbaMode) {
    const ByteVector bytes = bytes_of(read_request(0x01020304, 1, false));
    EXPECT_THAT(ByteVector(bytes.begin() + 24, bytes.begin() + 34),
                ElementsAre(0, 0, 1, 0x20, 4, 3, 2, 0xe1, 0, 0));
}

TEST(Craft, ListsAndTheirCounts) {
    const ByteVector mask = bytes_of(mask_request(1, {{1, ours}, {2, theirs}}));
    EXPECT_THAT(ByteVector(mask.begin() + 24, mask.begin() + 44),
                ElementsAre(0, 1, 0, 2, 0, 1, 2, 0, 0, 0, 0, 1, 0, 2, 2, 0, 0, 0, 0, 2));
    const ByteVector reserve = bytes_of(reserve_request(2, {theirs}));
    EXPECT_THAT(ByteVector(reserve.begin() + 24, reserve.begin() + 32),
                ElementsAre(2, 1, 2, 0, 0, 0, 0, 2));
}

TEST(Craft, RuntsOfEverySize) {
    for (std::size_t size = 0; size <= 60; ++size) {
        Request request = config_request();
        request.cut = size;
        EXPECT_EQ(bytes_of(request).size(), size);
    }
}

TEST(Craft, AnotherEtherTypeAndAnEmptyArgument) {
    Request request;
    request.ether_type = 0x88a3;
    request.aoe.command = 0x7f;
    request.pad_to = 0;
    const ByteVector bytes = bytes_of(request);
    EXPECT_EQ(bytes.size(), 24U);
    EXPECT_EQ(bytes[12], 0x88);
    EXPECT_EQ(bytes[13], 0xa3);
    EXPECT_EQ(bytes[19], 0x7f);
}

TEST(Dissect, TakesBackWhatCraftMade) {
    const auto config = dissect(bytes_of(config_request(4, "abc")));
    ASSERT_TRUE(config && config->config);
    EXPECT_EQ(config->aoe.shelf, 0x0102);
    EXPECT_EQ(config->aoe.tag, 0x8a9bacbdU);
    EXPECT_EQ(config->config_string(), "abc");
    EXPECT_EQ(config->destination, theirs);
    EXPECT_EQ(config->source, ours);
    const auto ata = dissect(bytes_of(write_request(0x010203040506, ByteVector(512, 7), true)));
    ASSERT_TRUE(ata && ata->ata);
    EXPECT_EQ(ata->ata->lba, 0x010203040506U);
    EXPECT_EQ(ata->data, ByteVector(512, 7));
    const auto mask = dissect(bytes_of(mask_request(1, {{1, ours}, {2, theirs}})));
    EXPECT_THAT(mask->directives(), ElementsAre(Directive{1, ours}, Directive{2, theirs}));
    const auto reserve = dissect(bytes_of(reserve_request(1, {theirs, ours})));
    EXPECT_THAT(reserve->macs(), ElementsAre(theirs, ours));
}

TEST(Dissect, NoHeaderNoReply) {
    ByteVector bytes = bytes_of(config_request());
    for (std::size_t size = 0; size < 24; ++size) {
        EXPECT_FALSE(dissect(ByteVector(bytes.begin(), bytes.begin() + std::ptrdiff_t(size))));
    }
    bytes[13] = 0xa3;
    EXPECT_FALSE(dissect(bytes));
}

TEST(Dissect, ListsThatLieAreCutToWhatIsThere) {
    ByteVector mask = bytes_of(mask_request(0, {{1, ours}}));
    mask[27] = 200;
    mask.resize(36);
    EXPECT_EQ(dissect(mask)->directives().size(), 1U);
    ByteVector config = bytes_of(config_request(0, "abc"));
    config[30] = 4;
    config.resize(35);
    EXPECT_EQ(dissect(config)->config_string(), "abc");
    EXPECT_EQ(dissect(config)->word(5), 0);
}

TEST(Describe, NothingUnprintableComesOut) {
    ByteVector bytes = bytes_of(config_request(0, std::string("\x1b[2J\0\xff\"", 7)));
    const std::string text = describe_frame(std::as_bytes(std::span(bytes)));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, HasSubstr("\\x1b[2J\\x00\\xff\\\""));
    EXPECT_THAT(describe_frame({}), HasSubstr("not an AoE frame: 0 bytes"));
}

}  // namespace
}  // namespace aoe::conformance
