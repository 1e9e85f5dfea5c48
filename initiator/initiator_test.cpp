// SPDX-License-Identifier: MIT
// The initiator without network or clock: every frame is carried by hand.
#include "initiator/initiator.h"

#include <algorithm>
#include <array>
#include <set>

#include <gmock/gmock.h>

#include "initiator/error.h"
#include "initiator/testing/core_bench.h"
#include "wire/config.h"
#include "wire/sizes.h"

namespace aoe::initiator {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::CoreBench;
using testing::device_address;
using ::testing::ElementsAre;
using testing::FrameBytes;
using testing::header_of;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::own_mac;
using testing::registers_of;
using ::testing::SizeIs;
using testing::target_mac;

std::vector<std::byte> pattern(std::size_t sectors, unsigned seed = 1) {
    std::vector<std::byte> bytes(sectors * sector_size);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::byte>((i * 7 + i / sector_size * 31 + seed) & 0xff);
    }
    return bytes;
}

/// The sector counts of read or write requests, in order.
std::vector<unsigned> counts(const std::vector<FrameBytes>& frames) {
    std::vector<unsigned> all;
    all.reserve(frames.size());
    for (const FrameBytes& frame : frames) all.push_back(registers_of(frame).sector_count);
    return all;
}

// --- What requests look like ---

TEST(Requests, AConfigQueryIsBroadcastUntilTheTargetsAddressIsKnown) {
    CoreBench bench;
    bench.core.submit({.kind = Kind::query_config, .device = device_address});
    const auto frames = bench.frames();
    ASSERT_THAT(frames, SizeIs(1));
    EXPECT_THAT(frames[0], SizeIs(minimum_frame_size));
    const Header header = header_of(frames[0]);
    EXPECT_EQ(header.destination, broadcast_mac);
    EXPECT_EQ(header.source, own_mac);
    EXPECT_EQ(header.address, device_address);
    EXPECT_EQ(header.command, command::config);
    EXPECT_EQ(header.flags, 0);
    EXPECT_EQ(header.tag >> 31, 1U);
    EXPECT_TRUE(std::all_of(frames[0].begin() + header_size, frames[0].end(),
                            [](std::byte byte) { return byte == std::byte{}; }));
}

TEST(Requests, TheConfigReplyIsRemembered) {
    CoreBench bench;
    bench.core.submit({.kind = Kind::query_config, .device = device_address, .id = 5});
    bench.settle();
    const auto completion = bench.core.next_completion();
    ASSERT_TRUE(completion);
    EXPECT_EQ(completion->id, 5U);
    EXPECT_FALSE(completion->error);
    const Device& device = *bench.core.device(device_address);
    EXPECT_EQ(device.mac, target_mac);
    EXPECT_EQ(device.config->buffer_count, 16);
    EXPECT_EQ(device.config->sector_count, 2);
    EXPECT_EQ(device.config_string, "scratch");
    EXPECT_EQ(bench.core.window(device_address), 16U);
}

TEST(Requests, IdentifyIsUnicastWithCountOne) {
    CoreBench bench;
    bench.core.submit({.kind = Kind::query_config, .device = device_address});
    bench.settle();
    bench.core.submit({.kind = Kind::identify, .device = device_address});
    const auto frames = bench.frames();
    ASSERT_THAT(frames, SizeIs(1));
    EXPECT_EQ(header_of(frames[0]).destination, target_mac);
    EXPECT_EQ(registers_of(frames[0]),
              (AtaRegisters{
                  .sector_count = 1, .command_status = 0xec, .lba = std::uint64_t{0xa0} << 24}));
    bench.receive(bench.reply_to(frames[0]));
    EXPECT_EQ(bench.core.device(device_address)->sectors(), 1000U);
    EXPECT_TRUE(bench.core.device(device_address)->ready());
}

TEST(Requests, WithLba48SectorsMoveByTheExtendedCommands) {
    CoreBench bench;
    bench.attach();
    std::vector<std::byte> data(sector_size);
    bench.read(0x123456789abc, data);
    bench.write(0x010203, data);
    const auto frames = bench.frames();
    ASSERT_THAT(frames, SizeIs(2));
    EXPECT_EQ(registers_of(frames[0]), (AtaRegisters{.flags = ata_flag::extended,
                                                     .sector_count = 1,
                                                     .command_status = 0x24,
                                                     .lba = 0x123456789abc}));
    EXPECT_EQ(registers_of(frames[1]), (AtaRegisters{.flags = ata_flag::extended | ata_flag::write,
                                                     .sector_count = 1,
                                                     .command_status = 0x34,
                                                     .lba = 0x010203}));
    EXPECT_THAT(frames[0], SizeIs(minimum_frame_size));
    EXPECT_THAT(frames[1], SizeIs(ata_frame_size(1)));
}

