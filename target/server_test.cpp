// SPDX-License-Identifier: MIT
#include "target/server.h"

#include <chrono>
#include <deque>
#include <functional>
#include <thread>
#include <unistd.h>

#include <sys/eventfd.h>

#include "target/export_fixture_test.h"
#include "wire/memory_link.h"

namespace aoe::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// A memory link's end of which a test can take the buffers away, and to which things happen.
class TestLink final : public Link {
public:
    explicit TestLink(LinkPtr inner) : inner_(std::move(inner)) {}
    TestLink(TestLink&&) = delete;
    ~TestLink() override {
        EXPECT_EQ(out, 0U) << "a lent buffer was lost";
        EXPECT_EQ(held, 0U) << "a received frame was never released";
    }

    Mac mac() const noexcept override { return inner_->mac(); }
    std::size_t mtu() const noexcept override { return mtu_given.value_or(inner_->mtu()); }
    int descriptor() const noexcept override { return inner_->descriptor(); }
    int event_descriptor() const noexcept override { return inner_->event_descriptor(); }
    std::size_t receive_capacity() const noexcept override { return inner_->receive_capacity(); }
    std::span<const ReceivedFrame> receive(std::size_t most) override {
        largest_receive = std::max(largest_receive, most);
        if (at_receive) {
            at_receive();
        }
        const auto frames = inner_->receive(most);
        held += frames.size();
        received_.assign(frames.begin(), frames.end());
        for (ReceivedFrame& frame : received_) {
            frame.wire_size += cut;
            frame.vlan_tag = vlan_tag;
        }
        return received_;
    }
    void release(const ReceivedFrame& frame) noexcept override {
        --held;
        inner_->release(frame);
    }
    std::optional<LentBuffer> lend() override {
        if (out == lendable) {
            return std::nullopt;
        }
        ++out;
        return inner_->lend();
    }
    void queue(const LentBuffer& buffer, std::size_t size) override {
        ++queued_;
        inner_->queue(buffer, size);
    }
    void give_back(const LentBuffer& buffer) noexcept override {
        --out;
        inner_->give_back(buffer);
    }
    std::error_code flush() override {
        out -= std::exchange(queued_, 0);
        const std::error_code error = inner_->flush();
        return broken ? std::make_error_code(std::errc::network_down) : error;
    }
    std::optional<LinkEvent> next_event() override {
        if (events.empty()) {
            return std::nullopt;
        }
        const LinkEvent event = events.front();
        events.pop_front();
        return event;
    }
    std::error_code join(const Mac& mac) override { return inner_->join(mac); }

    std::deque<LinkEvent> events;
    std::function<void()> at_receive;
    std::optional<std::size_t> mtu_given;
    std::optional<std::uint16_t> vlan_tag;
    std::size_t lendable = 256;
    std::size_t out = 0;   // Lent, and neither sent nor given back.
    std::size_t held = 0;  // Received and not released.
    std::size_t largest_receive = 0;
    std::size_t cut = 0;  // What a frame had before it was truncated.
    bool broken = false;

private:
    LinkPtr inner_;
    std::size_t queued_ = 0;
    std::vector<ReceivedFrame> received_;
};

class ServerTest : public testing::Test {
public:
    ServerTest() : ServerTest(make_memory_pair({.first_mac = own, .second_mac = alice})) {}
    explicit ServerTest(std::pair<LinkPtr, LinkPtr> pair)
        : link(std::move(pair.first)), far(std::move(pair.second)) {}

    void send(const Frame& frame) const { ASSERT_FALSE(send_copy(*far, frame)); }
    std::vector<Frame> replies() const {
        std::vector<Frame> frames;
        for (;;) {
            const auto received = far->receive(64);
            if (received.empty()) {
                return frames;
            }
            for (const ReceivedFrame& frame : received) {
                frames.emplace_back(frame.bytes.begin(), frame.bytes.end());
                far->release(frame);
            }
        }
    }
    static Header header_of(const Frame& reply) { return FrameView::parse(reply)->header(); }

    TestLink link;
    LinkPtr far;
    TestDisk disk{1000};
    Export exported{{.address = address, .sectors = 1000}};
    Server server{link, exported, disk};
};

TEST_F(ServerTest, AnswersNothingWhenNothingIsAsked) {
    EXPECT_FALSE(server.step());
    EXPECT_THAT(replies(), IsEmpty());
}

TEST_F(ServerTest, ServesEverythingThatIsHere) {
    for (unsigned i = 0; i < 100; ++i) {
        send(read(i, 2));
    }
    EXPECT_TRUE(server.step());
    const auto frames = replies();
    ASSERT_THAT(frames, SizeIs(100));
    for (std::size_t i = 0; i < frames.size(); ++i) {
        EXPECT_EQ(AtaView::parse(FrameView::parse(frames[i])->argument())->registers().lba, i);
    }
    EXPECT_FALSE(server.step());
    EXPECT_LE(link.largest_receive, 16U);
}

