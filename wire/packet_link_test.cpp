// SPDX-License-Identifier: MIT
#include "wire/packet_link.h"

#include <optional>

#include <linux/if_link.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/link_waits_test.h"
#include "wire/net_test.h"
#include "wire/packet_socket.h"
#include "wire/test_frames.h"

namespace aoe {
namespace {

using namespace testing_link;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// The next event, waited for by the descriptor alone.
std::optional<LinkEvent> await_event(Link& link) {
    while (true) {
        if (const auto event = link.next_event()) return event;
        // What wakes us may be a change that is no event, or the socket's word on one.
        if (!wait_readable(link)) return std::nullopt;
        take_all(link);
    }
}

/// Two ends of a wire; "near" has the target's view unless a test opens it otherwise.
class PacketWire : public NetTest {
protected:
    void TearDown() override {
        near_.reset();
        far_.reset();
        remove_interface("near");
    }
    void connect(std::size_t mtu, PacketLinkOptions near = {}) {
        add_veth_pair("near", "far", mtu);
        near.interface = "near";
        near_ = open_packet_link(near);
        far_ = open_packet_link({.interface = "far", .see_everything = true});
    }
    Frame to_near(std::uint8_t fill, std::size_t size_bytes = 60) const {
        return make_frame({.destination = near_->mac(),
                           .source = far_->mac(),
                           .size_bytes = size_bytes,
                           .fill = fill});
    }
    Frame to_far(std::size_t size_bytes = 60) const {
        return make_frame(
            {.destination = far_->mac(), .source = near_->mac(), .size_bytes = size_bytes});
    }
    /// Sends from far to near, where frames stand in the queue as soon as the call returns.
    void send(const Frame& frame) { ASSERT_FALSE(send_copy(*far_, frame)); }
    static void queue(Link& link, const Frame& frame) {
        const auto buffer = link.lend();
        ASSERT_TRUE(buffer);
        std::copy(frame.begin(), frame.end(), buffer->bytes.begin());
        link.queue(*buffer, frame.size());
    }

