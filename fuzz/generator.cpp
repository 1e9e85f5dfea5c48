// SPDX-License-Identifier: MIT
// New frames. Changes to given ones are in generator_mutate.cpp.
#include "fuzz/generator.h"

#include <algorithm>
#include <array>

#include "wire/ata.h"
#include "wire/config.h"
#include "wire/frame.h"

namespace aoe::fuzz {
namespace {

// One field in so many has an edge value; the others keep the frame alive until it is looked at.
constexpr std::uint64_t header_edge = 16;
constexpr std::uint64_t argument_edge = 4;

}  // namespace

FrameBytes Generator::frame() {
    // Mostly the commands that have something to get wrong.
    constexpr std::array<std::uint8_t, 12> mostly{
        command::ata,      command::ata,     command::ata,     command::ata,
        command::config,   command::config,  command::config,  command::mac_mask,
        command::mac_mask, command::reserve, command::reserve, command::vendor_first};
    if (one_in(16)) {
        return frame(static_cast<std::uint8_t>(edge_value(FieldKind::command, world_, random_)));
    }
    return frame(mostly[random_.below(mostly.size())]);
}

FrameBytes Generator::frame(std::uint8_t command) {
    FrameBytes bytes = header(command);
    append_fields(bytes, command);
    append_entries(bytes, command);
    end(bytes);
    limit(bytes);
    return bytes;
}

FrameBytes Generator::header(std::uint8_t command) {
    FrameBytes bytes(header_size);
    for (const Field& field : header_fields()) {
        const std::uint64_t value = one_in(header_edge)
                                        ? edge_value(field.kind, world_, random_)
                                        : ordinary_value(field.kind, world_, random_);
        set(bytes, field, field.kind == FieldKind::command ? command : value);
    }
    return bytes;
}

void Generator::append_fields(FrameBytes& bytes, std::uint8_t command) {
    bytes.resize(entries_offset(command));
    for (const Field& field : argument_fields(command)) {
        set(bytes, field,
            one_in(argument_edge) ? edge_value(field.kind, world_, random_)
                                  : ordinary_value(field.kind, world_, random_));
    }
    if (command == command::ata && !one_in(8)) {
        agree_ata_flags(bytes);
    }
}

/// Sets the flags that go with the command, so that it is not refused for them.
void Generator::agree_ata_flags(FrameBytes& bytes) {
    const auto opcode = static_cast<std::uint8_t>(get(bytes, field_of(FieldKind::opcode)));
    const AtaAddressing addressing = aoe::addressing(opcode);
    std::uint64_t flags = one_in(8) ? ata_flag::asynchronous : 0;
    flags |= addressing.extended ? ata_flag::extended : 0;
    flags |= addressing.transfer == AtaTransfer::write ? ata_flag::write : 0;
    set(bytes, field_of(FieldKind::ata_flags), flags);
}

void Generator::append_entries(FrameBytes& bytes, std::uint8_t command) {
    switch (command) {
        case command::ata:
            return append_ata_data(bytes);
        case command::config: {
            const std::uint64_t length = edge_value(FieldKind::string_length, world_, random_);
            const std::size_t declared = length & 0xffff;
            set(bytes, field_of(FieldKind::string_length), declared);
            return append_bytes(bytes, maybe_lie(declared));
        }
        case command::mac_mask:
        case command::reserve:
            return append_list(bytes, command);
        default:
            return append_bytes(bytes, random_.below(64));
    }
}

void Generator::append_ata_data(FrameBytes& bytes) {
    const std::uint64_t flags = get(bytes, field_of(FieldKind::ata_flags));
    const std::uint64_t count = get(bytes, field_of(FieldKind::ata_count));
    // Linux probes with reads that carry bytes, so these occur too (AOE-ATA-44).
    if ((flags & ata_flag::write) != 0 || one_in(8)) {
        append_bytes(bytes, maybe_lie(count * sector_size));
    }
}

void Generator::append_list(FrameBytes& bytes, std::uint8_t command) {
    const bool is_mask = command == command::mac_mask;
    const FieldKind kind = is_mask ? FieldKind::directive_count : FieldKind::mac_count;
    const std::uint64_t count =
        one_in(2) ? random_.below(6) : edge_value(kind, world_, random_) & 0xff;
    set(bytes, field_of(kind), count);
    const std::size_t present = maybe_lie(count * entry_size(command)) / entry_size(command);
    for (std::size_t i = 0; i < present; ++i) {
        if (is_mask) {
            bytes.push_back(one_in(16) ? std::byte{1} : std::byte{});  // Reserved.
            bytes.push_back(
                static_cast<std::byte>(one_in(16) ? random_.below(256) : random_.below(3)));
        }
        const Mac mac = one_in(2) ? mac_from(random_.next()) : edge_mac(world_, random_);
        bytes.insert(bytes.end(), mac.begin(), mac.end());
    }
}

/// Runs of one value and noise: what a frame carries is seldom looked at.
void Generator::append_bytes(FrameBytes& bytes, std::size_t count) {
    count = std::min(count, world_.frame_limit_bytes);
    const auto value = static_cast<std::byte>(random_.next() & 0xff);
    bytes.insert(bytes.end(), count, value);
    for (std::size_t i = bytes.size() - count; i < bytes.size(); i += 1 + random_.below(64)) {
        bytes[i] = static_cast<std::byte>(random_.next() & 0xff);
    }
}

/// How much is really there, of what was declared.
std::size_t Generator::maybe_lie(std::size_t count) {
    switch (random_.below(16)) {
        case 0:
            return 0;
        case 1:
            return count / 2;
        case 2:
            return count == 0 ? 0 : count - 1;
        case 3:
            return count + 1;
        case 4:
            return count + random_.below(600);
        default:
            return count;
    }
}

void Generator::end(FrameBytes& bytes) {
    switch (random_.below(16)) {
        case 0: {
            const auto edges = edges_of(bytes);
            return bytes.resize(edges[random_.below(edges.size())]);
        }
        case 1:
            return bytes.resize(random_.below(bytes.size() + 1));
        case 2:
            return append_bytes(bytes, 1 + random_.below(64));
        case 3:
            return append_bytes(bytes, world_.frame_limit_bytes);
        case 4:
        case 5:
        case 6:
            return;
        default:  // As a network card does.
            return bytes.resize(std::max(bytes.size(), minimum_frame_size));
    }
}

void Generator::limit(FrameBytes& bytes) const {
    bytes.resize(std::min(bytes.size(), world_.frame_limit_bytes));
}

}  // namespace aoe::fuzz
