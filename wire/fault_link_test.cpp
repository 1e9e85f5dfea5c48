// SPDX-License-Identifier: MIT
#include "wire/fault_link.h"

#include <map>
#include <poll.h>
#include <string>
#include <tuple>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/memory_link.h"
#include "wire/test_frames.h"

namespace aoe {
namespace {

using namespace testing_link;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Frame numbered(std::size_t number, std::size_t size_bytes = 60) {
    Frame frame = make_frame({.size_bytes = size_bytes});
    write_u16(frame, 14, static_cast<std::uint16_t>(number));
    return frame;
}

/// Of the frames that still have theirs.
std::vector<std::size_t> numbers(const std::vector<Frame>& frames) {
    std::vector<std::size_t> result;
    for (const Frame& frame : frames) {
        if (frame.size() >= 16) result.push_back(read_u16(frame, 14));
    }
    return result;
}

/// A pair whose first end is behind a faulty wire.
class FaultyWire : public testing::Test {
protected:
    void connect(const FaultPlan& plan) {
        auto [first, second] = make_memory_pair({.capacity = 20000, .clock = &clock_});
        near_ = make_fault_link(std::move(first), plan, clock_);
        far_ = std::move(second);
    }
    /// What arrives at the far end when the near one sends `count` numbered frames, one by one.
    std::vector<std::size_t> send_through(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) EXPECT_FALSE(send_copy(*near_, numbered(i)));
        return numbers(take_all(*far_));
    }
    std::vector<std::size_t> receive_through(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) EXPECT_FALSE(send_copy(*far_, numbered(i)));
        return numbers(take_all(*near_));
    }

    VirtualClock clock_;
    std::unique_ptr<FaultLink> near_;
    LinkPtr far_;
};

TEST_F(FaultyWire, ChangesNothingWithoutFaults) {
    connect({});
    EXPECT_THAT(send_through(3), ElementsAre(0, 1, 2));
    EXPECT_THAT(receive_through(3), ElementsAre(0, 1, 2));
    EXPECT_EQ(near_->counts().passed, 6U);
    EXPECT_EQ(near_->next_due(), std::nullopt);
    EXPECT_EQ(near_->mtu(), far_->mtu());
    EXPECT_EQ(near_->receive_capacity(), far_->receive_capacity());
    EXPECT_EQ(near_->mac(), MemoryPairOptions{}.first_mac);
    EXPECT_EQ(near_->next_event(), std::nullopt);
}

TEST_F(FaultyWire, PassesFramesUncopiedWithoutFaults) {
    auto [first, second] = make_memory_pair({});
    Link& inner = *first;
    near_ = make_fault_link(std::move(first), {}, clock_);
    const auto lent = near_->lend();
    near_->give_back(*lent);
    EXPECT_EQ(inner.lend()->bytes.data(), lent->bytes.data());
}

TEST_F(FaultyWire, LosesInTheDirectionThatIsFaulty) {
    connect({.sent = {.loss = 1}});
    EXPECT_THAT(send_through(500), IsEmpty());
    EXPECT_THAT(receive_through(500), SizeIs(500));
    EXPECT_EQ(near_->counts().lost, 500U);
    EXPECT_EQ(near_->counts().passed, 500U);
    connect({.received = {.loss = 1}});
    EXPECT_THAT(send_through(500), SizeIs(500));
    EXPECT_THAT(receive_through(500), IsEmpty());
}

TEST_F(FaultyWire, RepeatsFrames) {
    connect({.sent = {.duplicate = 1}, .received = {.duplicate = 1}});
    EXPECT_THAT(send_through(3), ElementsAre(0, 0, 1, 1, 2, 2));
    EXPECT_THAT(receive_through(3), ElementsAre(0, 0, 1, 1, 2, 2));
    EXPECT_EQ(near_->counts().duplicated, 6U);
}

TEST_F(FaultyWire, LetsTheNextFrameOvertake) {
    connect({.sent = {.reorder = 1}, .received = {.reorder = 1}});
    EXPECT_THAT(send_through(5), ElementsAre(1, 0, 3, 2));
    EXPECT_THAT(receive_through(4), ElementsAre(1, 0, 3, 2));
    EXPECT_EQ(near_->counts().reordered, 5U);
}

TEST_F(FaultyWire, DoesNotCallARepeatedFrameOvertakenByItself) {
    connect({.sent = {.duplicate = 1, .reorder = 1}});
    EXPECT_THAT(send_through(2), ElementsAre(0, 1, 1, 0));
}

TEST_F(FaultyWire, DoesNotDoTheSameInBothDirections) {
    connect({.sent = {.loss = 0.5}, .received = {.loss = 0.5}});
    EXPECT_NE(send_through(64), receive_through(64));
}

