// SPDX-License-Identifier: MIT
#include "fuzz/replies.h"

#include <algorithm>

#include "wire/ata.h"
#include "wire/frame.h"

namespace aoe::fuzz {
namespace {

std::uint64_t field(Bytes frame, FieldKind kind) {
    return get(frame, field_of(kind));
}

void put(FrameBytes& frame, FieldKind kind, std::uint64_t value) {
    set(frame, field_of(kind), value);
}

void put_word(FrameBytes& frame, std::size_t word, std::uint64_t value) {
    const std::size_t at = entries_offset(command::ata) + 2 * word;
    frame[at] = static_cast<std::byte>(value & 0xff);
    frame[at + 1] = static_cast<std::byte>(value >> 8 & 0xff);
}

void add_identity(FrameBytes& reply, const World& world) {
    reply.resize(entries_offset(command::ata) + sector_size);
    put_word(reply, 49, 0x0300);
    put_word(reply, 60, world.disk_sectors & 0xffff);
    put_word(reply, 61, world.disk_sectors >> 16);
    put_word(reply, 83, 0x7400);
    put_word(reply, 100, world.disk_sectors & 0xffff);
    put_word(reply, 101, world.disk_sectors >> 16);
}

void answer_ata(FrameBytes& reply, Bytes request, const World& world) {
    const std::uint64_t opcode = field(request, FieldKind::opcode);
    reply.assign(request.begin(), request.begin() + 36);
    put(reply, FieldKind::opcode, ata_status::ready);
    put(reply, FieldKind::ata_count, 0);
    if (opcode == ata_command::identify_device) return add_identity(reply, world);
    if (addressing(static_cast<std::uint8_t>(opcode)).transfer != AtaTransfer::read) return;
    const std::uint64_t first = field(request, FieldKind::lba);
    for (std::uint64_t i = 0; i < field(request, FieldKind::ata_count); ++i) {
        reply.insert(reply.end(), sector_size, static_cast<std::byte>((first + i) * 37 + 1));
    }
}

}  // namespace

FrameBytes honest_reply(Bytes request, const World& world) {
    FrameBytes reply(request.begin(), request.begin() + header_size);
    if (field(request, FieldKind::command) == command::ata) {
        answer_ata(reply, request, world);
    } else {
        reply.resize(entries_offset(command::config));
        put(reply, FieldKind::buffer_count, 16);
        put(reply, FieldKind::config_sectors, 17);
        put(reply, FieldKind::version_ccmd, 0x10);
    }
    put(reply, FieldKind::destination, field(request, FieldKind::source));
    put(reply, FieldKind::source, value_of(world.target));
    put(reply, FieldKind::version_flags, 0x18);
    reply.resize(std::max(reply.size(), minimum_frame_size));
    return reply;
}

void make_reply(FrameBytes& frame, const World& world, Random& random) {
    if (!looks_like_aoe(frame)) return;
    put(frame, FieldKind::destination, value_of(world.ours));
    put(frame, FieldKind::source, value_of(world.target));
    const bool failed = random.below(8) == 0;
    put(frame, FieldKind::version_flags, failed ? 0x1c : 0x18);
    put(frame, FieldKind::error, failed ? random.below(8) : 0);
    // Of a late request, for whoever takes small numbers as such; now and then of nearly that.
    put(frame, FieldKind::tag,
        random.below(random.below(4) == 0 ? 256 : 8) |
            (random.below(4) == 0 ? random.below(8) << 8 : 0));
    if (command_of(frame) == command::ata && frame.size() >= entries_offset(command::ata)) {
        const std::uint64_t sectors = random.below(8);
        put(frame, FieldKind::opcode, random.below(8) == 0 ? random.next() : ata_status::ready);
        if (random.below(2) == 0) {
            frame.resize(entries_offset(command::ata) + sectors * sector_size);
        }
    }
    if (command_of(frame) == command::config && frame.size() >= entries_offset(command::config)) {
        put(frame, FieldKind::buffer_count, random.below(random.below(2) == 0 ? 20 : 65536));
        put(frame, FieldKind::config_sectors, random.below(20));
    }
}

}  // namespace aoe::fuzz
