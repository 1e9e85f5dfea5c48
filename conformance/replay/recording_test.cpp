// SPDX-License-Identifier: MIT
// Who is who in a capture, what was asked and answered; frames moved to another target; and what
// differs between two replies.
#include "conformance/replay/recording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/replay/difference.h"
#include "conformance/replay/rewriter.h"
#include "conformance/replay/test_capture.h"

namespace aoe::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr Mac now_target = test_mac(1), now_first = test_mac(2), now_second = test_mac(3);
const Players here{.target = {.shelf = 258, .slot = 0, .mac = now_target},
                   .first = now_first,
                   .second = now_second};

Request from(Request request, const Mac& source) {
    request.source = source;
    return request;
}
Request to(Request request, const Mac& destination) {
    request.destination = destination;
    return request;
}

Recording talk() {
    auto recording = TestCapture()
                         .marker("talk/one thing")
                         .ask(config_request(), 5)
                         .answer(config_request(), 5)
                         .marker("talk/other")
                         .ask(from(config_request(), then_second), 6)
                         .ask(config_request(), 7)
                         .answer(config_request(), 7)
                         .read();
    EXPECT_TRUE(recording) << recording.error();
    return *std::move(recording);
}

TEST(Recording, TellsTargetAndInitiatorsByWhoAnswers) {
    const Recording recording = talk();
    EXPECT_EQ(recording.target, (Address{then_shelf, then_slot, then_target}));
    EXPECT_EQ(recording.first, then_first);
    EXPECT_TRUE(recording.has_second);
    EXPECT_EQ(recording.second, then_second);
    EXPECT_EQ(recording.name, "talk");
}

TEST(Recording, MarkersNameExchangesWithoutTheFilesName) {
    const Recording recording = talk();
    ASSERT_EQ(recording.exchanges.size(), 3U);
    EXPECT_EQ(recording.exchanges[0].requests, 0U);
    EXPECT_EQ(recording.exchanges[1].name, "one-thing");
    EXPECT_EQ(recording.exchanges[2].name, "other");
    EXPECT_EQ(recording.exchanges[2].requests, 2U);
    EXPECT_EQ(recording.requests[0].reply_number, 3U);
    EXPECT_THAT(recording.requests[1].reply, IsEmpty());
}

TEST(Recording, AnExactCopyOfAnUnansweredRequestIsARetransmission) {
    const auto recording = TestCapture()
                               .ask(config_request(), 5)
                               .ask(config_request(), 5)
                               .answer(config_request(), 5)
                               .ask(config_request(), 5)
                               .read();
    ASSERT_TRUE(recording);
    ASSERT_EQ(recording->requests.size(), 3U);
    EXPECT_EQ(recording->requests[1].retransmits, 1U);
    EXPECT_THAT(recording->requests[0].reply, Not(IsEmpty()));
    // Answered by then: the tag is used again.
    EXPECT_FALSE(recording->requests[2].retransmits);
}

TEST(Recording, WhatNobodyPlaysBackIsKnown) {
    ByteVector arp = TestCapture::request_bytes(config_request(), 1);
    arp[12] = 0x08;
    arp[13] = 0x06;
    ByteVector foreign_type = TestCapture::request_bytes(config_request(), 2);
    foreign_type[13] = 0xa3;
    Request other = config_request();
    other.slot = 2;
    const auto recording = TestCapture()
                               .ask(config_request(), 5)
                               .answer(config_request(), 5)
                               .ask(config_request(), 6)
                               .answer(config_request(), 6)
                               .frame(arp)
                               .frame(foreign_type)
                               .ask(other, 7)
                               .answer(other, 7)
                               .ask(from(config_request(), then_second), 8)
                               .ask(from(config_request(), then_second), 9)
                               .ask(from(config_request(), then_third), 10)
                               .ask(from(config_request(), then_target), 11)
                               .frame(TestCapture::request_bytes(config_request(), 12), 200)
                               .read();
    ASSERT_TRUE(recording);
    std::vector<Sender> senders;
    for (const auto& request : recording->requests) senders.push_back(request.sender);
    EXPECT_THAT(senders, ElementsAre(Sender::first, Sender::first, Sender::first, Sender::first,
                                     Sender::second, Sender::second, Sender::further, Sender::odd,
                                     Sender::first));
    EXPECT_TRUE(recording->requests[3].elsewhere);
    EXPECT_TRUE(recording->requests.back().cut);
}