TEST_F(FaultyWire, CutsAfterTheEthernetHeader) {
    connect({.sent = {.truncate = 1}});
    std::map<std::size_t, int> seen;
    for (int i = 0; i < 2000; ++i) {
        ASSERT_FALSE(send_copy(*near_, numbered(7, 20)));
        for (const Frame& frame : take_all(*far_)) ++seen[frame.size()];
    }
    EXPECT_EQ(seen.begin()->first, 14U);
    EXPECT_EQ(seen.rbegin()->first, 19U);
    EXPECT_THAT(seen, SizeIs(6));
    ASSERT_FALSE(send_copy(*near_, Frame(14)));
    EXPECT_THAT(take_all(*far_), ElementsAre(Frame(14)));
    EXPECT_EQ(near_->counts().truncated, 2000U) << "a bare header has nothing to cut";
}

TEST_F(FaultyWire, ShowsACutFrameAsAShortOneAndNotAsTruncated) {
    connect({.received = {.truncate = 1}});
    ASSERT_FALSE(send_copy(*far_, numbered(7, 1000)));
    const ReceivedFrame frame = near_->receive(1).front();
    EXPECT_LT(frame.bytes.size(), 1000U);
    EXPECT_EQ(frame.wire_size, frame.bytes.size());
    near_->release(frame);
}

TEST_F(FaultyWire, DelaysUntilTheClockSaysSo) {
    connect({.sent = {.delay = 1, .longest_delay = milliseconds(5)}});
    EXPECT_THAT(send_through(50), IsEmpty());
    EXPECT_EQ(near_->counts().delayed, 50U);
    std::vector<std::size_t> arrived;
    while (const auto due = near_->next_due()) {
        ASSERT_GE(*due, clock_.now());
        ASSERT_LE(*due, milliseconds(5));
        clock_.wait(*near_, std::chrono::seconds(1));
        ASSERT_EQ(clock_.now(), *due);
        EXPECT_THAT(near_->receive(16), IsEmpty()) << "looking sends what is due";
        for (const std::size_t number : numbers(take_all(*far_))) arrived.push_back(number);
    }
    EXPECT_THAT(arrived, SizeIs(50));
    EXPECT_FALSE(std::is_sorted(arrived.begin(), arrived.end()));
}

TEST_F(FaultyWire, DelaysALimitedNumberAtOnce) {
    connect({.sent = {.delay = 1}});
    EXPECT_THAT(send_through(5000), SizeIs(5000 - 4096));
    EXPECT_EQ(near_->counts().delayed, 4096U);
}

TEST_F(FaultyWire, DatesAHeldFrameByWhenItArrives) {
    connect({.received = {.delay = 1, .longest_delay = milliseconds(5)}, .seed = 3});
    clock_.advance(std::chrono::seconds(1));
    ASSERT_FALSE(send_copy(*far_, numbered(1)));
    EXPECT_THAT(near_->receive(1), IsEmpty());
    const auto due = near_->next_due();
    ASSERT_TRUE(due);
    ASSERT_GT(*due, clock_.now());
    clock_.wait(*near_, std::chrono::seconds(2));
    const ReceivedFrame frame = near_->receive(1).front();
    EXPECT_EQ(frame.time, *due);
    near_->release(frame);
}

