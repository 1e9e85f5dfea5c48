// SPDX-License-Identifier: MIT
// Tries to get forbidden frames past the guard. What a frame may do is decided here by a second,
// blunter reading of its bytes, so that guard and test do not share a mistake.
#include "conformance/guard.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/message.h"
#include "wire/memory_link.h"

namespace aoe::conformance {
namespace {

constexpr Mac ours{std::byte{2}, {}, {}, {}, {}, std::byte{1}};
constexpr Mac theirs{std::byte{2}, {}, {}, {}, {}, std::byte{2}};
constexpr Mac second{std::byte{2}, {}, {}, {}, {}, std::byte{3}};
constexpr Mac foreign{std::byte{2}, {}, {}, {}, {}, std::byte{9}};

GuardRules rules(Doors open = {}) {
    return {.open = open,
            .ours = ours,
            .second = second,
            .target = theirs,
            .shelf = 7,
            .slot = 3,
            .mtu = 1500,
            .scratch = {.first = 1000, .count = 100},
            .sectors = 5000,
            .sectors_per_message = 2,
            .buffer_count = 4};
}

Request addressed(Request request) {
    if (!request.destination) request.destination = theirs;
    if (!request.source) request.source = ours;
    if (!request.shelf) request.shelf = 7;
    if (!request.slot) request.slot = 3;
    if (!request.tag) request.tag = 0x80000001;
    return request;
}

Judgement judge(const Request& request, Doors open = all_doors) {
    const ByteVector bytes = craft(addressed(request));
    return judge_frame(std::as_bytes(std::span(bytes)), rules(open));
}

ByteVector sectors(std::size_t count) {
    return ByteVector(count * 512, 0xab);
}

TEST(Guard, HarmlessRequestsNeedNoDoor) {
    Request wildcard = config_request();
    wildcard.destination = broadcast_mac;
    wildcard.shelf = 0xffff;
    wildcard.slot = 0xff;
    for (const Request& request :
         {config_request(), config_request(1, "abc"), config_request(2, ""), wildcard,
          identify_request(), read_request(0, 2, true), read_request(4999, 1, false),
          ata_request(opcode::flush), ata_request(opcode::flush_ext), ata_request(opcode::power),
          mask_request(), reserve_request()}) {
        EXPECT_EQ(to_string(judge(request).needs), "none");
        EXPECT_EQ(judge(request).never, "");
    }
}

TEST(Guard, EachDoorIsNeededForWhatItIsNamedAfter) {
    const auto needs = [](const Request& request) { return to_string(judge(request).needs); };
    EXPECT_EQ(needs(config_request(3, "abc")), "config");
    EXPECT_EQ(needs(config_request(4, "")), "config");
    EXPECT_EQ(needs(mask_request(1, {{1, ours}})), "mask");
    EXPECT_EQ(needs(reserve_request(1, {ours})), "reserve");
    EXPECT_EQ(needs(reserve_request(2)), "reserve");
    EXPECT_EQ(needs(write_request(1000, sectors(2), true)), "write");
    EXPECT_EQ(needs(write_request(1099, sectors(1), false)), "write");
    EXPECT_EQ(needs(ata_request(0xff)), "disk");
    EXPECT_EQ(needs(ata_request(opcode::set_features)), "disk");
    EXPECT_EQ(needs(ata_request(opcode::smart)), "disk");
    EXPECT_EQ(needs(read_request(0, 3, true)), "hostile");
    Request unassigned = config_request();
    unassigned.aoe.command = 0x7f;
    EXPECT_EQ(needs(unassigned), "hostile");
    EXPECT_EQ(needs(config_request(9)), "hostile");
    EXPECT_EQ(needs(config_request(0, std::string(1025, 'x'))), "hostile");
    Request response = config_request();
    response.aoe.flags = 8;
    EXPECT_EQ(needs(response), "hostile");
    Request other_type = config_request();
    other_type.ether_type = 0x88a3;
    EXPECT_EQ(needs(other_type), "hostile");
    Request from_second = config_request();
    from_second.source = second;
    EXPECT_EQ(needs(from_second), "hostile");
}

TEST(Guard, LyingLengthsAreHostile) {
    Request config = config_request();
    config.config().string_length = 200;
    EXPECT_TRUE(judge(config).needs.contains(Door::hostile));
    Request mask = mask_request();
    mask.mask().directive_count = 200;
    EXPECT_TRUE(judge(mask).needs.contains(Door::hostile));
    Request reserve = reserve_request();
    reserve.reserve().mac_count = 50;
    EXPECT_TRUE(judge(reserve).needs.contains(Door::hostile));
    Request write = write_request(1000, sectors(2), true);
    write.data.resize(600);
    EXPECT_TRUE(judge(write).needs.contains(Door::hostile));
}

TEST(Guard, EveryRuntIsHostile) {
    for (std::size_t size = 0; size < 24; ++size) {
        Request runt = config_request();
        runt.cut = size;
        EXPECT_TRUE(judge(runt).needs.contains(Door::hostile)) << size;
    }
}

TEST(Guard, WritesOutsideTheScratchRangeNeedTheDiskDoor) {
    const auto disk = [](Request request) { return judge(request).needs.contains(Door::disk); };
    EXPECT_TRUE(disk(write_request(999, sectors(1), true)));
    EXPECT_TRUE(disk(write_request(1099, sectors(2), true)));
    EXPECT_TRUE(disk(write_request(4999, sectors(1), true)));
    EXPECT_TRUE(disk(write_request(5000, sectors(1), true)));
    EXPECT_TRUE(disk(write_request((1ULL << 32) + 5, sectors(1), true)));
    // Cut to 28 or 32 bits these still hit the scratch range.
    EXPECT_FALSE(disk(write_request((1ULL << 32) + 1000, sectors(1), true)));
    EXPECT_FALSE(disk(write_request((1ULL << 47) + 1000, sectors(1), true)));
    // With a count of zero a target may take 256 sectors, or 65536.
    EXPECT_TRUE(disk(write_request(1000, {}, true)));
    // A 28-bit command with the extended flag is read by the flag on some targets.
    Request mixed = write_request(1000, sectors(1), false);
    mixed.ata().flags |= 0x40;
    EXPECT_TRUE(disk(mixed));
}

TEST(Guard, AReadWithTheWriteFlagCountsAsAWrite) {
    Request request = read_request(10, 1, true);
    request.ata().flags |= 1;
    EXPECT_TRUE(judge(request).needs.contains(Door::write | Door::disk));
}

TEST(Guard, WhatChangesATargetNeverGoesToAnyoneElse) {
    for (const Request& change :
         {config_request(4, "x"), mask_request(1, {{1, ours}}), reserve_request(1, {ours}),
          write_request(1000, sectors(1), true)}) {
        EXPECT_EQ(judge(change).never, "");
        for (const Mac& destination : {broadcast_mac, foreign}) {
            Request request = change;
            request.destination = destination;
            EXPECT_NE(judge(request).never, "");
        }
        Request any_shelf = change;
        any_shelf.shelf = 0xffff;
        EXPECT_NE(judge(any_shelf).never, "");
        Request any_slot = change;
        any_slot.slot = 0xff;
        EXPECT_NE(judge(any_slot).never, "");
        Request neighbour = change;
        neighbour.slot = 4;
        EXPECT_NE(judge(neighbour).never, "");
    }
}

TEST(Guard, ATwinsSectorsAreScratchAndNobodyElses) {
    Request change = addressed(write_request(1000, sectors(1), true));
    change.slot = 4;
    const ByteVector bytes = craft(change);
    GuardRules with_twin = rules(all_doors);
    with_twin.twin = 4;
    EXPECT_EQ(judge_frame(std::as_bytes(std::span(bytes)), with_twin).never, "");
    with_twin.twin = 5;
    EXPECT_NE(judge_frame(std::as_bytes(std::span(bytes)), with_twin).never, "");
}

TEST(Guard, BehindAVlanTagIsJudgedAndNothingIsChangedThere) {
    Request read = config_request();
    read.vlan_tag = 7;
    EXPECT_EQ(to_string(judge(read).needs), "hostile");
    EXPECT_EQ(judge(read).never, "");
    for (Request change : {config_request(4, "x"), mask_request(1, {{1, ours}}),
                           reserve_request(1, {ours}), write_request(1000, sectors(1), true)}) {
        change.vlan_tag = 7;
        EXPECT_NE(judge(change).never, "");
    }
    Request runt = config_request();
    runt.vlan_tag = 7;
    for (std::size_t size = 12; size < 32; ++size) {
        runt.cut = size;
        EXPECT_TRUE(judge(runt).needs.contains(Door::hostile)) << size;
    }
}

TEST(Guard, TheTargetsOwnAddressIsNoSourceOutsideAPrivateNetwork) {
    Request request = addressed(config_request());
    request.source = theirs;
    const ByteVector bytes = craft(request);
    GuardRules outside = rules(all_doors);
    EXPECT_NE(judge_frame(std::as_bytes(std::span(bytes)), outside).never, "");
    outside.private_network = true;
    EXPECT_EQ(judge_frame(std::as_bytes(std::span(bytes)), outside).never, "");
}

class GuardedLinkTest : public testing::Test {
protected:
    GuardedLinkTest() {
        auto pair = make_memory_pair({.first_mac = ours, .second_mac = theirs});
        near_ = std::move(pair.first);
        far_ = std::move(pair.second);
    }
    // True when the frame came out at the other end.
    bool passes(GuardedLink& link, const ByteVector& bytes) {
        try {
            EXPECT_FALSE(send_copy(link, std::as_bytes(std::span(bytes))));
        } catch (const GuardRefusal&) {
            EXPECT_TRUE(far_->receive(16).empty());
            return false;
        }
        bool arrived = false;
        for (const ReceivedFrame& frame : far_->receive(16)) {
            arrived = true;
            far_->release(frame);
        }
        return arrived;
    }
    LinkPtr near_, far_;
};

TEST_F(GuardedLinkTest, StopsWhatHasNoDoorAndLetsTheRestPass) {
    GuardedLink link(*near_, rules());
    EXPECT_TRUE(passes(link, craft(addressed(config_request()))));
    EXPECT_FALSE(passes(link, craft(addressed(config_request(4, "x")))));
    EXPECT_FALSE(passes(link, craft(addressed(write_request(1000, sectors(1), true)))));
    link.set_rules(rules(Door::write));
    EXPECT_TRUE(passes(link, craft(addressed(write_request(1000, sectors(1), true)))));
}

TEST_F(GuardedLinkTest, ABurstAboveTheBufferCountIsHostile) {
    GuardedLink link(*near_, rules());
    const ByteVector bytes = craft(addressed(config_request()));
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(passes(link, bytes));
    EXPECT_FALSE(passes(link, bytes));
    link.receive(1);
    EXPECT_TRUE(passes(link, bytes));
}

TEST_F(GuardedLinkTest, NoMaskEditMayShutUsOut) {
    GuardedLink link(*near_, rules(all_doors));
    EXPECT_FALSE(passes(link, craft(addressed(mask_request(1, {{1, foreign}})))));
    EXPECT_FALSE(passes(link, craft(addressed(mask_request(1, {{1, foreign}, {1, ours}})))));
    EXPECT_TRUE(passes(link, craft(addressed(mask_request(1, {{1, ours}, {1, foreign}})))));
    EXPECT_TRUE(passes(link, craft(addressed(mask_request(1, {{1, second}})))));
}

// What the frame could do to a target that reads it in the most harmful way. Blunt on purpose: it
// may name more than the guard does, never less.
Doors could_do(const ByteVector& frame) {
    const auto at = [&](std::size_t i) { return i < frame.size() ? frame[i] : 0; };
    if (frame.size() < 24 || at(12) != 0x88 || at(13) != 0xa2) return {};
    const int ccmd = at(29) & 15;
    if (at(19) == 1 && frame.size() >= 32 && (ccmd == 3 || ccmd == 4)) return Door::config;
    if (at(19) == 2 && frame.size() >= 28 && at(25) != 0) return Door::mask;
    if (at(19) == 3 && frame.size() >= 26 && at(24) != 0) return Door::reserve;
    const bool write = at(27) == 0x30 || at(27) == 0x34 || at(27) == 0xca || at(27) == 0x35;
    if (at(19) == 0 && frame.size() >= 36 && write) return Door::write;
    return {};
}

TEST_F(GuardedLinkTest, RandomFramesThatPassShutDoorsChangeNothing) {
    std::mt19937 random(20261122);
    const std::vector<Request> seeds{config_request(4, "abc"), mask_request(1, {{1, ours}}),
                                     reserve_request(1, {ours}),
                                     write_request(1000, sectors(1), true), identify_request()};
    GuardedLink link(*near_, rules());
    int passed = 0;
    for (int i = 0; i < 50000; ++i) {
        ByteVector bytes = craft(addressed(seeds[random() % seeds.size()]));
        for (unsigned flips = random() % 4; flips > 0; --flips) {
            bytes[12 + random() % 24] = static_cast<std::uint8_t>(random());
        }
        if (random() % 4 == 0) bytes.resize(random() % (bytes.size() + 1));
        near_->receive(1);
        link.receive(1);
        if (!passes(link, bytes)) continue;
        ++passed;
        ASSERT_TRUE(could_do(bytes).empty()) << "frame " << i << " got past the guard";
    }
    EXPECT_GT(passed, 1000);
}

}  // namespace
}  // namespace aoe::conformance