TEST_F(ServerTest, MovesSectorsBothWaysInTheOrderOfArrival) {  // AOE-REL-04, -05, AOE-ATA-19
    send(write(10, 2, pattern(2, 1)));
    send(read(11, 1));
    send(write(11, 1, pattern(1, 9)));
    send(read(10, 2));
    server.step();
    const auto frames = replies();
    ASSERT_THAT(frames, SizeIs(4));
    Frame expected = pattern(2, 1);
    const auto data = [](const Frame& reply) {
        return AtaView::parse(FrameView::parse(reply)->argument())->data();
    };
    EXPECT_TRUE(std::ranges::equal(data(frames[1]), Bytes(expected).subspan(sector_size)));
    std::ranges::copy(pattern(1, 9), expected.begin() + sector_size);
    EXPECT_TRUE(std::ranges::equal(data(frames[3]), expected));
}

TEST_F(ServerTest, WaitsForItsClientOnAVirtualClock) {
    VirtualClock clock([this] { return server.step(); });
    send(config(config_command::read));
    clock.wait(*far, std::chrono::seconds(1));
    EXPECT_EQ(clock.now(), Time::zero());
    EXPECT_THAT(replies(), SizeIs(1));
}

TEST_F(ServerTest, ReceivesNoMoreThanItCanAnswer) {
    link.lendable = 0;
    send(read(0, 1));
    EXPECT_FALSE(server.step());
    EXPECT_THAT(replies(), IsEmpty());
    link.lendable = 3;
    EXPECT_TRUE(server.step());
    EXPECT_THAT(replies(), SizeIs(1));

    for (unsigned i = 0; i < 50; ++i) {
        send(read(i, 1));
    }
    EXPECT_TRUE(server.step());
    EXPECT_LE(link.largest_receive, 3U);
    EXPECT_THAT(replies(), SizeIs(50));
}

TEST_F(ServerTest, SurvivesALinkThatCannotSend) {
    link.broken = true;
    send(read(0, 1));
    EXPECT_TRUE(server.step());
    link.broken = false;
    send(read(0, 1));
    EXPECT_TRUE(server.step());
    EXPECT_FALSE(replies().empty());
}

TEST_F(ServerTest, IgnoresFramesThatWereCut) {  // AOE-REL-11
    link.cut = 1;
    send(config(config_command::read));
    server.step();
    EXPECT_THAT(replies(), IsEmpty());
}

TEST_F(ServerTest, IgnoresFramesOfAVirtualLan) {  // AOE-HDR-38
    link.vlan_tag = 0x6005;
    send(config(config_command::read));
    server.step();
    EXPECT_THAT(replies(), IsEmpty());
    link.vlan_tag = 0x6000;  // A priority, and no virtual LAN.
    send(config(config_command::read));
    server.step();
    EXPECT_THAT(replies(), SizeIs(1));
}

TEST_F(ServerTest, SurvivesRandomBytes) {  // AOE-REL-13
    std::uint32_t state = 1;
    for (std::size_t i = 0; i < 2000; ++i) {
        Frame noise(14 + i % 100);
        for (std::byte& byte : noise) {
            state = state * 1664525 + 1013904223;
            byte = static_cast<std::byte>(state >> 24);
        }
        std::ranges::copy(own, noise.begin());
        noise[12] = std::byte{0x88};
        noise[13] = std::byte{0xa2};
        if (noise.size() >= header_size) {
            std::ranges::copy(hex("10 00 0007 03"), noise.begin() + 14);
            noise[19] = static_cast<std::byte>(i % 5);
        }
        send(noise);
        server.step();
        replies();
    }
    send(reserve(reserve_command::force_set));
    send(config(config_command::read));
    server.step();
    EXPECT_FALSE(replies().empty());
}

TEST_F(ServerTest, AnnouncesItself) {  // AOE-ANN-01
    server.announce();
    const auto frames = replies();
    ASSERT_THAT(frames, SizeIs(1));
    EXPECT_EQ(header_of(frames[0]).destination, broadcast_mac);
    EXPECT_EQ(header_of(frames[0]).tag, 0U);
}

TEST_F(ServerTest, AnnouncesToALongListWithFewBuffers) {  // AOE-ANN-04
    std::vector<Mac> list;
    for (unsigned i = 0; i < 100; ++i) {
        list.push_back(mac(i));
    }
    Export listed({.address = address, .sectors = 1000, .mask = list});
    Server lister(link, listed, disk);
    link.lendable = 7;
    lister.announce();
    std::vector<Mac> destinations;
    for (const Frame& frame : replies()) {
        destinations.push_back(header_of(frame).destination);
    }
    EXPECT_EQ(destinations, list);
    link.lendable = 0;
    lister.announce();
    EXPECT_THAT(replies(), IsEmpty());
}

