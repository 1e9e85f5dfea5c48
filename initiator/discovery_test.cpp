// SPDX-License-Identifier: MIT
#include "initiator/discovery.h"

#include <array>

#include <gmock/gmock.h>

#include "initiator/testing/memory_network.h"

namespace aoe::initiator {
namespace {

using std::chrono::milliseconds;
using testing::FrameBytes;
using ::testing::IsEmpty;
using testing::MemoryNetwork;
using testing::own_mac;
using ::testing::SizeIs;
using testing::target_mac;

constexpr std::uint32_t tag = 0x80001234;
constexpr Mac other_mac{std::byte{2}, {}, {}, {}, {}, std::byte{9}};

FrameBytes query(const Address& wanted = everybody) {
    FrameBytes frame(minimum_frame_size);
    frame.resize(write_discovery(frame, own_mac, wanted, tag));
    return frame;
}

TEST(Discovery, TheQueryIsABroadcastThatFillsAMinimumFrame) {
    const FrameBytes frame = query();
    ASSERT_THAT(frame, SizeIs(60));
    const Header header = FrameView::parse(frame)->header();
    EXPECT_EQ(header.destination, broadcast_mac);
    EXPECT_EQ(header.address, everybody);
    EXPECT_EQ(header.command, command::config);
    EXPECT_EQ(header.tag, tag);
    EXPECT_EQ(ConfigView::parse(FrameView::parse(frame)->argument())->fields(), ConfigFields{});
}

TEST(Discovery, OnlyConfigRepliesToTheQueryAreSightings) {
    testing::FakeTarget target({.config_string = std::string("a\0\xff", 3)});
    const FrameBytes reply = target.answer(query()).value();
    const auto sighting = read_discovery(reply, everybody, tag);
    ASSERT_TRUE(sighting);
    EXPECT_EQ(sighting->address, (Address{.shelf = 7, .slot = 3}));
    EXPECT_EQ(sighting->mac, target_mac);
    EXPECT_EQ(sighting->config.buffer_count, 16);
    EXPECT_EQ(sighting->config_string, std::string("a\0\xff", 3));
    EXPECT_FALSE(read_discovery(reply, everybody, tag + 1));
    EXPECT_FALSE(read_discovery(reply, {.shelf = 7, .slot = 4}, tag));
    EXPECT_FALSE(read_discovery(query(), everybody, tag)) << "a request";
    for (std::size_t size = 0; size < header_size + config_argument_size; ++size) {
        EXPECT_FALSE(read_discovery(Bytes(reply).first(size), everybody, tag));
    }
    FrameBytes error = reply;
    error[14] = std::byte{0x1c};
    EXPECT_FALSE(read_discovery(error, everybody, tag));
    FrameBytes ata = reply;
    ata[19] = std::byte{0};
    EXPECT_FALSE(read_discovery(ata, everybody, tag));
}

TEST(Discovery, AStringLongerThanItsFrameIsLeftOut) {
    testing::FakeTarget target({});
    FrameBytes reply = target.answer(query()).value();
    reply[30] = std::byte{0x03};
    const auto sighting = read_discovery(reply, everybody, tag);
    ASSERT_TRUE(sighting);
    EXPECT_EQ(sighting->config_string, "");
}

TEST(Discovery, EveryMachineIsSeenOnceHoweverOftenItAnswers) {
    MemoryNetwork network;
    network.add({.address = {.shelf = 9, .slot = 1}});
    network.add({.address = {.shelf = 7, .slot = 3}});
    network.add({.address = {.shelf = 7, .slot = 3}, .mac = other_mac});
    const std::array<Link*, 1> links{network.link.get()};
    const Discovery found =
        discover(links, network.clock, {.tag = tag, .settle = {}, .interrupted = {}});
    ASSERT_THAT(found.sightings, SizeIs(3));
    EXPECT_EQ(found.sightings[0].mac, target_mac);
    EXPECT_EQ(found.sightings[1].mac, other_mac);
    EXPECT_EQ(found.sightings[2].address.shelf, 9);
    EXPECT_EQ(network.clock.now(), milliseconds(500));
}

TEST(Discovery, AsksAgainSinceAQueryMayGetLost) {
    // With this seed the first query is lost and the second is not.
    for (std::uint64_t seed = 1;; ++seed) {
        ASSERT_LT(seed, 100U);
        MemoryNetwork network(1500, {.sent = {.loss = 0.5}, .received = {}, .seed = seed});
        testing::FakeTarget& target = network.add();
        const std::array<Link*, 1> links{network.link.get()};
        const Discovery found =
            discover(links, network.clock, {.tag = tag, .settle = {}, .interrupted = {}});
        if (network.fault_counts().lost != 1 || target.requests() != 1) continue;
        EXPECT_THAT(found.sightings, SizeIs(1));
        break;
    }
}

TEST(Discovery, SettlesSoonAfterTheFirstAnswer) {
    MemoryNetwork network;
    network.add();
    const std::array<Link*, 1> links{network.link.get()};
    const Discovery found = discover(links, network.clock,
                                     {.wanted = {.shelf = 7, .slot = 3},
                                      .tag = tag,
                                      .wait = std::chrono::seconds(3),
                                      .settle = milliseconds(50),
                                      .interrupted = {}});
    EXPECT_THAT(found.sightings, SizeIs(1));
    EXPECT_EQ(network.clock.now(), milliseconds(50));
}

TEST(Discovery, SeveralLinksAreAskedTogether) {
    MemoryNetwork first;
    MemoryNetwork second;
    first.add({.address = {.shelf = 1, .slot = 0}});
    second.add({.address = {.shelf = 0, .slot = 0}});
    // The second network is served whenever the first one is.
    auto& clock = first.clock;
    const std::array<Link*, 2> links{first.link.get(), second.link.get()};
    clock.set_step([&] { return first.serve() || second.serve(); });
    const Discovery found = discover(links, clock, {.tag = tag, .settle = {}, .interrupted = {}});
    ASSERT_THAT(found.sightings, SizeIs(2));
    EXPECT_EQ(found.sightings[0].link, 1U);
    EXPECT_EQ(found.sightings[1].link, 0U);
    EXPECT_EQ(clock.now(), milliseconds(500));
}

TEST(Discovery, AnInterruptionEndsIt) {
    MemoryNetwork network;
    const std::array<Link*, 1> links{network.link.get()};
    const Discovery found = discover(
        links, network.clock, {.tag = tag, .settle = {}, .interrupted = [] { return true; }});
    EXPECT_THAT(found.sightings, IsEmpty());
    EXPECT_EQ(network.clock.now(), Time{});
}

TEST(Discovery, WithoutLinksThereIsNothingToWaitFor) {
    VirtualClock clock;
    EXPECT_THAT(discover({}, clock, {}).sightings, IsEmpty());
}

}  // namespace
}  // namespace aoe::initiator