TEST(Requests, WithoutLba48TheTopNibbleSharesAByteWithTheDeviceRegister) {
    CoreBench bench({.lba48 = false});
    bench.attach();
    std::vector<std::byte> data(sector_size);
    bench.read(0x0abcdef1, data);
    bench.write(5, data);
    const auto frames = bench.frames();
    ASSERT_THAT(frames, SizeIs(2));
    EXPECT_EQ(registers_of(frames[0]),
              (AtaRegisters{.sector_count = 1, .command_status = 0x20, .lba = 0xeabcdef1}));
    EXPECT_EQ(registers_of(frames[1]), (AtaRegisters{.flags = ata_flag::write,
                                                     .sector_count = 1,
                                                     .command_status = 0x30,
                                                     .lba = 0xe0000005}));
}

TEST(Requests, FlushUsesWhatWord83Offers) {
    CoreBench extended;
    extended.attach();
    extended.core.submit({.kind = Kind::flush, .device = device_address});
    EXPECT_EQ(registers_of(extended.frames().at(0)).command_status, ata_command::flush_cache_ext);
    CoreBench plain({.lba48 = false});
    plain.attach();
    plain.core.submit({.kind = Kind::flush, .device = device_address});
    plain.settle();
    EXPECT_EQ(plain.target.flushes(), 1U);
    EXPECT_FALSE(plain.core.next_completion()->error);
}

// --- Requests that cannot start ---

TEST(Requests, WhatCannotBeDoneIsRefusedAtOnce) {
    CoreBench bench({.lba48 = false});
    std::vector<std::byte> data(2 * sector_size);
    const auto error_now = [&] { return bench.core.next_completion().value().error; };
    bench.core.submit({.kind = Kind::identify, .device = {.shelf = 1, .slot = 1}});
    EXPECT_EQ(error_now(), Failure::unknown_device);
    bench.read(0, data);
    EXPECT_EQ(error_now(), Failure::not_identified);
    bench.attach();
    bench.read(lba28_limit - 1, data);
    EXPECT_EQ(error_now(), Failure::sector_out_of_reach);
    bench.read(~std::uint64_t{0}, data);
    EXPECT_EQ(error_now(), Failure::sector_out_of_reach);
    bench.core.set_mtu(500);
    bench.read(0, data);
    EXPECT_EQ(error_now(), Failure::mtu_too_small);
    EXPECT_THAT(bench.frames(), IsEmpty());
}

TEST(Requests, NoSectorsAreReadAtOnce) {
    CoreBench bench;
    bench.attach();
    bench.read(0, {}, 9);
    const auto completion = bench.core.next_completion();
    ASSERT_TRUE(completion);
    EXPECT_EQ(completion->id, 9U);
    EXPECT_FALSE(completion->error);
    EXPECT_THAT(bench.frames(), IsEmpty());
}

TEST(Requests, TheLastSectorsThatTheAddressCanNameAreReached) {
    CoreBench bench;
    bench.attach();
    std::vector<std::byte> data(sector_size);
    bench.read(lba48_limit - 1, data);
    EXPECT_EQ(registers_of(bench.frames().at(0)).lba, lba48_limit - 1);
}

// --- Cutting into frames ---

struct CuttingCase {
    std::size_t mtu;
    std::uint8_t sector_count;  // Of the config reply.
    std::size_t sectors;        // Of the request.
    std::vector<unsigned> expected;
};

class Cutting : public ::testing::TestWithParam<CuttingCase> {};