TEST(Recording, WithoutAnyReplyTheTargetIsWhoWasAsked) {
    ByteVector hostile = TestCapture::request_bytes(config_request(), 4);
    hostile.resize(18);
    const auto recording =
        TestCapture().ask(config_request(), 3).frame(hostile).frame(hostile).read();
    ASSERT_TRUE(recording);
    EXPECT_EQ(recording->target, (Address{then_shelf, then_slot, then_target}));
    EXPECT_FALSE(recording->answered);
    ASSERT_EQ(recording->requests.size(), 3U);
    EXPECT_EQ(recording->requests[1].bytes, hostile);
    EXPECT_EQ(recording->exchanges.front().name, "all");
}

TEST(Recording, FilesThatHoldNothingSaySo) {
    EXPECT_THAT(TestCapture().read().error(), HasSubstr("holds no frame"));
    EXPECT_THAT(TestCapture().frame(ByteVector(60, 1)).read().error(),
                HasSubstr("holds no AoE frame"));
    EXPECT_THAT(TestCapture(147).frame(ByteVector(60, 1)).read().error(), HasSubstr("link type"));
}

TEST(Recording, ACookedCaptureGetsAnEthernetHeader) {
    const ByteVector whole = TestCapture::request_bytes(config_request(), 3);
    ByteVector cooked{0, 4, 0, 1, 0, 6};
    cooked.insert(cooked.end(), whole.begin() + 6, whole.begin() + 12);
    cooked.insert(cooked.end(), {0, 0});
    cooked.insert(cooked.end(), whole.begin() + 12, whole.end());
    const auto recording = TestCapture(link_type::linux_sll).frame(cooked).read();
    ASSERT_TRUE(recording);
    ASSERT_EQ(recording->requests.size(), 1U);
    EXPECT_EQ(recording->requests[0].bytes.size(), whole.size());
    EXPECT_TRUE(
        std::equal(whole.begin() + 6, whole.end(), recording->requests[0].bytes.begin() + 6));
}

Reply parsed(const ByteVector& bytes) {
    return dissect(std::as_bytes(std::span(bytes))).value();
}

ByteVector rewritten(const ByteVector& bytes, const std::optional<SectorMove>& move = {}) {
    RecordedRequest request;
    request.bytes = bytes;
    std::string refusal;
    return Rewriter(talk(), here, move).request(request, 0x80000001U, refusal);
}

TEST(Rewriter, PutsThisTargetInPlaceOfTheRecordedOne) {
    const Reply frame = parsed(rewritten(TestCapture::request_bytes(config_request(4, "abc"), 5)));
    EXPECT_EQ(frame.destination, now_target);
    EXPECT_EQ(frame.source, now_first);
    EXPECT_EQ(frame.aoe.shelf, 258);
    EXPECT_EQ(frame.aoe.slot, 0);
    EXPECT_EQ(frame.aoe.tag, 0x80000001U);
    EXPECT_EQ(frame.config_string(), "abc");
}

TEST(Rewriter, WhatWasForeignOrForAllStaysSo) {
    Request all = to(config_request(), broadcast_mac);
    all.shelf = 0xffff;
    all.slot = 0xff;
    Reply frame = parsed(rewritten(TestCapture::request_bytes(all, 5)));
    EXPECT_EQ(frame.destination, broadcast_mac);
    EXPECT_EQ(frame.aoe.shelf, 0xffff);
    EXPECT_EQ(frame.aoe.slot, 0xff);
    // Addresses that happen to be those of today's target become the recorded one's.
    Request wrong = to(config_request(), now_target);
    wrong.shelf = 258;
    wrong.slot = 0;
    frame = parsed(rewritten(TestCapture::request_bytes(wrong, 5)));
    EXPECT_EQ(frame.destination, then_target);
    EXPECT_EQ(frame.aoe.shelf, then_shelf);
    EXPECT_EQ(frame.aoe.slot, then_slot);
}

