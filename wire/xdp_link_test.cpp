// SPDX-License-Identifier: MIT
#include "wire/xdp_link.h"

#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <arpa/inet.h>
#include <linux/capability.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/descriptor.h"
#include "wire/link_waits_test.h"
#include "wire/net_test.h"
#include "wire/packet_link.h"
#include "wire/test_frames.h"
#include "wire/xdp_interface.h"

namespace aoe {
namespace {

using namespace testing_link;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Refusal {
    std::error_code error;
    std::string sentence;
};

Refusal try_open(const std::string& interface) {
    try {
        open_xdp_link({.interface = interface});
    } catch (const std::system_error& error) {
        return {error.code(), error.what()};
    }
    return {};
}

Refusal try_facts(const XdpFacts& facts) {
    try {
        expect_fit_for_xdp("eth1", facts);
    } catch (const std::system_error& error) {
        return {error.code(), error.what()};
    }
    return {};
}

/// What comes until there are `count`, or too long nothing.
std::vector<Frame> take(Link& link, std::size_t count) {
    std::vector<Frame> frames;
    while (frames.size() < count && wait_readable(link)) {
        for (Frame& frame : take_all(link)) frames.push_back(std::move(frame));
        while (link.next_event()) {
        }
    }
    return frames;
}

std::optional<LinkEvent> await_event(Link& link) {
    while (true) {
        if (const auto event = link.next_event()) return event;
        if (!wait_readable(link)) return std::nullopt;
    }
}

/// Two ends of a wire: "near" by AF_XDP, "far" by packet sockets.
class XdpWire : public NetTest {
protected:
    void SetUp() override {
        NetTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        add_veth_pair("near", "far", 1500);
        static const Refusal refusal = try_open("near");
        if (!refusal.error) return;
        // A user namespace's root may use networks, and no XDP.
        if (is_required("xdp") || refusal.error != std::errc::operation_not_permitted) {
            FAIL() << refusal.sentence;
        }
        GTEST_SKIP() << refusal.sentence;
    }
    void TearDown() override {
        near_.reset();
        far_.reset();
        remove_interface("near");
    }
    void connect() {
        near_ = open_xdp_link({.interface = "near"});
        far_ = open_packet_link({.interface = "far", .see_everything = true});
    }
    Frame to_near(std::uint8_t fill, std::size_t size_bytes = 60) const {
        return make_frame({.destination = near_->mac(),
                           .source = far_->mac(),
                           .size_bytes = size_bytes,
                           .fill = fill});
    }
    Frame to_far(std::uint8_t fill, std::size_t size_bytes = 60) const {
        return make_frame({.destination = far_->mac(),
                           .source = near_->mac(),
                           .size_bytes = size_bytes,
                           .fill = fill});
    }
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

TEST_F(XdpWire, CarriesFramesOfEverySizeAsTheyAre) {
    connect();
    for (std::size_t size = 14; size <= 1514; size += size < 70 ? 1 : 61) {
        const auto fill = static_cast<std::uint8_t>(size);
        send(to_near(fill, size));
        EXPECT_THAT(take(*near_, 1), ElementsAre(to_near(fill, size)));
        ASSERT_FALSE(send_copy(*near_, to_far(fill, size)));
        EXPECT_THAT(take(*far_, 1), ElementsAre(to_far(fill, size)));
    }
}

TEST_F(XdpWire, CarriesMoreThanItsRingsHold) {
    connect();
    for (std::size_t round = 0; round < 20; ++round) {
        std::vector<Frame> sent;
        for (std::size_t i = 0; i < 100; ++i) {
            sent.push_back(to_near(static_cast<std::uint8_t>(i), 14 + 7 * i + round));
            send(sent.back());
        }
        EXPECT_EQ(take(*near_, 100), sent);
        sent.clear();
        for (std::size_t i = 0; i < 100; ++i) {
            sent.push_back(to_far(static_cast<std::uint8_t>(i), 14 + 7 * i + round));
            queue(*near_, sent.back());
        }
        EXPECT_THAT(take_all(*far_), IsEmpty()) << "nothing goes before the flush";
        EXPECT_FALSE(near_->flush());
        EXPECT_EQ(take(*far_, 100), sent);
    }
    EXPECT_EQ(near_->frames_lost(), 0U);
}

TEST_F(XdpWire, CarriesTheLargestFramesOfTheLargestMtu) {
    set_mtu("near", largest_xdp_mtu);
    set_mtu("far", largest_xdp_mtu);
    connect();
    const std::size_t size = 14 + largest_xdp_mtu;
    send(tagged(to_near(1, size), ethertype_vlan, 0xe000));
    send(to_near(2, size));
    EXPECT_THAT(take(*near_, 2), ElementsAre(to_near(1, size), to_near(2, size)));
    ASSERT_FALSE(send_copy(*near_, to_far(3, size)));
    EXPECT_THAT(take(*far_, 1), ElementsAre(to_far(3, size)));
}

TEST_F(XdpWire, TakesFramesForThisHostAndGroups) {
    connect();
    send(make_frame({.destination = stranger, .source = far_->mac()}));
    for (std::size_t i = 0; i < near_->mac().size(); ++i) {
        Mac almost = near_->mac();
        almost[i] ^= std::byte{0x40};
        send(make_frame({.destination = almost, .source = far_->mac()}));
    }
    std::vector<Cast> casts;
    for (const Mac& mac : {near_->mac(), broadcast_mac, group}) {
        send(make_frame({.destination = mac, .source = far_->mac()}));
        ASSERT_TRUE(wait_readable(*near_));
        const auto batch = near_->receive(8);
        ASSERT_THAT(batch, SizeIs(1));
        casts.push_back(batch.front().cast);
        near_->release(batch.front());
    }
    EXPECT_THAT(casts, ElementsAre(Cast::unicast, Cast::broadcast, Cast::multicast));
    EXPECT_EQ(near_->join(stranger), std::errc::operation_not_supported);
}

TEST_F(XdpWire, TakesTagsThatNameNoVlanOnly) {
    connect();
    send(tagged(to_near(1), ethertype_vlan, 5));
    send(tagged(to_near(2), ethertype_vlan, 0xe000));
    ASSERT_TRUE(wait_readable(*near_));
    const auto batch = near_->receive(8);
    ASSERT_THAT(batch, SizeIs(1));
    EXPECT_EQ(batch.front().vlan_tag, 0xe000);
    EXPECT_EQ(copy_of(batch.front().bytes), to_near(2));
    near_->release(batch.front());
}

/// What else on this machine hears on "near", of every protocol.
std::vector<Frame> overheard(const Descriptor& socket) {
    std::vector<Frame> frames;
    Frame frame(2000);
    while (true) {
        const auto size = recv(socket.get(), frame.data(), frame.size(), MSG_DONTWAIT);
        if (size < 0) return frames;
        frames.emplace_back(frame.begin(), frame.begin() + size);
    }
}

TEST_F(XdpWire, LeavesAllOtherFramesToTheHost) {
    connect();
    const Descriptor host(socket(AF_PACKET, SOCK_RAW, htons(0x0003)));
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(0x0003);
    address.sll_ifindex = query_interface("near")->index;
    ASSERT_EQ(bind(host.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);

    Frame other = to_near(1);
    write_u16(other, 12, 0x88b5);
    const Frame other_shape = tagged(to_near(1), 0x88b5, 0);
    const Frame for_another = make_frame({.destination = stranger, .source = far_->mac()});
    send(to_near(2));
    send(other);
    send(other_shape);
    send(for_another);
    EXPECT_THAT(take(*near_, 1), ElementsAre(to_near(2)));
    const std::vector<Frame> heard = overheard(host);  // Others speak, too: IPv6 does.
    EXPECT_THAT(heard,
                AllOf(testing::Contains(other), testing::Contains(other_shape),
                      testing::Contains(for_another), testing::Not(testing::Contains(to_near(2)))));
}

TEST_F(XdpWire, KeepsBytesUntilTheyAreReleased) {
    connect();
    for (int i = 0; i < 300; ++i) send(to_near(static_cast<std::uint8_t>(i)));
    std::vector<ReceivedFrame> held;
    for (auto batch = near_->receive(100); !batch.empty(); batch = near_->receive(100)) {
        held.insert(held.end(), batch.begin(), batch.end());
    }
    ASSERT_THAT(held, SizeIs(256)) << "no more than there are slots for";
    near_->release(held[3]);
    EXPECT_THAT(near_->receive(3), SizeIs(1));
    EXPECT_EQ(copy_of(held[0].bytes), to_near(0));
    EXPECT_EQ(copy_of(held[255].bytes), to_near(255));
}

TEST_F(XdpWire, HoldsAsManyFramesAsItSays) {
    connect();
    const std::size_t promised = near_->receive_capacity();
    EXPECT_GE(promised, 256U);
    for (std::size_t i = 0; i < promised; ++i) send(to_near(1, 1514));
    std::vector<ReceivedFrame> held;
    const auto batch = near_->receive(promised);
    held.assign(batch.begin(), batch.end());
    EXPECT_EQ(near_->frames_lost(), 0U);
    near_->receive(0);  // Gives the kernel slots for those that are held.
    for (std::size_t i = 0; i < held.size() + 7; ++i) send(to_near(2));
    EXPECT_EQ(near_->frames_lost(), 7U) << "held frames take no room";
    for (const ReceivedFrame& frame : held) near_->release(frame);
    EXPECT_THAT(take_all(*near_), SizeIs(promised));
}

TEST_F(XdpWire, LendsALimitedNumberOfBuffers) {
    connect();
    std::vector<LentBuffer> lent;
    for (auto buffer = near_->lend(); buffer; buffer = near_->lend()) lent.push_back(*buffer);
    ASSERT_THAT(lent, SizeIs(256));
    EXPECT_GE(lent.front().bytes.size(), 14 + largest_xdp_mtu);
    send(to_near(1));
    EXPECT_THAT(take(*near_, 1), SizeIs(1)) << "received frames have buffers of their own";
    for (const LentBuffer& buffer : lent) near_->give_back(buffer);
    EXPECT_FALSE(send_copy(*near_, to_far(1)));
}

TEST_F(XdpWire, RefusesWhatFitsNoFrameAndSendsTheOthers) {
    connect();
    for (const std::size_t size : {60U, 1514U, 1515U, 13U, 61U}) {
        Frame frame = to_far(1, 1600);
        frame.resize(size);
        queue(*near_, frame);
    }
    EXPECT_EQ(near_->flush(), std::errc::message_size);
    EXPECT_THAT(take(*far_, 3), ElementsAre(SizeIs(60), SizeIs(1514), SizeIs(61)));
    queue(*near_, Frame(13));
    EXPECT_EQ(near_->flush(), std::errc::invalid_argument);
    EXPECT_FALSE(send_copy(*near_, to_far(1)));
}

TEST_F(XdpWire, GoesDownAndComesUpAgain) {
    connect();
    set_up("near", false);
    EXPECT_EQ(await_event(*near_), LinkEvent::down);
    EXPECT_FALSE(stays_readable(*near_)) << "a link that is down keeps nobody busy";
    EXPECT_EQ(send_copy(*near_, to_far(1)), std::errc::network_down);
    EXPECT_EQ(await_event(*far_), LinkEvent::down) << "its carrier is lost";
    set_up("near", true);
    EXPECT_EQ(await_event(*near_), LinkEvent::up);
    EXPECT_EQ(await_event(*far_), LinkEvent::up);
    EXPECT_FALSE(send_copy(*near_, to_far(2)));
    EXPECT_THAT(take(*far_, 2), ElementsAre(to_far(1), to_far(2)));
    send(to_near(3));
    EXPECT_THAT(take(*near_, 1), ElementsAre(to_near(3)));
}

TEST_F(XdpWire, MayBeOpenedWhileItIsDown) {
    set_up("near", false);
    connect();
    EXPECT_EQ(await_event(*near_), LinkEvent::down);
    EXPECT_EQ(await_event(*far_), LinkEvent::down) << "it has no carrier yet";
    set_up("near", true);
    EXPECT_EQ(await_event(*near_), LinkEvent::up);
    EXPECT_EQ(await_event(*far_), LinkEvent::up);
    send(to_near(1));
    EXPECT_THAT(take(*near_, 1), SizeIs(1));
    EXPECT_FALSE(send_copy(*near_, to_far(1)));
    EXPECT_THAT(take(*far_, 1), SizeIs(1));
}

TEST_F(XdpWire, IsGoneWhenItsInterfaceIs) {
    connect();
    ASSERT_FALSE(remove_interface("far"));
    std::optional<LinkEvent> event;
    do {
        event = await_event(*near_);
    } while (event == LinkEvent::down);
    EXPECT_EQ(event, LinkEvent::gone);
    EXPECT_TRUE(send_copy(*near_, to_far(1)));
    EXPECT_THAT(take_all(*near_), IsEmpty());
    EXPECT_FALSE(stays_readable(*near_)) << "what is gone keeps nobody busy";
}

TEST_F(XdpWire, FollowsTheInterfacesAddressAndMtu) {
    connect();
    set_mac("near", stranger);
    while (near_->mac() != stranger && wait_readable(*near_)) near_->next_event();
    send(make_frame({.destination = stranger, .source = far_->mac()}));
    EXPECT_THAT(take(*near_, 1), SizeIs(1));
    set_mtu("near", 9000);
    EXPECT_EQ(await_event(*near_), LinkEvent::mtu_changed);
    EXPECT_EQ(near_->mtu(), largest_xdp_mtu);
}

TEST_F(XdpWire, SaysWhatIsInItsWay) {
    connect();
    const Refusal second = try_open("near");
    EXPECT_EQ(second.error, std::errc::device_or_resource_busy);
    EXPECT_THAT(second.sentence, HasSubstr("\"near\" has an XDP program already"));
    near_.reset();
    EXPECT_FALSE(try_open("near").error) << "it left with the link";
    set_mtu("near", 9000);
    const Refusal large = try_open("near");
    EXPECT_EQ(large.error, std::errc::message_size);
    EXPECT_THAT(large.sentence, AllOf(HasSubstr("the MTU of \"near\" is 9000"),
                                      HasSubstr(std::to_string(largest_xdp_mtu))));
    EXPECT_EQ(try_open("nowhere").error, std::errc::no_such_device);
    EXPECT_EQ(try_open("lo").error, std::errc::invalid_argument);
}

TEST(XdpFactsTest, WhatDoesNotFitIsNamedWithWhatHelps) {
    EXPECT_FALSE(try_facts({.mtu = largest_xdp_mtu}).error);
    const Refusal queues = try_facts({.mtu = 1500, .receive_queues = 8});
    EXPECT_EQ(queues.error, std::errc::operation_not_supported);
    EXPECT_THAT(queues.sentence, AllOf(HasSubstr("\"eth1\" has 8 receive queues"),
                                       HasSubstr("`ethtool -L eth1 combined 1`")));
    const Refusal tags = try_facts({.mtu = 1500, .hides_vlan_tags = true});
    EXPECT_EQ(tags.error, std::errc::operation_not_supported);
    EXPECT_THAT(tags.sentence, HasSubstr("`ethtool -K eth1 rxvlan off`"));
}

/// Gives up every capability, as a program has none that an ordinary user starts.
bool drop_capabilities() {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    const __user_cap_data_struct none[2] = {};
    return syscall(SYS_capset, &header, none) == 0;
}

TEST_F(XdpWire, NamesTheMissingCapabilitiesAndWhatGrantsThem) {
    EXPECT_EXIT(
        {
            if (!drop_capabilities()) _exit(1);
            const Refusal refusal = try_open("near");
            fputs(refusal.sentence.c_str(), stderr);
            _exit(refusal.error == std::errc::operation_not_permitted ? 0 : 1);
        },
        testing::ExitedWithCode(0),
        "opening \"near\" needs the capabilities CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW.*"
        "sudo setcap cap_bpf,cap_net_admin,cap_net_raw\\+ep /.*xdp_link_test");
}

TEST_F(XdpWire, LeavesNothingBehindWhenItsProcessIsKilled) {
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        const LinkPtr link = open_xdp_link({.interface = "near"});
        if (write(ready[1], "", 1) == 1) pause();
        _exit(1);
    }
    char byte = 1;
    EXPECT_EQ(read(ready[0], &byte, 1), 1);
    EXPECT_EQ(try_open("near").error, std::errc::device_or_resource_busy);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(ready[0]);
    close(ready[1]);
    connect();
    send(to_near(1));
    EXPECT_THAT(take(*near_, 1), SizeIs(1));
}

}  // namespace
}  // namespace aoe