TEST_P(Cutting, FramesCarryWhatBothMtuAndConfigReplyAllow) {
    const CuttingCase& given = GetParam();
    CoreBench bench({.buffer_count = 64, .sector_count = given.sector_count}, given.mtu);
    bench.attach();
    const auto data = pattern(given.sectors);
    bench.write(1000 - given.sectors, data);
    const auto frames = bench.frames();
    EXPECT_EQ(counts(frames), given.expected);
    for (const FrameBytes& frame : frames) {
        EXPECT_LE(frame.size(), ethernet_header_size + given.mtu);
        bench.receive(bench.reply_to(frame));
    }
    ASSERT_TRUE(bench.core.next_completion());
    const auto& disk = bench.target.disk();
    EXPECT_TRUE(std::equal(data.rbegin(), data.rend(), disk.rbegin())) << "up to the last sector";
    std::vector<std::byte> back(data.size());
    bench.read(1000 - given.sectors, back);
    bench.settle();
    EXPECT_EQ(back, data);
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, Cutting,
    ::testing::Values(CuttingCase{1500, 2, 5, {2, 2, 1}}, CuttingCase{1500, 17, 4, {2, 2}},
                      CuttingCase{1500, 1, 3, {1, 1, 1}}, CuttingCase{9000, 17, 35, {17, 17, 1}},
                      CuttingCase{9000, 255, 18, {17, 1}}, CuttingCase{9000, 16, 33, {16, 16, 1}},
                      CuttingCase{9000, 0, 5, {2, 2, 1}},  // 0 means 2.
                      CuttingCase{600, 2, 2, {1, 1}}, CuttingCase{1500, 2, 1, {1}}));

TEST(Cutting, TheBuffersBoundsAreKept) {
    CoreBench bench({.sector_count = 2});
    bench.attach();
    const auto disk = pattern(1000);
    bench.target.disk() = disk;
    std::vector<std::byte> room(5 * sector_size, std::byte{0xee});
    bench.read(10, MutableBytes(room).subspan(sector_size, 3 * sector_size));
    for (FrameBytes& request : bench.frames()) {
        FrameBytes reply = bench.reply_to(request);
        reply.resize(reply.size() + 600, std::byte{0x55});  // Trailing bytes are not data.
        bench.receive(reply);
    }
    EXPECT_FALSE(bench.core.next_completion().value().error);
    EXPECT_TRUE(std::equal(room.begin() + 512, room.begin() + 2048, disk.begin() + 5120));
    EXPECT_EQ(std::count(room.begin(), room.begin() + 512, std::byte{0xee}), 512);
    EXPECT_EQ(std::count(room.begin() + 2048, room.end(), std::byte{0xee}), 512);
}

// --- The window ---

TEST(WindowOfFrames, NeverMoreThanBufferCountAreUnderWay) {
    CoreBench bench({.buffer_count = 5});
    bench.attach();
    std::vector<std::byte> data(100 * sector_size);
    bench.read(0, data);
    auto frames = bench.frames();
    EXPECT_THAT(frames, SizeIs(5));
    EXPECT_THAT(bench.frames(), IsEmpty());
    std::size_t under_way = frames.size();
    while (!frames.empty()) {
        const FrameBytes request = frames.front();
        frames.erase(frames.begin());
        bench.receive(bench.reply_to(request));
        --under_way;
        for (FrameBytes& next : bench.frames()) {
            frames.push_back(std::move(next));
            ++under_way;
        }
        ASSERT_LE(under_way, 5U);
    }
    EXPECT_FALSE(bench.core.next_completion().value().error);
}

TEST(WindowOfFrames, ABufferCountOfZeroStillMovesOneFrameAtATime) {
    CoreBench bench({.buffer_count = 0});
    bench.attach();
    std::vector<std::byte> data(10 * sector_size);
    bench.read(0, data);
    for (int i = 0; i < 5; ++i) {
        const auto frames = bench.frames();
        ASSERT_THAT(frames, SizeIs(1));
        bench.receive(bench.reply_to(frames[0]));
    }
    EXPECT_FALSE(bench.core.next_completion().value().error);
}

TEST(WindowOfFrames, ItHalvesWhenFramesAreLostAndGrowsAgain) {
    CoreBench bench({.buffer_count = 16});
    bench.attach();
    std::vector<std::byte> data(400 * sector_size);
    bench.read(0, data);
    EXPECT_THAT(bench.frames(), SizeIs(16));  // All lost.
    bench.now = *bench.core.next_deadline();
    const auto again = bench.frames();
    EXPECT_THAT(again, SizeIs(8));
    EXPECT_EQ(bench.core.window(device_address), 8U);
    for (const FrameBytes& frame : again) bench.receive(bench.reply_to(frame));
    EXPECT_EQ(bench.core.window(device_address), 9U);
    bench.settle();
    EXPECT_EQ(bench.core.window(device_address), 16U);
    EXPECT_FALSE(bench.core.next_completion().value().error);
}

