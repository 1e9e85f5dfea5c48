// SPDX-License-Identifier: MIT
// What leaves a composer, read by the target's own codec and by the guard.
#include "fuzz/live/gate.h"

#include <array>

#include <gtest/gtest.h>

#include "fuzz/live/composer.h"
#include "fuzz/live/reply_check.h"
#include "wire/ata.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe::fuzz {
namespace {

using conformance::Door;
using conformance::Doors;

constexpr World world{.disk_sectors = 131072};
constexpr conformance::SectorRange scratch{.first = 126976, .count = 2048};

conformance::GuardRules rules(Doors open, bool private_network = false) {
    return {.open = open,
            .private_network = private_network,
            .ours = world.ours,
            .second = world.second,
            .target = world.target,
            .shelf = world.address.shelf,
            .slot = world.address.slot,
            .scratch = scratch,
            .sectors = world.disk_sectors,
            .sectors_per_message = 2,
            .buffer_count = 16};
}

template <typename Check> std::size_t for_each_frame(const Gate& gate, Phase phase, Check check) {
    Composer composer(1, world, gate);
    std::size_t count = 0;
    for (int i = 0; i < 500; ++i) {
        const Composed composed = composer.compose(phase, 32);
        for (const FrameBytes& frame : composed.frames) check(frame);
        count += composed.frames.size();
        // As if everything were answered in a new way: the corpus fills and is used.
        for (std::size_t s = 0; s < composed.sequences.size(); ++s) {
            composer.answered(count * 64 + s, composed.sequences[s]);
        }
        for (const FrameBytes& frame : composed.frames) composer.remember(frame);
    }
    return count;
}

/// What the frame changes in a target; empty for nothing.
std::string change_of(Bytes bytes) {
    const auto frame = FrameView::parse(bytes);
    if (!frame) return {};
    const Bytes argument = frame->argument();
    switch (frame->header().command) {
        case command::ata: {
            const auto ata = AtaView::parse(argument);
            if (!ata) return {};
            const AtaRegisters registers = ata->registers();
            const bool reads = addressing(registers.command_status).transfer == AtaTransfer::read;
            const bool known = reads || registers.command_status == 0xec ||
                               registers.command_status == 0xe5 ||
                               registers.command_status == 0xe7 || registers.command_status == 0xea;
            return known && (registers.flags & ata_flag::write) == 0 ? "" : "sectors";
        }
        case command::config: {
            const auto config = ConfigView::parse(argument);
            return config && config->fields().command > config_command::test_prefix ? "config" : "";
        }
        case command::mac_mask: {
            const auto mask = MaskView::parse(argument);
            return mask && mask->fields().command != mask_command::read ? "mask" : "";
        }
        case command::reserve: {
            const auto reserve = ReserveView::parse(argument);
            return reserve && reserve->fields().command != reserve_command::read ? "reserve" : "";
        }
        default:
            return "whatever that command does";
    }
}

TEST(Gate, LetsNothingThatChangesPassShutDoors) {
    const Gate gate(rules({}));
    const std::size_t frames = for_each_frame(gate, Phase::general, [&](const FrameBytes& frame) {
        ASSERT_EQ(change_of(frame), "");
        ASSERT_EQ(value_in(frame, FieldKind::source), value_of(world.ours));
        ASSERT_EQ(value_in(frame, FieldKind::version_flags) & 8, 0U);
    });
    // And still lets enough pass to be worth the while.
    EXPECT_GT(frames, 500U * 30);
}

TEST(Gate, OneOpenDoorIsOne) {
    for (const auto& each : {std::pair{Door::write, "sectors"}, {Door::config, "config"}}) {
        const Gate gate(rules(each.first));
        const std::string what = each.second;
        bool any = false;
        for_each_frame(gate, Phase::general, [&](const FrameBytes& frame) {
            const std::string change = change_of(frame);
            if (change.empty()) return;
            any = true;
            ASSERT_EQ(change, what);
        });
        EXPECT_TRUE(any) << what;
    }
}

TEST(Gate, ListsAreEditedInPhasesOfTheirOwn) {
    const Gate gate(rules(conformance::all_doors, true));
    for (const Phase phase : all_phases) {
        std::size_t masks = 0, reserves = 0;
        for_each_frame(gate, phase, [&](const FrameBytes& frame) {
            const std::string change = change_of(frame);
            if (change == "mask") ++masks;
            if (change == "reserve") ++reserves;
        });
        EXPECT_EQ(masks > 0, phase == Phase::mask) << name(phase);
        EXPECT_EQ(reserves > 0, phase == Phase::reserve) << name(phase);
    }
}

TEST(Gate, NoWriteThatATargetMayCarryOutLeavesTheScratchRange) {
    const Gate gate(rules(conformance::all_doors, true));
    std::size_t writes = 0;
    for_each_frame(gate, Phase::general, [&](const FrameBytes& bytes) {
        const auto frame = FrameView::parse(bytes);
        if (!frame || change_of(bytes) != "sectors") return;
        const auto ata = AtaView::parse(frame->argument());
        const AtaRegisters registers = ata->registers();
        for (const std::uint64_t lba : {registers.lba, registers.lba & 0xfffffff}) {
            const std::uint64_t count = std::max<std::uint64_t>(1, registers.sector_count);
            if (lba + count > world.disk_sectors) continue;  // To be refused.
            ++writes;
            ASSERT_TRUE(scratch.contains(lba, count)) << lba << " " << count;
        }
    });
    EXPECT_GT(writes, 500U);
}

FrameBytes mask_delete(const Mac& mac) {
    FrameBytes frame = Recipes(world, {}).admit(mac, world.ours);
    frame[29] = std::byte{2};
    return frame;
}

TEST(Gate, KeepsOurAddressesOnTheList) {
    const Gate at_home(rules(conformance::all_doors, true));
    const Gate abroad(rules(conformance::all_doors, false));
    EXPECT_TRUE(at_home.admits(mask_delete(world.ours), Phase::mask));
    EXPECT_FALSE(at_home.admits(mask_delete(world.second), Phase::mask));
    EXPECT_FALSE(abroad.admits(mask_delete(world.ours), Phase::mask));
    EXPECT_TRUE(abroad.admits(mask_delete(mac_from(0x020000000123)), Phase::mask));
}

TEST(Gate, NeverReservesAForeignTargetForOthers) {
    const Gate abroad(rules(conformance::all_doors, false));
    FrameBytes frame = Recipes(world, {}).config_read(world.ours);
    set_in(frame, FieldKind::command, command::reserve);
    set_in(frame, FieldKind::rcmd, 1);
    set_in(frame, FieldKind::mac_count, 1);
    EXPECT_FALSE(abroad.admits(frame, Phase::reserve));
    std::copy(world.ours.begin(), world.ours.end(), frame.begin() + 26);
    EXPECT_TRUE(abroad.admits(frame, Phase::reserve));
}

FrameBytes ata_command(std::uint8_t opcode, std::size_t size_bytes = 60) {
    FrameBytes frame = Recipes(world, {}).config_read(world.ours);
    std::fill(frame.begin() + 24, frame.end(), std::byte{});
    set_in(frame, FieldKind::command, command::ata);
    set_in(frame, FieldKind::opcode, opcode);
    set_in(frame, FieldKind::ata_count, 1);
    set_in(frame, FieldKind::lba, scratch.first);
    frame.resize(size_bytes);
    return frame;
}
FrameBytes tagged(FrameBytes frame, std::uint8_t type) {
    frame.insert(frame.begin() + 12, {std::byte{type}, {}, {}, std::byte{5}});
    if (type == 0x88) frame[13] = std::byte{0xa8};
    return frame;
}

// WRITE MULTIPLE, WRITE DMA FUA EXT, DATA SET MANAGEMENT, FORMAT TRACK.
TEST(Gate, WhatMayDoAnythingIsForTheTargetAloneWhereOthersAre) {
    const Gate at_home(rules(conformance::all_doors, true));
    const Gate abroad(rules(conformance::all_doors, false));
    for (const std::uint8_t opcode : std::array<std::uint8_t, 4>{0xc5, 0x3d, 0x06, 0x50}) {
        EXPECT_TRUE(abroad.admits(ata_command(opcode), Phase::general));
        for (const std::size_t size : {std::size_t{60}, std::size_t{30}}) {
            for (const auto& [kind, value] : {std::pair{FieldKind::slot, std::uint64_t{255}},
                                              {FieldKind::shelf, std::uint64_t{65535}},
                                              {FieldKind::shelf, std::uint64_t{9}},
                                              {FieldKind::destination, 0xffffffffffffU}}) {
                FrameBytes frame = ata_command(opcode, size);
                set_in(frame, kind, value);
                EXPECT_FALSE(abroad.admits(frame, Phase::general)) << int{opcode} << " " << size;
                EXPECT_TRUE(at_home.admits(frame, Phase::general));
            }
        }
        EXPECT_FALSE(abroad.admits(tagged(ata_command(opcode), 0x81), Phase::general));
        EXPECT_FALSE(abroad.admits(tagged(ata_command(opcode), 0x88), Phase::general));
    }
    EXPECT_TRUE(abroad.admits(tagged(ata_command(0x24), 0x81), Phase::general));
    FrameBytes vendors = ata_command(0xec);
    set_in(vendors, FieldKind::command, 0xf1);
    EXPECT_TRUE(abroad.admits(vendors, Phase::general));
    set_in(vendors, FieldKind::slot, 255);
    EXPECT_FALSE(abroad.admits(vendors, Phase::general));
}

// Enough of them still leave: what is for all is made to be for the target.
TEST(Gate, StillSendsWhatMayDoAnything) {
    const Gate abroad(rules(conformance::all_doors, false));
    std::size_t unusual = 0, vendors = 0;
    for_each_frame(abroad, Phase::general, [&](const FrameBytes& frame) {
        if (!looks_like_aoe(frame)) return;
        if (change_of(frame) == "sectors") ++unusual;
        if (command_of(frame) > command::reserve) ++vendors;
    });
    EXPECT_GT(unusual, 300U);
    EXPECT_GT(vendors, 300U);
}

TEST(Composer, NeverAsksATargetToStoreTheCanary) {
    const Gate gate(rules(conformance::all_doors, true));
    for (const Phase phase : all_phases) {
        std::size_t painters = 0;
        for_each_frame(gate, phase, [&](const FrameBytes& frame) {
            if (!shows_canary(frame)) return;
            ++painters;
            ASSERT_EQ(change_of(frame), "");
            ASSERT_EQ(value_in(frame, FieldKind::string_length), 0U);
        });
        EXPECT_GT(painters, 50U);
    }
}

TEST(Composer, DoesTheSameForASeed) {
    const Gate gate(rules(conformance::all_doors, true));
    std::vector<FrameBytes> first, second;
    for (auto* frames : {&first, &second}) {
        for_each_frame(gate, Phase::general, [&](const FrameBytes& frame) {
            if (frames->size() < 2000) frames->push_back(frame);
        });
    }
    EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace aoe::fuzz