TEST_F(FaultyWire, IsReadableWhileMoreIsReadyThanWasAskedFor) {
    connect({.received = {.duplicate = 1}});
    ASSERT_FALSE(send_copy(*far_, numbered(1)));
    near_->release(near_->receive(1).front());
    pollfd watched{.fd = near_->descriptor(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(poll(&watched, 1, 0), 1);
    near_->release(near_->receive(1).front());
    EXPECT_EQ(poll(&watched, 1, 0), 0);
}

TEST_F(FaultyWire, KeepsToTheChances) {
    constexpr double each = 0.1;
    const Faults faults{
        .loss = each, .duplicate = each, .reorder = each, .delay = each, .truncate = each};
    connect({.sent = faults, .received = faults});
    constexpr std::size_t count = 10000;
    send_through(count);
    receive_through(count);
    const FaultCounts counts = near_->counts();
    EXPECT_EQ(counts.passed + counts.lost, 2 * count);
    EXPECT_NEAR(static_cast<double>(counts.lost), 2000, 150);
    EXPECT_NEAR(static_cast<double>(counts.duplicated), 1800, 150);
    EXPECT_NEAR(static_cast<double>(counts.delayed), 1800, 150);
    EXPECT_NEAR(static_cast<double>(counts.truncated), 1800, 150);
    // Not of the delayed ones, nor while another is being overtaken.
    EXPECT_GT(counts.reordered, 1000U);
    EXPECT_LT(counts.reordered, 1800U);
}

/// What became of each frame, told apart from everything that must not matter to it.
std::string history(std::uint64_t seed, std::size_t size_bytes, Time start, const Mac& mac,
                    bool received_too) {
    VirtualClock clock;
    clock.advance(start);
    auto [first, second] = make_memory_pair({.mtu = 9000, .capacity = 4000});
    const Faults faults{.loss = 0.2, .duplicate = 0.2, .reorder = 0.2};
    const auto link = make_fault_link(std::move(first),
                                      {.sent = faults, .received = faults, .seed = seed}, clock);
    std::string story;
    for (std::size_t i = 0; i < 300; ++i) {
        Frame frame = numbered(i, size_bytes);
        std::copy(mac.begin(), mac.end(), frame.begin());
        EXPECT_FALSE(send_copy(*link, frame));
        for (const std::size_t number : numbers(take_all(*second))) {
            story += std::to_string(number) + ' ';
        }
        if (received_too) {
            EXPECT_FALSE(send_copy(*second, frame));
        }
        take_all(*link);
        clock.advance(milliseconds(static_cast<int>(i)));
    }
    return story;
}

TEST(FaultSeed, DecidesAloneByTheOrderOfFrames) {
    const std::string once = history(1, 60, Time::zero(), Mac{}, false);
    EXPECT_EQ(history(1, 60, Time::zero(), Mac{}, false), once);
    EXPECT_EQ(history(1, 4000, std::chrono::hours(5), broadcast_mac, false), once);
    EXPECT_EQ(history(1, 60, Time::zero(), Mac{}, true), once) << "directions are independent";
    EXPECT_NE(history(2, 60, Time::zero(), Mac{}, false), once);
}

TEST_F(FaultyWire, RepeatsFramesEvenWhenAllBuffersAreOut) {
    connect({.sent = {.duplicate = 1}});
    std::vector<LentBuffer> lent;
    for (auto buffer = near_->lend(); buffer; buffer = near_->lend()) {
        lent.push_back(*buffer);
        ASSERT_LT(lent.size(), 10000U);
    }
    for (const LentBuffer& buffer : lent) near_->queue(buffer, 60);
    EXPECT_FALSE(near_->flush());
    EXPECT_THAT(take_all(*far_), SizeIs(2 * lent.size()));
    EXPECT_TRUE(near_->lend());
}

TEST_F(FaultyWire, ReportsWhatADelayedFrameMetAtTheNextFlush) {
    connect({.sent = {.delay = 1}});
    const auto buffer = near_->lend();
    ASSERT_TRUE(buffer);
    near_->queue(*buffer, 1600);
    EXPECT_FALSE(near_->flush());
    clock_.advance(milliseconds(5));
    EXPECT_THAT(near_->receive(1), IsEmpty());
    EXPECT_EQ(near_->flush(), std::errc::message_size);
    EXPECT_FALSE(near_->flush());
}

TEST_F(FaultyWire, MayCarryAnotherFaultyWire) {
    auto [first, second] = make_memory_pair({.capacity = 1000});
    const FaultPlan twice{.sent = {.duplicate = 1}, .received = {.duplicate = 1}};
    near_ = make_fault_link(make_fault_link(std::move(first), twice, clock_), twice, clock_);
    far_ = std::move(second);
    EXPECT_THAT(send_through(2), ElementsAre(0, 0, 0, 0, 1, 1, 1, 1));
    EXPECT_THAT(receive_through(2), ElementsAre(0, 0, 0, 0, 1, 1, 1, 1));
}

TEST_F(FaultyWire, KeepsBytesUntilTheyAreReleasedInAnyOrder) {
    connect({.received = {.duplicate = 0.5, .reorder = 0.5}});
    for (std::size_t i = 0; i < 100; ++i) ASSERT_FALSE(send_copy(*far_, numbered(i, 60 + i)));
    std::vector<ReceivedFrame> held;
    std::vector<Frame> copies;
    for (auto batch = near_->receive(7); !batch.empty(); batch = near_->receive(7)) {
        for (const ReceivedFrame& frame : batch) {
            held.push_back(frame);
            copies.push_back(copy_of(frame.bytes));
        }
    }
    ASSERT_GT(held.size(), 100U);
    for (std::size_t i = 0; i < held.size(); i += 2) near_->release(held[i]);
    EXPECT_THAT(receive_through(50), testing::Not(IsEmpty()));
    for (std::size_t i = 1; i < held.size(); i += 2) {
        EXPECT_EQ(copy_of(held[i].bytes), copies[i]);
        near_->release(held[i]);
    }
}

}  // namespace
}  // namespace aoe