TEST(WindowOfFrames, ATargetThatHangsIsNotGivenMoreThanItCanQueue) {
    CoreBench bench({.buffer_count = 4});
    bench.attach();
    std::vector<std::byte> data(100 * sector_size);
    bench.read(0, data);
    std::set<std::uint64_t> sectors;
    while (bench.core.pending() > 0) {
        for (const FrameBytes& frame : bench.next_frames()) sectors.insert(registers_of(frame).lba);
    }
    EXPECT_THAT(sectors, ElementsAre(0U, 2U, 4U, 6U));
}

TEST(WindowOfFrames, EveryDeviceHasItsOwnAndTheyTakeTurns) {
    CoreBench bench({.buffer_count = 2});
    testing::FakeTarget other({.address = {.shelf = 8, .slot = 0}, .buffer_count = 3});
    bench.core.add_device({.shelf = 8, .slot = 0}, target_mac);
    bench.core.submit({.kind = Kind::query_config, .device = {.shelf = 8, .slot = 0}});
    bench.core.submit({.kind = Kind::query_config, .device = device_address});
    const auto answer = [&](const FrameBytes& frame) {
        auto reply = bench.target.answer(frame);
        if (!reply) reply = other.answer(frame);
        bench.receive(*reply);
    };
    for (const FrameBytes& frame : bench.frames()) answer(frame);
    bench.core.submit({.kind = Kind::identify, .device = {.shelf = 8, .slot = 0}});
    bench.core.submit({.kind = Kind::identify, .device = device_address});
    for (const FrameBytes& frame : bench.frames()) answer(frame);
    std::vector<std::byte> data(20 * sector_size);
    std::vector<std::byte> other_data(20 * sector_size);
    bench.read(0, data);
    bench.core.submit(
        {.kind = Kind::read, .device = {.shelf = 8, .slot = 0}, .read_into = other_data});
    std::vector<unsigned> shelves;
    for (const FrameBytes& frame : bench.frames())
        shelves.push_back(header_of(frame).address.shelf);
    EXPECT_THAT(shelves, ElementsAre(7, 8, 7, 8, 8));
}

// --- Tags and retransmission ---

TEST(Retransmission, HappensAtDoublingDistancesWithANewTagEachTime) {
    CoreBench bench;
    bench.core.submit({.kind = Kind::query_config, .device = device_address});
    std::vector<Time> sent_at;
    std::set<std::uint32_t> tags;
    while (bench.core.pending() > 0) {
        for (const FrameBytes& frame : bench.frames()) {
            sent_at.push_back(bench.now);
            tags.insert(header_of(frame).tag);
        }
        if (const auto next = bench.core.next_deadline()) bench.now = *next;
    }
    // 250 ms doubling to 2 s, and nothing any more at 30 s.
    ASSERT_GE(sent_at.size(), 6U);
    EXPECT_THAT(std::vector(sent_at.begin(), sent_at.begin() + 6),
                ElementsAre(milliseconds(0), milliseconds(250), milliseconds(750),
                            milliseconds(1750), milliseconds(3750), milliseconds(5750)));
    EXPECT_EQ(sent_at.back(), milliseconds(29750));
    EXPECT_EQ(tags.size(), sent_at.size());
    EXPECT_EQ(bench.now, seconds(30));
    EXPECT_EQ(bench.core.next_completion()->error, Failure::timed_out);
    EXPECT_EQ(bench.core.counters().resent, sent_at.size() - 1);
}

TEST(Retransmission, FollowsTheMeasuredRoundTrip) {
    CoreBench bench;
    bench.core.submit({.kind = Kind::query_config, .device = device_address});
    const auto query = bench.frames();
    bench.now += milliseconds(40);
    bench.receive(bench.reply_to(query.at(0)));
    bench.core.submit({.kind = Kind::identify, .device = device_address});
    ASSERT_THAT(bench.frames(), SizeIs(1));
    // Mean 40 ms and deviation 20 ms make 120 ms.
    EXPECT_EQ(bench.core.next_deadline(), milliseconds(160));
    bench.now = milliseconds(159);
    EXPECT_THAT(bench.frames(), IsEmpty());
    bench.now = milliseconds(160);
    EXPECT_THAT(bench.frames(), SizeIs(1));
    bench.now = milliseconds(399);  // Twice as long.
    EXPECT_THAT(bench.frames(), IsEmpty());
    bench.now = milliseconds(400);
    EXPECT_THAT(bench.frames(), SizeIs(1));
}