TEST(Rewriter, ListsNameTheSameMachines) {
    const auto mask = parsed(rewritten(TestCapture::request_bytes(
        mask_request(1, {{1, then_first}, {1, then_second}, {2, then_third}}), 5)));
    EXPECT_THAT(mask.directives(), ElementsAre(Directive{1, now_first}, Directive{1, now_second},
                                               Directive{2, then_third}));
    const auto reserve =
        parsed(rewritten(TestCapture::request_bytes(reserve_request(1, {then_second}), 5)));
    EXPECT_THAT(reserve.macs(), ElementsAre(now_second));
}

TEST(Rewriter, EveryOtherByteStaysInFramesOfAnySize) {
    ByteVector whole = TestCapture::request_bytes(config_request(4, "abc"), 5);
    for (std::size_t i = 24; i < whole.size(); ++i) whole[i] = static_cast<std::uint8_t>(i);
    for (std::size_t size = 12; size <= whole.size(); ++size) {
        const ByteVector cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        const ByteVector now = rewritten(cut);
        ASSERT_EQ(now.size(), size);
        for (std::size_t i = 12; i < size; ++i) {
            const bool placed = (i >= 16 && i < 19) || (i >= 20 && i < 24);
            if (placed) continue;
            EXPECT_EQ(now[i], cut[i]) << "byte " << i << " of " << size;
        }
    }
}

Recording of_reads(const std::vector<std::uint64_t>& sectors) {
    TestCapture capture;
    for (const std::uint64_t sector : sectors) capture.ask(read_request(sector, 2, true), 5);
    auto recording = capture.read();
    return *std::move(recording);
}

std::uint64_t moved_to(const Recording& recording, std::size_t index, const SectorRange& into,
                       std::string& refusal) {
    const Rewriter rewriter(recording, here, move_of(recording, into));
    const ByteVector bytes = rewriter.request(recording.requests[index], 1, refusal);
    return parsed(bytes).ata->lba;
}

TEST(Rewriter, SectorsMoveLinearlyModuloTheRange) {
    const Recording recording = of_reads({5000, 5010, 5000 + 64, 5000 + 63});
    const SectorRange into{.first = 100, .count = 64};
    std::string refusal;
    EXPECT_EQ(moved_to(recording, 0, into, refusal), 100U);
    EXPECT_EQ(moved_to(recording, 1, into, refusal), 110U);
    EXPECT_EQ(moved_to(recording, 2, into, refusal), 100U);
    EXPECT_EQ(refusal, "");
    moved_to(recording, 3, into, refusal);
    EXPECT_THAT(refusal, HasSubstr("cross the end"));
}

TEST(Rewriter, ASectorThatTheRecordedTargetRefusedIsNotMoved) {
    Request failed = ata_request(0x41, 1U << 20, 2);
    failed.ata().feature = 0x10;
    const auto recording = TestCapture()
                               .ask(read_request(7, 2, true), 4)
                               .ask(read_request(1U << 20, 2, true), 5)
                               .answer(failed, 5)
                               .read();
    ASSERT_TRUE(recording);
    std::string refusal;
    EXPECT_EQ(moved_to(*recording, 1, {.first = 100, .count = 64}, refusal), 1U << 20);
}

TEST(Rewriter, A28BitCommandKeepsItsDeviceBits) {
    const auto recording = TestCapture().ask(read_request(7, 1, false), 4).read();
    ASSERT_TRUE(recording);
    const SectorRange into{.first = 0x1234567, .count = 64};
    const Rewriter rewriter(*recording, here, move_of(*recording, into));
    std::string refusal;
    const ByteVector bytes = rewriter.request(recording->requests[0], 1, refusal);
    EXPECT_EQ(bytes[28], 0x67);
    EXPECT_EQ(bytes[29], 0x45);
    EXPECT_EQ(bytes[30], 0x23);
    EXPECT_EQ(bytes[31], 0xe1);
}

