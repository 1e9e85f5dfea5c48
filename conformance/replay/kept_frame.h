// SPDX-License-Identifier: MIT
// A frame of a capture with bytes of its own, read by offset as rules read it, and who sent it.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

#include "conformance/judge/seen_frame.h"
#include "conformance/message.h"

namespace aoe::conformance {

/// Where the EtherType of AoE stands when `bytes` has VLAN tags before it: 12, 16 or 20.
std::size_t type_offset(const ByteVector& bytes);
/// Big-endian; 0 beyond the end.
unsigned word_at(const ByteVector& bytes, std::size_t at);

/// Who answers: a target at an address of the network.
struct Station {
    std::uint16_t shelf = 0;
    std::uint8_t slot = 0;
    Mac mac{};
    auto operator<=>(const Station&) const = default;
};

/// A frame of the file that may matter, as an Ethernet frame with its VLAN tags.
struct KeptBytes {
    FrameKind kind = FrameKind::other;
    std::uint64_t number = 0;
    Time time{};
    ByteVector bytes;     // Ethernet, whatever the capture's link type.
    std::size_t at = 12;  // Of the EtherType.
    bool cut = false;
    bool destination_known = false;
    Mac destination{}, source{};

    bool has_header() const { return kind == FrameKind::aoe; }
    std::uint8_t u8(std::size_t offset) const { return bytes[offset + at - 12]; }
    bool is_response() const { return has_header() && (u8(14) & 8) != 0; }
    std::uint16_t shelf() const { return static_cast<std::uint16_t>(word_at(bytes, at + 4)); }
    std::uint8_t slot() const { return u8(18); }
    std::uint32_t tag() const { return word_at(bytes, at + 8) << 16 | word_at(bytes, at + 10); }
    Station station() const { return {shelf(), slot(), source}; }
};

/// What a cooked capture does not tell is zero: the destination, and VLAN tags are left out.
KeptBytes keep_frame(const CapturedPacket& packet, const SeenFrame& seen);

}  // namespace aoe::conformance