TEST(Retransmission, ALateReplyToAnOlderTagCounts) {
    CoreBench bench;
    bench.attach();
    bench.target.disk() = pattern(1000);
    std::vector<std::byte> data(sector_size);
    bench.read(3, data);
    const auto first = bench.frames();
    bench.now = *bench.core.next_deadline();
    const auto second = bench.frames();
    ASSERT_THAT(second, SizeIs(1));
    ASSERT_NE(header_of(first.at(0)).tag, header_of(second.at(0)).tag);
    bench.receive(bench.reply_to(first.at(0)));
    EXPECT_FALSE(bench.core.next_completion().value().error);
    EXPECT_TRUE(std::equal(data.begin(), data.end(), bench.target.sector(3).begin()));
    // The reply to the second finds nobody, and the buffer is not touched again.
    std::fill(data.begin(), data.end(), std::byte{});
    const auto ignored = bench.core.counters().ignored;
    bench.receive(bench.reply_to(second.at(0)));
    EXPECT_EQ(bench.core.counters().ignored, ignored + 1);
    EXPECT_EQ(data, std::vector<std::byte>(sector_size));
    EXPECT_FALSE(bench.core.next_deadline());
}

TEST(Retransmission, AReplyThatComesBetweenLossAndResendingSavesIt) {
    CoreBench bench;
    bench.attach();
    std::vector<std::byte> data(sector_size);
    bench.read(3, data);
    const auto first = bench.frames();
    bench.now = *bench.core.next_deadline();
    bench.core.advance(bench.now);
    bench.receive(bench.reply_to(first.at(0)));
    EXPECT_THAT(bench.frames(), IsEmpty());
    EXPECT_FALSE(bench.core.next_completion().value().error);
}

TEST(Retransmission, RepeatedAndReorderedRepliesDoNoHarm) {
    CoreBench bench({.buffer_count = 8});
    bench.attach();
    bench.target.disk() = pattern(1000);
    std::vector<std::byte> data(16 * sector_size);
    bench.read(100, data);
    auto frames = bench.frames();
    ASSERT_THAT(frames, SizeIs(8));
    std::reverse(frames.begin(), frames.end());
    for (const FrameBytes& frame : frames) {
        bench.receive(bench.reply_to(frame));
        bench.receive(bench.reply_to(frame));
    }
    EXPECT_FALSE(bench.core.next_completion().value().error);
    EXPECT_FALSE(bench.core.next_completion());
    EXPECT_TRUE(std::equal(data.begin(), data.end(), bench.target.sector(100).begin()));
}

TEST(Retransmission, AFlushIsGivenTheLongestTimeout) {
    CoreBench bench;
    bench.attach();
    bench.core.submit({.kind = Kind::flush, .device = device_address});
    ASSERT_THAT(bench.frames(), SizeIs(1));
    EXPECT_EQ(bench.core.next_deadline(), bench.now + seconds(2));
}

// --- Giving up ---

TEST(GivingUp, ARequestMayHaveAShorterLimitOfItsOwn) {
    CoreBench bench;
    bench.core.submit(
        {.kind = Kind::query_config, .device = device_address, .give_up_after = milliseconds(600)});
    std::size_t sent = 0;
    while (bench.core.pending() > 0) {
        sent += bench.frames().size();
        if (const auto next = bench.core.next_deadline()) bench.now = *next;
    }
    EXPECT_EQ(bench.now, milliseconds(600));
    EXPECT_EQ(sent, 2U);
    EXPECT_EQ(bench.core.next_completion()->error, Failure::timed_out);
}

TEST(GivingUp, ASilentDeviceFailsEverythingThatWaitsBehind) {
    CoreBench bench({.buffer_count = 2});
    bench.attach();
    std::vector<std::byte> data(64 * sector_size);
    for (std::uint64_t id = 0; id < 8; ++id) {
        bench.read(id * 8, MutableBytes(data).subspan(id * 8 * sector_size, 8 * sector_size), id);
    }
    const Time start = bench.now;
    bench.starve();
    EXPECT_EQ(bench.now - start, seconds(30));
    for (int i = 0; i < 8; ++i) {
        EXPECT_EQ(bench.core.next_completion().value().error, Failure::timed_out);
    }
}