class DifferenceTest : public testing::Test {
protected:
    std::string between(const Request& asked, const Request& then, const Request& now,
                        bool moved = false) {
        const ByteVector request = TestCapture::request_bytes(asked, 1);
        const SeenFrame frame = look_at({.number = 1,
                                         .link_type = link_type::ethernet,
                                         .time = {},
                                         .length = static_cast<std::uint32_t>(request.size()),
                                         .bytes = std::as_bytes(std::span(request)),
                                         .comment = {}});
        return difference_text(difference(frame, reply(then), reply(now), moved, written_));
    }
    static ByteVector reply(Request request) {
        request.aoe.flags |= 8;
        return TestCapture::request_bytes(request, 1);
    }
    static Request config_reply(std::uint16_t buffers, std::uint16_t firmware, std::uint8_t sectors,
                                std::string_view string) {
        Request request = config_request(0, string);
        request.config().buffer_count = buffers;
        request.config().firmware_version = firmware;
        request.config().sector_count = sectors;
        return request;
    }
    static Request read_reply(std::uint8_t fill, std::uint8_t status = 0x40) {
        Request request = ata_request(status, 7, 0);
        request.data = ByteVector(1024, fill);
        return request;
    }
    WrittenSectors written_;
};

TEST_F(DifferenceTest, WhatGoodTargetsChooseIsNoDifference) {
    EXPECT_EQ(
        between(config_request(), config_reply(16, 0x4019, 2, "a"), config_reply(64, 1, 17, "a")),
        "");
    Request padded = config_reply(16, 1, 2, ""), bare = padded;
    bare.pad_to = 0;
    EXPECT_EQ(between(config_request(), padded, bare), "");
}

TEST_F(DifferenceTest, OtherFieldsAre) {
    EXPECT_EQ(between(config_request(), config_reply(1, 1, 2, "a"), config_reply(1, 1, 2, "b")),
              "Config String \"b\", recorded \"a\"");
    Request refused = config_reply(1, 1, 2, "a");
    refused.aoe.flags = 4;
    refused.aoe.error = 4;
    EXPECT_THAT(between(config_request(), config_reply(1, 1, 2, "a"), refused),
                HasSubstr("Error 4 (config string set), recorded 0"));
}

TEST_F(DifferenceTest, DataCountsWhereTheCaptureWroteIt) {
    const Request read = read_request(7, 2, true);
    EXPECT_EQ(between(read, read_reply(1), read_reply(2)), "");
    written_ = {8};
    EXPECT_THAT(between(read, read_reply(1), read_reply(2)), HasSubstr("Data sector 1"));
    EXPECT_THAT(between(read, read_reply(1), read_reply(1, 0x41)), HasSubstr("Status"));
}

TEST_F(DifferenceTest, OfIdentifyOnlyWhatNamesAndMeasuresTheDiskMayDiffer) {
    Request then = ata_request(0x40, 0, 1), now = then;
    then.data = now.data = ByteVector(512, 0);
    for (const std::size_t word : {10U, 19U, 23U, 27U, 46U, 60U, 61U, 100U, 103U}) {
        now.data[2 * word] = 7;
    }
    EXPECT_EQ(between(identify_request(), then, now), "");
    now.data[std::size_t{2} * 83 + 1] = 0x74;
    EXPECT_EQ(between(identify_request(), then, now),
              "Data word 83 0x7400, recorded word 83 0x0000");
}

TEST_F(DifferenceTest, AMovedSectorsAddressIsNoDifference) {
    Request then = ata_request(0x40, 7, 0), now = ata_request(0x40, 9, 0);
    const Request write = write_request(7, ByteVector(512, 1), true);
    EXPECT_EQ(between(write, then, now, true), "");
    EXPECT_THAT(between(write, then, now, false), HasSubstr("LBA 9, recorded 7"));
}

}  // namespace
}  // namespace aoe::conformance
