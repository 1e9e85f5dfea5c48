// SPDX-License-Identifier: MIT
#include "wire/memory_link.h"

#include <poll.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/test_frames.h"

namespace aoe {
namespace {

using namespace testing_link;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Mac stranger{std::byte{2}, std::byte{9}, {}, {}, {}, std::byte{9}};
constexpr Mac group{std::byte{1}, std::byte{0}, std::byte{0x5e}, {}, {}, std::byte{1}};

bool readable(const Link& link) {
    pollfd watched{.fd = link.descriptor(), .events = POLLIN, .revents = 0};
    return poll(&watched, 1, 0) == 1;
}

class MemoryPair : public testing::Test {
protected:
    Frame to_second(std::uint8_t fill, std::size_t size_bytes = 60) const {
        return make_frame({.destination = options_.second_mac,
                           .source = options_.first_mac,
                           .size_bytes = size_bytes,
                           .fill = fill});
    }
    void connect() { std::tie(first_, second_) = make_memory_pair(options_); }

    MemoryPairOptions options_;
    LinkPtr first_;
    LinkPtr second_;
};

TEST_F(MemoryPair, CarriesFramesInOrderBothWays) {
    connect();
    for (std::uint8_t i = 0; i < 3; ++i) ASSERT_FALSE(send_copy(*first_, to_second(i, 14U + i)));
    const Frame back = make_frame({.destination = first_->mac(), .source = second_->mac()});
    ASSERT_FALSE(send_copy(*second_, back));
    EXPECT_THAT(take_all(*second_),
                ElementsAre(to_second(0, 14), to_second(1, 15), to_second(2, 16)));
    EXPECT_THAT(take_all(*first_), ElementsAre(back));
}

TEST_F(MemoryPair, SendsNothingBeforeTheFlush) {
    connect();
    const auto buffer = first_->lend();
    ASSERT_TRUE(buffer);
    const Frame frame = to_second(1);
    std::copy(frame.begin(), frame.end(), buffer->bytes.begin());
    first_->queue(*buffer, frame.size());
    EXPECT_THAT(take_all(*second_), IsEmpty());
    EXPECT_FALSE(first_->flush());
    EXPECT_THAT(take_all(*second_), ElementsAre(frame));
    EXPECT_FALSE(first_->flush());
    EXPECT_THAT(take_all(*second_), IsEmpty());
}

TEST_F(MemoryPair, KeepsReceivedBytesUntilTheyAreReleased) {
    connect();
    ASSERT_FALSE(send_copy(*first_, to_second(1)));
    const ReceivedFrame held = second_->receive(1).front();
    for (std::uint8_t i = 2; i < 200; ++i) ASSERT_FALSE(send_copy(*first_, to_second(i)));
    take_all(*second_);
    EXPECT_EQ(copy_of(held.bytes), to_second(1));
    second_->release(held);
}

TEST_F(MemoryPair, IsReadableWhileSomethingWaits) {
    connect();
    EXPECT_FALSE(readable(*second_));
    ASSERT_FALSE(send_copy(*first_, to_second(1)));
    ASSERT_FALSE(send_copy(*first_, to_second(2)));
    EXPECT_TRUE(readable(*second_));
    EXPECT_FALSE(readable(*first_));
    second_->release(second_->receive(1).front());
    EXPECT_TRUE(readable(*second_));
    second_->release(second_->receive(1).front());
    EXPECT_FALSE(readable(*second_));
}

TEST_F(MemoryPair, HandsOutBatchesThatFollowTheSeed) {
    const auto batches = [this](std::uint64_t seed) {
        options_.seed = seed;
        connect();
        std::vector<std::size_t> sizes;
        for (int i = 0; i < 200; ++i) EXPECT_FALSE(send_copy(*first_, to_second(1)));
        for (std::size_t left = 200; left != 0; left -= sizes.back()) {
            const auto batch = second_->receive(16);
            if (batch.empty() || batch.size() > 16) {
                ADD_FAILURE() << batch.size() << " frames with " << left << " waiting";
                break;
            }
            sizes.push_back(batch.size());
            for (const ReceivedFrame& frame : batch) second_->release(frame);
        }
        return sizes;
    };
    EXPECT_EQ(batches(1), batches(1));
    EXPECT_NE(batches(1), batches(2));
    EXPECT_GT(batches(1).size(), 200U / 16 + 1);
}

TEST_F(MemoryPair, LosesWhatExceedsTheCapacity) {
    options_.capacity = 3;
    connect();
    EXPECT_EQ(second_->receive_capacity(), 3U);
    for (std::uint8_t i = 0; i < 5; ++i) EXPECT_FALSE(send_copy(*first_, to_second(i)));
    EXPECT_THAT(take_all(*second_), ElementsAre(to_second(0), to_second(1), to_second(2)));
}

TEST_F(MemoryPair, RefusesWhatIsLongerThanTheMtuAndSendsTheOthers) {
    options_.mtu = 1000;
    connect();
    EXPECT_EQ(first_->mtu(), 1000U);
    for (const std::size_t size : {1014U, 1015U, 60U}) {
        const auto buffer = first_->lend();
        ASSERT_TRUE(buffer);
        const Frame frame = to_second(1, size);
        std::copy(frame.begin(), frame.end(), buffer->bytes.begin());
        first_->queue(*buffer, size);
    }
    EXPECT_EQ(first_->flush(), std::errc::message_size);
    EXPECT_THAT(take_all(*second_), ElementsAre(SizeIs(1014), SizeIs(60)));
}

TEST_F(MemoryPair, RefusesWhatIsShorterThanAnEthernetHeader) {
    connect();
    EXPECT_EQ(send_copy(*first_, Frame(13)), std::errc::invalid_argument);
    EXPECT_THAT(take_all(*second_), IsEmpty());
}

TEST_F(MemoryPair, TellsWhomAFrameIsFor) {
    connect();
    ASSERT_FALSE(second_->join(stranger));
    EXPECT_EQ(second_->join(group), std::errc::invalid_argument);
    std::vector<Cast> casts;
    for (const Mac& mac : {second_->mac(), broadcast_mac, group, first_->mac(), stranger}) {
        ASSERT_FALSE(send_copy(*first_, make_frame({.destination = mac})));
        const auto batch = second_->receive(1);
        ASSERT_THAT(batch, SizeIs(1));
        casts.push_back(batch.front().cast);
        second_->release(batch.front());
    }
    EXPECT_THAT(casts, ElementsAre(Cast::unicast, Cast::broadcast, Cast::multicast,
                                   Cast::other_host, Cast::unicast));
}

TEST_F(MemoryPair, TakesVlanTagsOutOfTheBytes) {
    options_.mtu = 100;
    connect();
    const Frame largest = to_second(1, 114);
    ASSERT_FALSE(send_copy(*first_, tagged(largest, ethertype_vlan, 0x6064)));
    const auto batch = second_->receive(1);
    ASSERT_THAT(batch, SizeIs(1));
    EXPECT_EQ(copy_of(batch.front().bytes), largest);
    EXPECT_EQ(batch.front().wire_size, largest.size());
    EXPECT_EQ(batch.front().vlan_tag, 0x6064);
    second_->release(batch.front());
    EXPECT_EQ(send_copy(*first_, tagged(to_second(1, 115), ethertype_vlan, 1)),
              std::errc::message_size);
}

TEST_F(MemoryPair, LendsALimitedNumberOfBuffers) {
    connect();
    std::vector<LentBuffer> lent;
    for (auto buffer = first_->lend(); buffer; buffer = first_->lend()) {
        EXPECT_GE(buffer->bytes.size(), 1514U);
        lent.push_back(*buffer);
        ASSERT_LE(lent.size(), 10000U);
    }
    EXPECT_EQ(send_copy(*first_, to_second(1)), std::errc::no_buffer_space);
    for (const LentBuffer& buffer : lent) first_->give_back(buffer);
    EXPECT_FALSE(send_copy(*first_, to_second(1)));
    EXPECT_EQ(send_copy(*first_, Frame(lent.front().bytes.size() + 1)), std::errc::message_size);
    EXPECT_THAT(take_all(*second_), ElementsAre(to_second(1)));
}

TEST_F(MemoryPair, SurvivesTheEndOfEitherEndWithFramesOnTheirWay) {
    for (const bool first_goes : {true, false}) {
        connect();
        ASSERT_FALSE(send_copy(*first_, to_second(1)));
        ASSERT_FALSE(send_copy(*second_, to_second(2)));
        const ReceivedFrame held = (first_goes ? second_ : first_)->receive(1).front();
        (first_goes ? first_ : second_).reset();
        Link& left = first_goes ? *second_ : *first_;
        for (std::uint8_t i = 0; i < 255; ++i) EXPECT_FALSE(send_copy(left, to_second(i)));
        left.release(held);
        EXPECT_THAT(take_all(left), IsEmpty());
    }
}

TEST_F(MemoryPair, DatesFramesByItsClock) {
    VirtualClock clock;
    clock.advance(std::chrono::seconds(5));
    options_.clock = &clock;
    connect();
    ASSERT_FALSE(send_copy(*first_, to_second(1)));
    const ReceivedFrame frame = second_->receive(1).front();
    EXPECT_EQ(frame.time, std::chrono::seconds(5));
    second_->release(frame);
}

#if defined(__SANITIZE_ADDRESS__) && GTEST_HAS_DEATH_TEST
TEST_F(MemoryPair, HasReadsBeyondAFrameReportedByTheAddressSanitizer) {
    connect();
    ASSERT_FALSE(send_copy(*first_, to_second(1)));
    const ReceivedFrame frame = second_->receive(1).front();
    const volatile std::byte* behind = frame.bytes.data() + frame.bytes.size();
    EXPECT_DEATH({ [[maybe_unused]] const std::byte read = *behind; }, "use-after-poison");
    second_->release(frame);
    EXPECT_DEATH({ [[maybe_unused]] const std::byte read = behind[-1]; }, "use-after-poison");
}
#endif

class VirtualTime : public MemoryPair {
protected:
    VirtualTime() { connect(); }
    VirtualClock clock_;
};

TEST_F(VirtualTime, PassesToTheDeadlineWhenNobodyActs) {
    clock_.wait(*second_, std::chrono::milliseconds(7));
    EXPECT_EQ(clock_.now(), std::chrono::milliseconds(7));
    clock_.wait(*second_, std::chrono::milliseconds(3));
    EXPECT_EQ(clock_.now(), std::chrono::milliseconds(7)) << "it never runs backwards";
}

TEST_F(VirtualTime, StandsStillWhileTheOthersAct) {
    int steps_left = 2;
    clock_.set_step([&] { return steps_left-- > 0; });
    clock_.wait(*second_, std::chrono::seconds(1));
    clock_.wait(*second_, std::chrono::seconds(1));
    EXPECT_EQ(clock_.now(), Time::zero());
    clock_.wait(*second_, std::chrono::seconds(1));
    EXPECT_EQ(clock_.now(), std::chrono::seconds(1));
}

TEST_F(VirtualTime, StandsStillWhileFramesWait) {
    ASSERT_FALSE(send_copy(*first_, to_second(1)));
    clock_.wait(*second_, std::chrono::seconds(1));
    EXPECT_EQ(clock_.now(), Time::zero());
    take_all(*second_);
    clock_.wait(*second_, std::chrono::seconds(1));
    EXPECT_EQ(clock_.now(), std::chrono::seconds(1));
}

}  // namespace
}  // namespace aoe