// A pipe that has nothing for a minute, say, while the first frame of the write before was lost.
TEST(GivingUp, TheTimeThatTheCallerWasAwayDoesNotCount) {
    CoreBench bench({.buffer_count = 2});
    bench.attach();
    const std::vector<std::byte> data(64 * sector_size, std::byte{1});
    for (std::uint64_t id = 0; id < 8; ++id) {
        bench.write(id * 8, Bytes(data).first(8 * sector_size), id);
    }
    (void)bench.frames();  // Lost.
    bench.now += std::chrono::minutes(1);
    const Time back = bench.now;
    EXPECT_THAT(bench.frames(), Not(IsEmpty()));  // Lost, too.
    bench.now += std::chrono::minutes(1);
    bench.finish();
    for (int i = 0; i < 8; ++i) EXPECT_FALSE(bench.core.next_completion().value().error) << i;
    EXPECT_LT(bench.now - back, seconds(61));
}

TEST(GivingUp, TheTimeThatTheCallerWasThereDoesCount) {
    CoreBench bench;
    bench.attach();
    const std::vector<std::byte> data(8 * sector_size, std::byte{1});
    bench.write(0, data);
    const Time start = bench.now;
    while (bench.now < start + seconds(20)) {
        if (bench.frames().empty()) bench.now = bench.core.next_deadline().value();
    }
    const Time lost = bench.core.next_deadline().value();
    bench.now = lost + std::chrono::minutes(1);
    bench.starve();
    EXPECT_EQ(bench.now - start, seconds(90));
    EXPECT_EQ(bench.core.next_completion().value().error, Failure::timed_out);
}

TEST(GivingUp, ARequestThatTheTargetIgnoresDoesNotTakeTheOthersWithIt) {
    CoreBench bench({.buffer_count = 2});
    bench.attach();
    std::vector<std::byte> data(3 * sector_size);
    bench.read(0, MutableBytes(data).first(sector_size), 1);
    (void)bench.frames();  // Never answered.
    std::optional<std::error_code> error_of_first;
    for (std::uint64_t id = 2; !error_of_first; ++id) {
        bench.read(5, MutableBytes(data).last(sector_size), id);
        for (const FrameBytes& frame : bench.frames()) {
            if (registers_of(frame).lba != 0) bench.receive(bench.reply_to(frame));
        }
        while (const auto completion = bench.core.next_completion()) {
            if (completion->id == 1) {
                error_of_first = completion->error;
            } else {
                EXPECT_FALSE(completion->error);
            }
        }
        if (const auto next = bench.core.next_deadline()) bench.now = *next;
    }
    EXPECT_EQ(*error_of_first, Failure::timed_out);
}

TEST(GivingUp, FailAllEndsEverythingAndLateRepliesFindNobody) {
    CoreBench bench;
    bench.attach();
    std::vector<std::byte> data(100 * sector_size, std::byte{0xee});
    bench.target.disk() = pattern(1000);
    bench.read(0, data);
    const auto frames = bench.frames();
    bench.core.fail_all(std::make_error_code(std::errc::no_such_device));
    EXPECT_EQ(bench.core.next_completion().value().error, std::errc::no_such_device);
    for (const FrameBytes& frame : frames) bench.receive(bench.reply_to(frame));
    EXPECT_EQ(std::count(data.begin(), data.end(), std::byte{0xee}), 100 * 512);
    EXPECT_FALSE(bench.core.next_deadline());
    EXPECT_THAT(bench.frames(), IsEmpty());
    bench.read(0, data);
    bench.settle();
    EXPECT_FALSE(bench.core.next_completion().value().error);
}

// --- Replies that are none ---

class Judging : public ::testing::Test {
public:
    Judging() {
        bench.attach();
        bench.target.disk() = pattern(1000);
        bench.read(3, data);
        reply = bench.reply_to(bench.frames().at(0));
    }
    /// The request is still open after `changed` arrived, and nothing was stored.
    void expect_ignored(const FrameBytes& changed) {
        bench.receive(changed);
        EXPECT_FALSE(bench.core.next_completion());
        EXPECT_EQ(std::count(data.begin(), data.end(), std::byte{}), 512);
    }
    FrameBytes with(std::size_t offset, unsigned value) const {
        FrameBytes changed = reply;
        changed.at(offset) = static_cast<std::byte>(value);
        return changed;
    }

