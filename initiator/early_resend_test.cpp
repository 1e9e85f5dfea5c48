// SPDX-License-Identifier: MIT
// Losses that later replies prove, and large frames that are tried again: by hand, without a clock.
#include <algorithm>
#include <array>

#include <gmock/gmock.h>

#include "initiator/initiator.h"
#include "initiator/testing/core_bench.h"

namespace aoe::initiator {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::CoreBench;
using testing::device_address;
using testing::FrameBytes;
using testing::registers_of;
using ::testing::SizeIs;

/// Attached, with round trips of 100 us.
class EarlyResend : public ::testing::Test {
public:
    EarlyResend() : bench({.buffer_count = 8, .sector_count = 1}) {
        bench.attach();
        for (int i = 0; i < 100; ++i) {
            bench.read(0, MutableBytes(data).first(sector_size));
            const auto frames = bench.frames();
            bench.now += microseconds(100);
            bench.receive(bench.reply_to(frames.at(0)));
            (void)bench.core.next_completion();
        }
    }
    /// Eight frames, of which the first one's reply is kept back.
    std::vector<FrameBytes> lose_the_first() {
        bench.read(0, data);
        auto frames = bench.frames();
        EXPECT_THAT(frames, SizeIs(8));
        bench.now += microseconds(100);
        for (std::size_t i = 1; i < frames.size(); ++i) bench.receive(bench.reply_to(frames[i]));
        return frames;
    }

    CoreBench bench;
    std::vector<std::byte> data = std::vector<std::byte>(8 * sector_size);
};

TEST_F(EarlyResend, AFrameThatLaterRepliesPassOverDoesNotWaitForItsTimeout) {
    const Time start = bench.now;
    lose_the_first();
    EXPECT_THAT(bench.frames(), SizeIs(0)) << "it may have been overtaken only";
    const auto again = bench.next_frames();
    ASSERT_THAT(again, SizeIs(1));
    EXPECT_EQ(registers_of(again[0]).lba, 0U);
    EXPECT_LE(bench.now - start, milliseconds(1));
    EXPECT_EQ(bench.core.counters().resent_early, 1U);
    EXPECT_LT(bench.core.window(device_address), 8U);
    bench.receive(bench.reply_to(again[0]));
    EXPECT_FALSE(bench.core.next_completion().value().error);
}

TEST_F(EarlyResend, WithoutLaterRepliesTheTimeoutDecides) {
    bench.read(0, data);
    (void)bench.frames();
    const Time start = bench.now;
    EXPECT_THAT(bench.next_frames(), SizeIs(::testing::Gt(0U)));
    EXPECT_GE(bench.now - start, milliseconds(20));
}

TEST_F(EarlyResend, AReplyThatWasOnlyOvertakenTeachesPatienceAndGivesTheWindowBack) {
    const auto frames = lose_the_first();
    const auto* round_trip = bench.core.round_trip(device_address);
    ASSERT_THAT(bench.next_frames(), SizeIs(1));
    const Time impatient = round_trip->early_timeout();
    bench.receive(bench.reply_to(frames[0]));
    EXPECT_FALSE(bench.core.next_completion().value().error);
    EXPECT_EQ(bench.core.counters().needless, 1U);
    EXPECT_GT(round_trip->early_timeout(), impatient);
    EXPECT_EQ(bench.core.window(device_address), 8U);
}

TEST_F(EarlyResend, ASectorThatIsNeverAnsweredIsAskedForLaterAndLater) {
    bench.read(0, MutableBytes(data).first(sector_size), 1);
    (void)bench.frames();
    std::size_t asked = 0;
    const Time end = bench.now + seconds(1);
    while (bench.now < end) {
        bench.read(1, MutableBytes(data).subspan(sector_size, sector_size), 2);
        for (const FrameBytes& frame : bench.frames()) {
            if (registers_of(frame).lba == 0) {
                ++asked;
            } else {
                bench.receive(bench.reply_to(frame));
            }
        }
        bench.now += microseconds(100);
    }
    // Within a second: three times early, then after 20, 40, 80, 160 and 320 ms.
    EXPECT_EQ(asked, 8U);
}

TEST_F(EarlyResend, AFlushIsNotComparedWithReads) {
    bench.core.submit({.kind = Kind::flush, .device = device_address, .id = 9});
    ASSERT_THAT(bench.frames(), SizeIs(1));
    bench.read(0, MutableBytes(data).first(4 * sector_size));
    for (const FrameBytes& frame : bench.frames()) bench.receive(bench.reply_to(frame));
    const Time start = bench.now;
    ASSERT_THAT(bench.next_frames(), SizeIs(1));
    EXPECT_GE(bench.now - start, seconds(2));
}

// --- Large frames ---

class LargeFramesAgain : public ::testing::Test {
public:
    LargeFramesAgain() : bench({.buffer_count = 4, .sector_count = 17}, 9000) {
        bench.attach();
        read();
        EXPECT_EQ(bench.core.sectors_per_frame(device_address), 2U);
    }
    /// Reads 34 sectors over a path that may lose large frames; returns how many of those it saw.
    std::size_t read() {
        std::size_t large = 0;
        bench.read(0, data);
        while (bench.core.pending() > 0) {
            const auto frames = bench.frames();
            if (frames.empty()) bench.now = bench.core.next_deadline().value();
            for (const FrameBytes& frame : frames) {
                if (registers_of(frame).sector_count > 2 && ++large > 0 && vanish) continue;
                bench.receive(bench.reply_to(frame));
            }
        }
        EXPECT_FALSE(bench.core.next_completion().value().error);
        return large;
    }

    bool vanish = true;
    CoreBench bench;
    std::vector<std::byte> data = std::vector<std::byte>(34 * sector_size);
};

TEST_F(LargeFramesAgain, OneIsTriedAfterAPauseAndOnceItArrivesTheyAreBack) {
    EXPECT_EQ(read(), 0U);
    bench.now += seconds(11);
    vanish = false;
    EXPECT_GE(read(), 1U);
    EXPECT_EQ(bench.core.sectors_per_frame(device_address), 17U);
    EXPECT_EQ(read(), 2U);
}

TEST_F(LargeFramesAgain, AProbeThatVanishesTooDoublesThePause) {
    bench.now += seconds(11);
    EXPECT_EQ(read(), 1U) << "one frame, not a window of them";
    EXPECT_EQ(bench.core.sectors_per_frame(device_address), 2U);
    bench.now += seconds(11);
    EXPECT_EQ(read(), 0U);
    bench.now += seconds(11);
    EXPECT_EQ(read(), 1U);
}

TEST_F(LargeFramesAgain, APathThatLosesThemLaterIsNoticed) {
    bench.now += seconds(11);
    vanish = false;
    (void)read();
    ASSERT_EQ(bench.core.sectors_per_frame(device_address), 17U);
    vanish = true;
    for (int i = 0; i < 3; ++i) (void)read();
    EXPECT_EQ(bench.core.sectors_per_frame(device_address), 2U);
}

}  // namespace
}  // namespace aoe::initiator