TEST_F(ServerTest, FollowsTheLink) {  // AOE-CFG-29, AOE-ANN-06
    std::vector<LinkEvent> told;
    server.on_event([&](LinkEvent event) { told.push_back(event); });
    link.events = {LinkEvent::down};
    EXPECT_TRUE(server.step());
    EXPECT_THAT(replies(), IsEmpty());
    link.events = {LinkEvent::up};
    server.step();
    EXPECT_THAT(replies(), SizeIs(1));
    link.mtu_given = 1000;
    link.events = {LinkEvent::mtu_changed};
    server.step();
    const auto frames = replies();
    ASSERT_THAT(frames, SizeIs(1));
    const auto announced = ConfigView::parse(FrameView::parse(frames[0])->argument())->fields();
    EXPECT_EQ(announced.sector_count, 1);
    EXPECT_THAT(told, ElementsAre(LinkEvent::down, LinkEvent::up, LinkEvent::mtu_changed));
}

TEST_F(ServerTest, FollowsWhatHappensBetweenOneBatchAndTheNext) {
    send(read(0, 2));
    link.at_receive = [&] {
        link.events = {LinkEvent::mtu_changed};
        link.at_receive = {};
    };
    EXPECT_TRUE(server.step());
    const auto frames = replies();
    ASSERT_THAT(frames, SizeIs(2));
    EXPECT_EQ(header_of(frames[0]).command, command::ata);
    EXPECT_EQ(header_of(frames[1]).command, command::config) << "an announcement";
}

class ServerRunTest : public ServerTest {
public:
    void stop() const {
        const std::uint64_t one = 1;
        ASSERT_EQ(::write(stop_descriptor, &one, sizeof one), ssize_t{sizeof one});
    }
    ~ServerRunTest() override { ::close(stop_descriptor); }

    int stop_descriptor = ::eventfd(0, EFD_CLOEXEC);
};

TEST_F(ServerRunTest, StopsAtOnceWhenToldBeforeItRuns) {
    stop();
    send(config(config_command::read));
    EXPECT_EQ(server.run(stop_descriptor), Server::End::stopped);
}

TEST_F(ServerRunTest, EndsWhenTheLinkIsGone) {
    link.events = {LinkEvent::gone};
    send(config(config_command::read));  // Makes the descriptor readable.
    EXPECT_EQ(server.run(stop_descriptor), Server::End::link_gone);
}

TEST_F(ServerRunTest, EndsWhenTheLinkIsGoneWhileItPolls) {
    send(read(0, 2));
    int looks = 0;
    // More batches than it serves before it polls.
    link.at_receive = [&] {
        if (++looks > 100) {
            return;
        }
        send(read(0, 2));
        if (looks == 100) {
            link.events = {LinkEvent::gone};
        }
    };
    EXPECT_EQ(server.run(stop_descriptor), Server::End::link_gone);
}

TEST_F(ServerRunTest, ServesUntilStopped) {
    int asked = 0;
    server.on_event([&](LinkEvent) {
        if (++asked == 3) {
            stop();
        } else {
            send(config(config_command::read));
            link.events.push_back(LinkEvent::down);
        }
    });
    link.events = {LinkEvent::down};
    send(config(config_command::read));
    EXPECT_EQ(server.run(stop_descriptor), Server::End::stopped);
    EXPECT_EQ(asked, 3);
    EXPECT_THAT(replies(), SizeIs(3));
}

TEST(PerformTest, DoesWhatTheOperationSays) {
    TestDisk disk(100);
    Frame data = pattern(1);
    EXPECT_FALSE(perform({.kind = Operation::Kind::write, .sector = 5, .from = data}, disk));
    EXPECT_EQ(disk.flushes, 0);
    Frame read_back(sector_size);
    EXPECT_FALSE(perform({.kind = Operation::Kind::read, .sector = 5, .into = read_back}, disk));
    EXPECT_EQ(read_back, data);
    EXPECT_FALSE(perform({.kind = Operation::Kind::flush}, disk));
    EXPECT_EQ(disk.flushes, 1);
    EXPECT_FALSE(perform(
        {.kind = Operation::Kind::write, .durable = true, .sector = 5, .from = data}, disk));
    EXPECT_EQ(disk.flushes, 2);
    disk.error = std::make_error_code(std::errc::io_error);
    EXPECT_EQ(perform({.kind = Operation::Kind::write, .durable = true, .from = data}, disk),
              std::errc::io_error);
    EXPECT_EQ(disk.flushes, 2);  // Nothing to make durable.
}

}  // namespace
}  // namespace aoe::target