    CoreBench bench;
    std::vector<std::byte> data = std::vector<std::byte>(sector_size);
    FrameBytes reply;
};

TEST_F(Judging, FramesThatAreNotTheReplyAreIgnored) {
    expect_ignored(with(0, 0x06));                                       // To somebody else.
    expect_ignored(with(11, 0x77));                                      // From another machine.
    expect_ignored(with(12, 0x08));                                      // Another EtherType.
    expect_ignored(with(14, 0x10));                                      // A request (R = 0).
    expect_ignored(with(14, 0x28));                                      // Version 2.
    expect_ignored(with(17, 0x08));                                      // Another shelf.
    expect_ignored(with(18, 0x04));                                      // Another slot.
    expect_ignored(with(19, 0x01));                                      // Another command.
    expect_ignored(with(20, 0x00));                                      // A tag without bit 31.
    expect_ignored(with(22, static_cast<unsigned>(reply[22]) ^ 0x10U));  // Another tag.
    EXPECT_EQ(bench.core.counters().ignored, 10U);
    bench.receive(reply);
    EXPECT_FALSE(bench.core.next_completion().value().error);
}

TEST_F(Judging, EveryTruncationIsAsGoodAsLost) {
    for (std::size_t size = 0; size < reply.size(); ++size) {
        expect_ignored(
            FrameBytes(reply.begin(), reply.begin() + static_cast<std::ptrdiff_t>(size)));
    }
    EXPECT_GT(bench.core.counters().unusable, 0U);
    bench.receive(reply);
    EXPECT_FALSE(bench.core.next_completion().value().error);
}

TEST_F(Judging, OnlyUnusableRepliesAreToldFromSilence) {
    const FrameBytes cut(reply.begin(), reply.begin() + 100);
    bench.receive(cut);
    bench.starve();
    EXPECT_EQ(bench.core.next_completion().value().error, Failure::unusable_replies);
}

TEST_F(Judging, AnAoeErrorEndsTheRequestAtOnce) {
    FrameBytes error = with(14, 0x1c);
    error[15] = std::byte{6};
    error.resize(header_size);
    bench.receive(error);
    EXPECT_EQ(bench.core.next_completion().value().error, aoe_error(6));
}

TEST_F(Judging, AnErrorFlagWithoutACodeIsAnError) {
    bench.receive(with(14, 0x1c));
    EXPECT_EQ(bench.core.next_completion().value().error, Failure::unexplained_error);
}

TEST_F(Judging, AnAtaErrorEndsTheRequestAtOnce) {
    FrameBytes error = with(27, 0x41);
    error[25] = std::byte{0x40};
    bench.receive(error);
    EXPECT_EQ(bench.core.next_completion().value().error, ata_error(0x41, 0x40));
    EXPECT_EQ(std::count(data.begin(), data.end(), std::byte{}), 512) << "no data is stored";
}

TEST_F(Judging, ReservedBitsAndRegistersOfAGoodReplyDoNotMatter) {
    FrameBytes odd = with(14, 0x1b);
    odd[15] = std::byte{0x55};  // Error is meaningless while its flag is clear.
    odd[25] = std::byte{0xff};
    odd[26] = std::byte{0};
    odd[28] = std::byte{0x99};  // Some targets advance the address.
    bench.receive(odd);
    EXPECT_FALSE(bench.core.next_completion().value().error);
}

TEST(Errors, IdnfBeyondTheEndFailsTheWholeRequestOnce) {
    CoreBench bench;
    bench.attach();
    std::vector<std::byte> data(64 * sector_size);
    bench.read(990, data, 4);
    bench.settle();
    const auto completion = bench.core.next_completion();
    ASSERT_TRUE(completion);
    EXPECT_EQ(completion->id, 4U);
    EXPECT_EQ(completion->error, ata_error(0x41, 0x10));
    EXPECT_FALSE(bench.core.next_completion());
    EXPECT_EQ(bench.core.pending(), 0U);
    EXPECT_FALSE(bench.core.next_deadline());
}