    LinkPtr near_;
    LinkPtr far_;
};

TEST_F(PacketWire, CarriesFramesOfEverySizeAsTheyAre) {
    connect(1500);
    for (std::size_t size = 14; size <= 1514; size += size < 70 ? 1 : 61) {
        send(to_near(static_cast<std::uint8_t>(size), size));
        EXPECT_THAT(take_all(*near_), ElementsAre(to_near(static_cast<std::uint8_t>(size), size)));
        ASSERT_FALSE(send_copy(*near_, to_far(size)));
        EXPECT_THAT(take_all(*far_), ElementsAre(to_far(size)));
    }
}

TEST_F(PacketWire, CarriesJumboFrames) {
    connect(9000);
    EXPECT_EQ(near_->mtu(), 9000U);
    send(to_near(1, 9014));
    const auto batch = near_->receive(1);
    ASSERT_THAT(batch, SizeIs(1));
    EXPECT_EQ(batch.front().wire_size, 9014U);
    EXPECT_EQ(copy_of(batch.front().bytes), to_near(1, 9014));
    near_->release(batch.front());
}

TEST_F(PacketWire, CarriesTheLargestFramesThereAre) {
    connect(65535);
    send(to_near(1, 65549));
    send(tagged(to_near(2, 65535), ethertype_vlan, 1));
    EXPECT_THAT(take_all(*near_), ElementsAre(to_near(1, 65549)));
}

TEST_F(PacketWire, DoesNotEchoOwnFrames) {
    connect(1500);
    for (const Mac& mac : {near_->mac(), far_->mac(), broadcast_mac}) {
        const Frame frame = make_frame({.destination = mac, .source = near_->mac()});
        ASSERT_FALSE(send_copy(*near_, frame));
        ASSERT_FALSE(send_copy(*far_, frame));
    }
    EXPECT_THAT(take_all(*near_), SizeIs(2)) << "not the one for far";
    EXPECT_THAT(take_all(*far_), SizeIs(3));
    EXPECT_FALSE(stays_readable(*far_));
}

TEST_F(PacketWire, TellsWhomAFrameIsFor) {
    connect(1500, {.see_everything = true});
    std::vector<Cast> casts;
    for (const Mac& mac : {near_->mac(), broadcast_mac, group, stranger}) {
        send(make_frame({.destination = mac, .source = far_->mac()}));
        const auto batch = near_->receive(1);
        ASSERT_THAT(batch, SizeIs(1));
        casts.push_back(batch.front().cast);
        near_->release(batch.front());
    }
    EXPECT_THAT(casts,
                ElementsAre(Cast::unicast, Cast::broadcast, Cast::multicast, Cast::other_host));
}

TEST_F(PacketWire, HidesFramesForOthersFromATarget) {
    connect(1500);
    send(make_frame({.destination = stranger, .source = far_->mac()}));
    EXPECT_FALSE(stays_readable(*near_)) << "dropped before they cost anything";
    send(to_near(1));
    send(make_frame({.destination = broadcast_mac, .source = far_->mac()}));
    send(make_frame({.destination = group, .source = far_->mac()}));
    EXPECT_THAT(take_all(*near_), SizeIs(3));
}

TEST_F(PacketWire, CarriesNoOtherProtocol) {
    for (const bool everything : {false, true}) {
        connect(1500, {.see_everything = everything});
        for (const std::uint16_t type :
             std::initializer_list<std::uint16_t>{0x0800, 0x0806, 0x88a1, 0x88a3, 0x0003, 0x8100}) {
            Frame frame = to_near(1);
            write_u16(frame, 12, type);
            send(frame);
        }
        Frame other_inside = to_near(1);
        write_u16(other_inside, 12, 0x0800);
        send(tagged(other_inside, ethertype_vlan, 5));
        EXPECT_FALSE(stays_readable(*near_)) << everything;
        TearDown();
    }
}

TEST_F(PacketWire, ShowsVlanTagsToAToolAlone) {
    connect(1500, {.see_everything = true});
    const LinkPtr target = open_packet_link({.interface = "near"});
    for (const std::uint16_t type : {ethertype_vlan, ethertype_service_vlan}) {
        for (const std::uint16_t tag :
             std::initializer_list<std::uint16_t>{0x0001, 0x6064, 0x0fff}) {
            send(tagged(to_near(1), type, tag));
            const auto batch = near_->receive(1);
            ASSERT_THAT(batch, SizeIs(1));
            EXPECT_EQ(batch.front().vlan_tag, tag);
            EXPECT_EQ(copy_of(batch.front().bytes), to_near(1));
            EXPECT_EQ(batch.front().wire_size, 60U);
            near_->release(batch.front());
        }
    }
    const Frame for_all = make_frame({.destination = broadcast_mac, .source = far_->mac()});
    send(tagged(for_all, ethertype_vlan, 5));
    EXPECT_THAT(take_all(*target), IsEmpty());
}

TEST_F(PacketWire, LeavesUntaggedFramesWithoutATag) {
    connect(1500, {.see_everything = true});
    send(to_near(1));
    const auto batch = near_->receive(1);
    ASSERT_THAT(batch, SizeIs(1));
    EXPECT_EQ(batch.front().vlan_tag, std::nullopt);
    near_->release(batch.front());
}

TEST_F(PacketWire, ShowsNoFrameThatIsTaggedTwice) {
    connect(1500, {.see_everything = true});
    send(tagged(tagged(to_near(1), ethertype_vlan, 5), ethertype_service_vlan, 6));
    EXPECT_THAT(take_all(*near_), IsEmpty());
}

// A tag that names no VLAN gives a priority only; IEEE 802.1Q has it received like none.
TEST_F(PacketWire, GivesATargetFramesThatCarryOnlyAPriority) {
    connect(1500);
    send(tagged(to_near(1), ethertype_vlan, 0xe000));
    EXPECT_THAT(take_all(*near_), ElementsAre(to_near(1)));
}

TEST_F(PacketWire, DatesFramesByTheSystemsClock) {
    connect(1500, {.see_everything = true});
    const auto now = [] { return std::chrono::system_clock::now().time_since_epoch(); };
    send(to_near(1));
    near_->release(near_->receive(1).front());  // Dating begins a moment after the opening.
    const auto before = now();
    send(to_near(1));
    const ReceivedFrame frame = near_->receive(1).front();
    EXPECT_GE(frame.time, before);
    EXPECT_LE(frame.time, now());
    near_->release(frame);
}

TEST_F(PacketWire, ReceivesFramesForAJoinedAddress) {
    for (const bool everything : {false, true}) {
        connect(1500, {.see_everything = everything});
        constexpr Mac second{std::byte{2}, std::byte{9}, {}, {}, {}, std::byte{8}};
        ASSERT_FALSE(near_->join(stranger));
        ASSERT_FALSE(near_->join(second));
        EXPECT_EQ(near_->join(group), std::errc::invalid_argument);
        for (const Mac& mac : {stranger, second}) {
            send(make_frame({.destination = mac, .source = far_->mac()}));
            const auto batch = near_->receive(1);
            ASSERT_THAT(batch, SizeIs(1));
            EXPECT_EQ(batch.front().cast, Cast::unicast);
            near_->release(batch.front());
        }
        for (std::size_t i = 0; i < second.size(); ++i) {
            Mac almost = second;
            almost[i] ^= std::byte{0x40};
            send(make_frame({.destination = almost, .source = far_->mac()}));
        }
        EXPECT_THAT(take_all(*near_), SizeIs(everything ? 6 : 0));
        TearDown();
    }
}

TEST_F(PacketWire, CarriesManyBatches) {
    connect(1500);
    std::vector<Frame> sent;
    for (std::size_t i = 0; i < 256; ++i) {
        sent.push_back(to_near(static_cast<std::uint8_t>(i), 14 + i));
        queue(*far_, sent.back());
    }
    EXPECT_THAT(take_all(*near_), IsEmpty()) << "nothing goes before the flush";
    EXPECT_FALSE(far_->flush());
    const auto batch = near_->receive(1000);
    EXPECT_THAT(batch, SizeIs(64)) << "most frames of one batch";
    std::vector<Frame> received;
    for (const ReceivedFrame& frame : batch) {
        received.push_back(copy_of(frame.bytes));
        near_->release(frame);
    }
    for (const Frame& frame : take_all(*near_)) received.push_back(frame);
    EXPECT_EQ(received, sent);
}

TEST_F(PacketWire, KeepsBytesUntilTheyAreReleased) {
    connect(1500, {.buffers = 8});
    for (std::uint8_t i = 0; i < 20; ++i) send(to_near(i));
    std::vector<ReceivedFrame> held;
    for (auto batch = near_->receive(3); !batch.empty(); batch = near_->receive(3)) {
        held.insert(held.end(), batch.begin(), batch.end());
    }
    ASSERT_THAT(held, SizeIs(8)) << "no more than there are buffers";
    EXPECT_TRUE(wait_readable(*near_, 0));
    near_->release(held[3]);
    ASSERT_THAT(near_->receive(3), SizeIs(1));
    EXPECT_EQ(copy_of(held[0].bytes), to_near(0));
    EXPECT_EQ(copy_of(held[7].bytes), to_near(7));
}

TEST_F(PacketWire, LendsALimitedNumberOfBuffers) {
    connect(1500, {.buffers = 8});
    std::vector<LentBuffer> lent;
    for (auto buffer = near_->lend(); buffer; buffer = near_->lend()) lent.push_back(*buffer);
    ASSERT_THAT(lent, SizeIs(8));
    EXPECT_GE(lent.front().bytes.size(), 65549U);
    send(to_near(1));
    EXPECT_THAT(take_all(*near_), SizeIs(1)) << "received frames have buffers of their own";
    for (const LentBuffer& buffer : lent) near_->give_back(buffer);
    EXPECT_FALSE(send_copy(*near_, to_far()));
}

TEST_F(PacketWire, RefusesWhatIsLongerThanTheMtuAndSendsTheOthers) {
    connect(1500);
    for (const std::size_t size : {60U, 1514U, 1515U, 9000U, 61U}) queue(*far_, to_near(1, size));
    EXPECT_EQ(far_->flush(), std::errc::message_size);
    EXPECT_THAT(take_all(*near_), ElementsAre(SizeIs(60), SizeIs(1514), SizeIs(61)));
    EXPECT_FALSE(send_copy(*far_, to_near(1)));
}

TEST_F(PacketWire, RefusesWhatIsShorterThanAnEthernetHeader) {
    connect(1500);
    queue(*far_, to_near(1));
    queue(*far_, Frame(13));
    queue(*far_, to_near(2));
    EXPECT_EQ(far_->flush(), std::errc::invalid_argument);
    EXPECT_THAT(take_all(*near_), ElementsAre(to_near(1), to_near(2)));
}

// A bottleneck behind the interface: the queueing discipline refuses what exceeds its limit.
bool add_bottleneck(const std::string& interface, const std::string& words) {
    const std::string command = "tc qdisc add dev " + interface + " root tbf " + words;
    return std::system((command + " 2>/dev/null").c_str()) == 0;
}

TEST_F(PacketWire, WaitsForAFullQueueToDrain) {
    for (const std::size_t buffer_bytes : {std::size_t{1} << 20, std::size_t{4096}}) {
        connect(1500, {.socket_buffer_bytes = buffer_bytes});
        if (!add_bottleneck("near", "rate 200mbit burst 2000 limit 8000")) {
            GTEST_SKIP() << "no tc, or no tbf in this kernel";
        }
        for (int i = 0; i < 40; ++i) queue(*near_, to_far(1514));
        EXPECT_FALSE(near_->flush()) << buffer_bytes;
        std::size_t arrived = 0;
        while (arrived < 40 && wait_readable(*far_)) arrived += take_all(*far_).size();
        EXPECT_EQ(arrived, 40U);
        TearDown();
    }
}

TEST_F(PacketWire, GivesUpOnAQueueThatDoesNotDrain) {
    connect(1500);
    if (!add_bottleneck("near", "rate 8kbit burst 2000 limit 8000")) {
        GTEST_SKIP() << "no tc, or no tbf in this kernel";
    }
    for (int i = 0; i < 200; ++i) queue(*near_, to_far(1514));
    EXPECT_EQ(near_->flush(), std::errc::no_buffer_space);
    EXPECT_TRUE(near_->lend()) << "what was given up is no longer queued";
    EXPECT_FALSE(near_->flush());
}

TEST_F(PacketWire, HoldsAsManyFramesAsItSays) {
    for (const std::size_t mtu : {576U, 1500U, 3054U, 4050U, 7150U, 9000U, 15342U, 65535U}) {
        connect(mtu, {.socket_buffer_bytes = 1U << 20});
        const std::size_t promised = near_->receive_capacity();
        EXPECT_GT(promised, 2U);
        for (std::size_t i = 0; i < promised; ++i) send(to_near(1, 14 + mtu));
        const std::size_t arrived = take_all(*near_).size();
        EXPECT_EQ(arrived, promised) << "MTU " << mtu;
        EXPECT_EQ(near_->frames_lost(), 0U);
        for (std::size_t i = 0; i < 8 * promised; ++i) send(to_near(1, 14 + mtu));
        const std::size_t most = take_all(*near_).size();
        RecordProperty("mtu_" + std::to_string(mtu),
                       std::to_string(promised) + " promised, " + std::to_string(most) + " held");
        EXPECT_LT(most, 6 * promised) << "and not absurdly more";
        EXPECT_EQ(near_->frames_lost(), 8 * promised - most);
        TearDown();
    }
}

TEST_F(PacketWire, PromisesMoreFramesForALargerBuffer) {
    add_veth_pair("near", "far", 9000);
    std::size_t last = 0;
    for (const std::size_t kilobytes : {64U, 200U}) {
        const auto link =
            open_packet_link({.interface = "near", .socket_buffer_bytes = kilobytes << 10});
        EXPECT_GT(link->receive_capacity(), last);
        last = link->receive_capacity();
    }
}

TEST_F(PacketWire, ReportsAChangedMtu) {
    connect(1500);
    set_mtu("far", 9000);
    EXPECT_EQ(near_->next_event(), std::nullopt) << "not of another interface";
    set_mtu("near", 9000);
    ASSERT_TRUE(wait_readable(*near_));
    EXPECT_EQ(near_->next_event(), LinkEvent::mtu_changed);
    EXPECT_EQ(near_->next_event(), std::nullopt);
    EXPECT_EQ(near_->mtu(), 9000U);
    EXPECT_EQ(await_event(*far_), LinkEvent::mtu_changed);
    send(to_near(1, 9014));
    EXPECT_THAT(take_all(*near_), SizeIs(1));
}

TEST_F(PacketWire, GoesDownAndComesUpAgain) {
    connect(1500);
    set_up("near", false);
    ASSERT_TRUE(wait_readable(*near_));
    EXPECT_EQ(await_event(*near_), LinkEvent::down);
    EXPECT_THAT(take_all(*near_), IsEmpty());
    EXPECT_FALSE(stays_readable(*near_)) << "a link that is down keeps nobody busy";
    EXPECT_EQ(send_copy(*near_, to_far()), std::errc::network_down);
    EXPECT_EQ(await_event(*far_), LinkEvent::down) << "its carrier is lost";

    set_up("near", true);
    EXPECT_EQ(await_event(*near_), LinkEvent::up);
    EXPECT_EQ(await_event(*far_), LinkEvent::up);
    EXPECT_FALSE(send_copy(*near_, to_far()));
    EXPECT_THAT(take_all(*far_), SizeIs(1));
    send(to_near(1));
    EXPECT_THAT(take_all(*near_), SizeIs(1));
}

TEST_F(PacketWire, StillHandsOutWhatCameBeforeItWentDown) {
    connect(1500);
    send(to_near(1));
    set_up("near", false);
    EXPECT_THAT(take_all(*near_), ElementsAre(to_near(1)));
}

TEST_F(PacketWire, SendsAtOnceAfterATimeDownThatNobodyLookedAt) {
    connect(1500);
    set_up("near", false);
    set_up("near", true);
    EXPECT_FALSE(send_copy(*near_, to_far()));
    EXPECT_THAT(take_all(*far_), SizeIs(1));
}

TEST_F(PacketWire, MayBeOpenedWhileItIsDown) {
    add_veth_pair("near", "far", 1500);
    set_up("near", false);
    near_ = open_packet_link({.interface = "near"});
    far_ = open_packet_link({.interface = "far"});
    take_all(*near_);  // Where the socket has a word on it, too.
    EXPECT_TRUE(wait_readable(*near_, 0));
    EXPECT_EQ(near_->next_event(), LinkEvent::down);
    set_up("near", true);
    EXPECT_EQ(await_event(*near_), LinkEvent::up);
    EXPECT_FALSE(send_copy(*near_, to_far()));
    EXPECT_THAT(take_all(*far_), SizeIs(1));
}

TEST_F(PacketWire, IsGoneWhenItsInterfaceIs) {
    connect(1500);
    ASSERT_FALSE(remove_interface("far"));
    std::optional<LinkEvent> event;
    do {
        event = await_event(*near_);
    } while (event == LinkEvent::down);
    EXPECT_EQ(event, LinkEvent::gone);
    EXPECT_TRUE(send_copy(*near_, to_far()));
    EXPECT_THAT(take_all(*near_), IsEmpty());
    EXPECT_EQ(near_->next_event(), std::nullopt);
    EXPECT_FALSE(stays_readable(*near_)) << "what is gone keeps nobody busy";
    add_veth_pair("near", "far", 1500);
    EXPECT_EQ(near_->next_event(), std::nullopt) << "another of the same name is another";
}

TEST_F(PacketWire, MissesNoEventWhenNobodyListensForLong) {
    connect(1500);
    // Enough to overflow the notifications' own buffer.
    for (std::size_t i = 0; i < 1000; ++i) set_mtu("near", 1000 + i % 2);
    set_mtu("near", 2000);
    while (near_->next_event()) {
    }
    EXPECT_EQ(near_->mtu(), 2000U);
    EXPECT_FALSE(stays_readable(*near_));
}

TEST_F(PacketWire, IsGoneOnceEvenWhenNobodyListensForLong) {
    connect(1500);
    near_->next_event();
    ASSERT_FALSE(remove_interface("far"));
    add_veth_pair("near", "far", 1500);
    for (std::size_t i = 0; i < 1000; ++i) set_mtu("near", 1000 + i % 2);
    std::vector<LinkEvent> events;
    while (const auto event = near_->next_event()) events.push_back(*event);
    EXPECT_EQ(std::count(events.begin(), events.end(), LinkEvent::gone), 1);
    EXPECT_EQ(events.back(), LinkEvent::gone);
}

TEST_F(PacketWire, IsNotGoneWhenItLeavesABridge) {
    connect(1500);
    NetlinkMessage make_bridge(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, ifinfomsg{});
    make_bridge.add(IFLA_IFNAME, "bridge");
    const std::size_t info = make_bridge.open(IFLA_LINKINFO);
    make_bridge.add(IFLA_INFO_KIND, "bridge");
    make_bridge.close(info);
    if (NetlinkSocket(0).request(make_bridge)) GTEST_SKIP() << "this kernel makes no bridge";
    for (const int master : {query_interface("bridge")->index, 0}) {
        NetlinkMessage enslave(RTM_NEWLINK, NLM_F_ACK, ifinfomsg{});
        enslave.add(IFLA_IFNAME, "near");
        enslave.add(IFLA_MASTER, static_cast<std::uint32_t>(master));
        ASSERT_FALSE(NetlinkSocket(0).request(enslave));
    }
    EXPECT_EQ(near_->next_event(), std::nullopt);
    ASSERT_FALSE(remove_interface("bridge"));
    send(to_near(1));
    EXPECT_THAT(take_all(*near_), SizeIs(1));
}

TEST_F(PacketWire, HearsNothingOfOtherInterfacesEvenWhileItIsOpened) {
    connect(1500);
    add_veth_pair("other", "noisy", 1500);
    const LinkPtr noisy = open_packet_link({.interface = "noisy"});
    const Frame noise = make_frame({.destination = broadcast_mac, .source = noisy->mac()});
    for (const bool everything : {false, true}) {
        for (int i = 0; i < 20; ++i) {
            const LinkPtr link =
                open_packet_link({.interface = "near", .see_everything = everything});
            ASSERT_FALSE(send_copy(*noisy, noise));
            EXPECT_THAT(take_all(*link), IsEmpty());
        }
    }
    ASSERT_FALSE(remove_interface("other"));
}

}  // namespace
}  // namespace aoe
