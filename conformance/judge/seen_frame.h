// SPDX-License-Identifier: MIT
// A frame of a capture as the rules look at it: who, when, and the fields of an AoE message, read
// by offset from bytes that stay where they are. Offsets are those of an Ethernet frame without
// VLAN tags, whatever the capture's link type: 14 is the version and flags byte, 24 the argument's
// first.
//
// Nothing here is trusted: has() is the one check of size, and readers may only be asked for bytes
// that it has granted. The bytes are borrowed from the packet.
#pragma once

#include <cassert>
#include <cstdint>
#include <string_view>

#include "conformance/capture/capture_reader.h"
#include "wire/bytes.h"
#include "wire/clock.h"

namespace aoe::conformance {

enum class FrameKind : std::uint8_t {
    other,        // Not AoE.
    aoe,          // AoE, and its 24 bytes of header are there.
    runt,         // AoE's EtherType on a frame that is shorter than the header.
    cut_short,    // AoE's EtherType; the capture broke off within the header.
    marker,       // EtherType 0x88B5: the payload names the exchange that follows.
    unknown_link  // Of a link type that is neither Ethernet nor Linux cooked.
};

struct SeenFrame {
    FrameKind kind = FrameKind::other;
    bool destination_known = false;  // Linux cooked captures do not hold it.
    std::uint16_t vlan = 0;          // Of the innermost tag; 0 without one.
    Mac destination{}, source{};
    std::uint64_t number = 0;  // Within the file, from 1.
    Time time{};
    std::size_t size = 0;  // On the wire, as an Ethernet frame without VLAN tags.
    Bytes body;            // From offset 14 on, as far as the capture has it.

    /// True when bytes up to this offset were captured.
    bool has(std::size_t end) const { return end <= body.size() + 14; }
    /// True when the capture lacks bytes that were on the wire.
    bool cut() const { return size > body.size() + 14; }
    std::uint8_t u8(std::size_t offset) const {
        assert(offset >= 14 && has(offset + 1));
        return std::to_integer<std::uint8_t>(body[offset - 14]);
    }
    std::uint16_t u16(std::size_t offset) const {
        return static_cast<std::uint16_t>(u8(offset) << 8 | u8(offset + 1));
    }
    std::uint32_t u32(std::size_t offset) const {
        return std::uint32_t{u16(offset)} << 16 | u16(offset + 2);
    }
    Mac mac(std::size_t offset) const;
    /// Captured bytes from `offset` on, at most `most`.
    std::string_view text(std::size_t offset, std::size_t most) const;

    // The header; for FrameKind::aoe.
    std::uint8_t version() const { return u8(14) >> 4; }
    std::uint8_t flags() const { return u8(14) & 15; }
    bool is_response() const { return (u8(14) & 8) != 0; }
    bool has_error() const { return (u8(14) & 4) != 0; }
    std::uint8_t error() const { return u8(15); }
    std::uint16_t shelf() const { return u16(16); }
    std::uint8_t slot() const { return u8(18); }
    std::uint8_t command() const { return u8(19); }
    std::uint32_t tag() const { return u32(20); }
    bool is_wildcard() const { return shelf() == 0xffff || slot() == 0xff; }

    // Command 0; needs has(36).
    std::uint8_t aflags() const { return u8(24); }
    std::uint8_t ata_error() const { return u8(25); }  // Feature in a request.
    std::uint8_t count() const { return u8(26); }
    std::uint8_t status() const { return u8(27); }  // The ATA command in a request.
    std::uint64_t lba() const;                      // All six bytes.
    /// LBA as the ATA command reads it: 48 bits of the EXT commands, 28 of the others.
    std::uint64_t address() const;

    // Command 1; needs has(32).
    std::uint16_t buffer_count() const { return u16(24); }
    std::uint16_t firmware() const { return u16(26); }
    std::uint8_t sector_count() const { return u8(28); }
    std::uint8_t config_version() const { return u8(29) >> 4; }
    std::uint8_t ccmd() const { return u8(29) & 15; }
    std::uint16_t string_length() const { return u16(30); }
    std::string_view string() const { return text(32, string_length()); }

    // Command 2; needs has(28). Directive `i` stands at 28 + 8 * i.
    std::uint8_t mcmd() const { return u8(25); }
    std::uint8_t merror() const { return u8(26); }
    std::uint8_t directive_count() const { return u8(27); }

    // Command 3; needs has(26). Address `i` stands at 26 + 6 * i.
    std::uint8_t rcmd() const { return u8(24); }
    std::uint8_t mac_count() const { return u8(25); }
};

/// A view of the packet; valid as long as that is. Every packet gives one: see FrameKind.
SeenFrame look_at(const CapturedPacket& packet);

/// How many bytes the fixed part of the command's argument ends at: 36, 32, 28, 26; 24 for others.
std::size_t fixed_end(std::uint8_t command);
/// Where what the message says of its own length ends, data excluded: the fixed part, the string,
/// the directives or the addresses.
std::size_t natural_end(const SeenFrame& frame);

/// ATA commands that move sectors, with what they mean for the argument.
bool is_ata_read(std::uint8_t opcode);
bool is_ata_write(std::uint8_t opcode);
bool is_ata_extended(std::uint8_t opcode);

}  // namespace aoe::conformance