TEST(Errors, AFlushThatIsOnlyEchoedWasNotCarriedOut) {
    CoreBench bench;
    bench.attach();
    bench.core.submit({.kind = Kind::flush, .device = device_address});
    FrameBytes reply = bench.reply_to(bench.frames().at(0));
    reply.at(27) = std::byte{0xea};
    bench.receive(reply);
    EXPECT_EQ(bench.core.next_completion().value().error, Failure::flush_not_carried_out);
}

// --- Large frames that vanish ---

TEST(LargeFrames, ThatNeverArriveAreReplacedBySmallOnes) {
    CoreBench bench({.buffer_count = 4, .sector_count = 17}, 9000);
    bench.attach();
    const auto data = pattern(40);
    bench.write(0, data);
    std::size_t most_at_the_end = 0;
    std::size_t large_lost = 0;
    while (bench.core.pending() > 0) {
        const auto frames = bench.frames();
        if (frames.empty()) bench.now = bench.core.next_deadline().value();
        for (const FrameBytes& frame : frames) {
            if (frame.size() > 1514) {
                ++large_lost;
                continue;
            }
            most_at_the_end = registers_of(frame).sector_count;
            bench.receive(bench.reply_to(frame));
        }
    }
    EXPECT_FALSE(bench.core.next_completion().value().error);
    EXPECT_TRUE(std::equal(data.begin(), data.end(), bench.target.disk().begin()));
    EXPECT_LE(most_at_the_end, 2U);
    EXPECT_LE(large_lost, 9U);
    EXPECT_EQ(bench.core.sectors_per_frame(device_address), 2U);
    EXPECT_LT(bench.now, seconds(1));
}

TEST(LargeFrames, ThatArrivedOnceAreKeptDespiteLosses) {
    CoreBench bench({.buffer_count = 1, .sector_count = 17}, 9000);
    bench.attach();
    std::vector<std::byte> data(17 * sector_size);
    bench.read(0, data);
    bench.settle();
    bench.read(17, data);
    for (int i = 0; i < 3; ++i) ASSERT_THAT(counts(bench.next_frames()), ElementsAre(17));
    const auto pieces = bench.next_frames();
    EXPECT_THAT(counts(pieces), ElementsAre(2)) << "this one is tried in pieces";
    EXPECT_EQ(bench.core.sectors_per_frame(device_address), 17U);
    bench.receive(bench.reply_to(pieces.at(0)));
    bench.finish();
    (void)bench.core.next_completion();
    EXPECT_FALSE(bench.core.next_completion().value().error);
}

TEST(LargeFrames, ALateReplyToTheWholeCountsForItsFirstPiece) {
    CoreBench bench({.buffer_count = 1, .sector_count = 17}, 9000);
    bench.attach();
    bench.target.disk() = pattern(1000);
    std::vector<std::byte> data(17 * sector_size);
    bench.read(20, data);
    const auto whole = bench.frames();
    for (int i = 0; i < 2; ++i) ASSERT_THAT(counts(bench.next_frames()), ElementsAre(17));
    ASSERT_THAT(counts(bench.next_frames()), ElementsAre(2));
    bench.receive(bench.reply_to(whole.at(0)));
    bench.finish();
    EXPECT_FALSE(bench.core.next_completion().value().error);
    EXPECT_TRUE(std::equal(data.begin(), data.end(), bench.target.sector(20).begin()));
}

TEST(LargeFrames, AnMtuThatShrinksCutsWhatIsSentAgain) {
    CoreBench bench({.sector_count = 17}, 9000);
    bench.attach();
    bench.target.disk() = pattern(1000);
    std::vector<std::byte> data(17 * sector_size);
    bench.read(20, data);
    ASSERT_THAT(counts(bench.frames()), ElementsAre(17));
    bench.core.set_mtu(1500);
    bench.now = *bench.core.next_deadline();
    const auto frames = bench.frames();
    for (const unsigned count : counts(frames)) EXPECT_LE(count, 2U);
    for (const FrameBytes& frame : frames) bench.receive(bench.reply_to(frame));
    bench.settle();
    EXPECT_FALSE(bench.core.next_completion().value().error);
    EXPECT_TRUE(std::equal(data.begin(), data.end(), bench.target.sector(20).begin()));
}

}  // namespace
}  // namespace aoe::initiator
