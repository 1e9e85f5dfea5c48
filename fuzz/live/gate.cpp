// SPDX-License-Identifier: MIT
#include "fuzz/live/gate.h"

#include <algorithm>
#include <cstring>

#include "fuzz/field_values.h"
#include "wire/ata.h"
#include "wire/config.h"
#include "wire/ethernet.h"
#include "wire/frame.h"
#include "wire/reserve.h"

namespace aoe::fuzz {

using conformance::Door;
using conformance::Doors;

namespace {

constexpr std::size_t least_bytes = 14;  // No system sends less.
// READ and IDENTIFY in their usual forms, flushes and CHECK POWER MODE leave a disk as it is.
constexpr std::array<std::uint8_t, 8> harmless_opcodes{
    ata_command::identify_device, ata_command::read_sectors,   ata_command::read_sectors_ext,
    ata_command::read_dma,        ata_command::read_dma_ext,   ata_command::check_power_mode,
    ata_command::flush_cache,     ata_command::flush_cache_ext};

std::size_t declared_bytes(Bytes frame) {
    const std::uint8_t command = command_of(frame);
    const std::size_t begin = entries_offset(command);
    switch (command) {
        case command::config:
            return begin + value_in(frame, FieldKind::string_length);
        case command::mac_mask:
            return begin + value_in(frame, FieldKind::directive_count) * entry_size(command);
        case command::reserve:
            return begin + value_in(frame, FieldKind::mac_count) * entry_size(command);
        default:
            return begin;
    }
}

/// An ATA command, cut short or not, that is not known to leave every disk as it is.
bool may_do_anything(Bytes frame) {
    if (command_of(frame) != command::ata || frame.size() < field_of(FieldKind::opcode).end()) {
        return false;
    }
    const auto opcode = static_cast<std::uint8_t>(value_in(frame, FieldKind::opcode));
    return std::ranges::find(harmless_opcodes, opcode) == harmless_opcodes.end() ||
           (value_in(frame, FieldKind::ata_flags) & ata_flag::write) != 0;
}

bool may_write(Bytes frame) {
    return frame.size() >= entries_offset(command::ata) && may_do_anything(frame);
}

}  // namespace

std::string_view name(Phase phase) {
    switch (phase) {
        case Phase::general:
            return "general";
        case Phase::mask:
            return "mask";
        case Phase::reserve:
            return "reserve";
    }
    return "";
}

bool Gate::allows(Phase phase) const {
    if (phase == Phase::mask) return allows(Door::mask);
    if (phase == Phase::reserve) return allows(Door::reserve);
    return true;
}

bool Gate::admits(Bytes frame, Phase phase) const {
    if (frame.size() < least_bytes || frame.size() > rules_.mtu + ethernet_header_size)
        return false;
    const conformance::Judgement judgement = conformance::judge_frame(frame, rules_);
    Doors open = rules_.open;
    if (phase != Phase::mask) open = open - Doors(Door::mask);
    if (phase != Phase::reserve) open = open - Doors(Door::reserve);
    return judgement.never.empty() && open.contains(judgement.needs) && stays_home(frame) &&
           keeps_us_in(frame) && spares_others(frame);
}

bool Gate::spares_others(Bytes frame) const {
    if (rules_.private_network) return true;
    FrameBytes copy(frame.begin(), frame.end());
    MutableBytes untagged(copy);
    while (take_vlan_tag(untagged)) {
        // What is behind a tag may be served like what comes without one, by anybody.
    }
    const bool is_tame = untagged.size() < header_size ||
                         (command_of(untagged) <= command::reserve && !may_do_anything(untagged));
    if (is_tame || untagged.size() < frame.size()) return is_tame;
    return value_in(frame, FieldKind::destination) == value_of(rules_.target) &&
           value_in(frame, FieldKind::shelf) == rules_.shelf &&
           value_in(frame, FieldKind::slot) == rules_.slot;
}

/// By every reading of the sector address that a right target may have: sectors of the scratch
/// range, or not all on the disk and so refused.
bool Gate::stays_home(Bytes frame) const {
    if (!may_write(frame)) return true;
    if (rules_.sectors == 0) return false;  // Its size is not known.
    const std::uint64_t lba = value_in(frame, FieldKind::lba);
    const std::uint64_t count = value_in(frame, FieldKind::ata_count);
    // ATA takes a count of zero for the largest one.
    const std::uint64_t sectors = count != 0 ? count : 256;
    const auto is_right = [&](std::uint64_t first) {
        const bool refused =
            first >= rules_.sectors || std::max<std::uint64_t>(count, 1) > rules_.sectors - first;
        return refused || rules_.scratch.contains(first, sectors);
    };
    return is_right(lba) && is_right(lba & (lba28_limit - 1));
}

/// The address that a lock-out is found and undone from is never taken off a list of ours; on a
/// target that we cannot start again, neither is the other one, and no reservation is without it.
bool Gate::keeps_us_in(Bytes frame) const {
    const std::uint8_t command = command_of(frame);
    const std::size_t each = entry_size(command), begin = entries_offset(command);
    const auto mac_at = [&](std::size_t offset) {
        Mac mac;
        std::memcpy(mac.data(), frame.data() + offset, mac.size());
        return mac;
    };
    if (command == command::mac_mask) {
        const std::size_t mac_offset = each - mac_size;
        for (std::size_t at = begin; at + each <= frame.size(); at += each) {
            if (frame[at + 1] != std::byte{2}) continue;
            const Mac mac = mac_at(at + mac_offset);
            if (mac == rules_.second || (mac == rules_.ours && !rules_.private_network)) {
                return false;
            }
        }
    }
    if (command != command::reserve || rules_.private_network) return true;
    if (value_in(frame, FieldKind::rcmd) == 0) return true;
    const std::uint64_t count = value_in(frame, FieldKind::mac_count);
    for (std::size_t i = 0; i < count && begin + (i + 1) * each <= frame.size(); ++i) {
        if (mac_at(begin + i * each) == rules_.ours) return true;
    }
    return count == 0;
}

void Gate::tame(FrameBytes& frame, Random& random) const {
    if (!allows(Door::hostile)) make_harmless(frame, random);
    if (!stays_home(frame)) bring_home(frame, random);
    if (spares_others(frame)) return;
    set_in(frame, FieldKind::destination, value_of(rules_.target));
    set_in(frame, FieldKind::shelf, rules_.shelf);
    set_in(frame, FieldKind::slot, rules_.slot);
}

void Gate::bring_home(FrameBytes& frame, Random& random) const {
    const std::uint64_t count = std::max<std::uint64_t>(1, value_in(frame, FieldKind::ata_count));
    if (rules_.scratch.count < count) return;
    // Few places, so that what is written is also read and overwritten.
    const std::uint64_t places = std::min<std::uint64_t>(16, rules_.scratch.count - count + 1);
    if (value_in(frame, FieldKind::ata_count) == 0) set_in(frame, FieldKind::ata_count, 1);
    set_in(frame, FieldKind::lba, rules_.scratch.first + random.below(places));
}

void Gate::make_harmless(FrameBytes& frame, Random& random) const {
    if (frame.size() < header_size) return;
    set_in(frame, FieldKind::source, value_of(rules_.ours));
    set_in(frame, FieldKind::ether_type, ethertype);
    const std::uint64_t flags = value_in(frame, FieldKind::version_flags);
    set_in(frame, FieldKind::version_flags, flags & ~std::uint64_t{header_flag::response});
    if (command_of(frame) > command::reserve) {
        set_in(frame, FieldKind::command, random.below(command::reserve + 1U));
    }
    const std::size_t whole = entries_offset(command_of(frame));
    if (frame.size() < whole) frame.resize(whole);
    make_harmless_argument(frame, random);
    // What is declared is there.
    const std::size_t declared = declared_bytes(frame);
    if (declared <= rules_.mtu + ethernet_header_size && frame.size() < declared) {
        frame.resize(declared);
    }
}

void Gate::make_harmless_argument(FrameBytes& frame, Random& random) const {
    const auto lower = [&](FieldKind kind, std::uint64_t most) {
        if (value_in(frame, kind) > most) set_in(frame, kind, random.below(most + 1));
    };
    switch (command_of(frame)) {
        case command::ata:
            lower(FieldKind::ata_count, rules_.sectors_per_message);
            if (!allows(Door::write) && may_write(frame)) {
                const std::uint64_t flags = value_in(frame, FieldKind::ata_flags);
                set_in(frame, FieldKind::ata_flags, flags & ~std::uint64_t{ata_flag::write});
                set_in(frame, FieldKind::opcode,
                       harmless_opcodes[random.below(harmless_opcodes.size())]);
            }
            return;
        case command::config:
            lower(FieldKind::string_length, config_string_limit);
            if ((value_in(frame, FieldKind::version_ccmd) & 0xf) > 4 || !allows(Door::config)) {
                set_in(frame, FieldKind::version_ccmd, random.below(allows(Door::config) ? 5 : 3));
            }
            return;
        case command::mac_mask:
            if (!allows(Door::mask)) set_in(frame, FieldKind::mcmd, 0);
            return;
        case command::reserve:
            if (!allows(Door::reserve)) set_in(frame, FieldKind::rcmd, 0);
            return;
        default:
            return;
    }
}

}  // namespace aoe::fuzz
