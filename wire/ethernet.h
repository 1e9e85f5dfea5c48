// SPDX-License-Identifier: MIT
// The little that links themselves have to know about an Ethernet frame.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "wire/bytes.h"
#include "wire/link.h"

namespace aoe {

inline constexpr std::size_t ethernet_header_bytes = 14;
inline constexpr std::size_t vlan_tag_bytes = 4;
inline constexpr std::uint16_t ethertype_aoe = 0x88a2;
inline constexpr std::uint16_t ethertype_vlan = 0x8100;          // 802.1Q
inline constexpr std::uint16_t ethertype_service_vlan = 0x88a8;  // 802.1ad

/// The big-endian 16 bits at `offset`, which must lie within.
inline std::uint16_t read_u16(Bytes frame, std::size_t offset) noexcept {
    return static_cast<std::uint16_t>(std::to_integer<unsigned>(frame[offset]) << 8 |
                                      std::to_integer<unsigned>(frame[offset + 1]));
}

/// The destination address of a frame of at least 6 bytes.
inline Mac destination_of(Bytes frame) noexcept {
    Mac mac{};
    std::copy_n(frame.begin(), mac.size(), mac.begin());
    return mac;
}

inline bool carries_vlan_tag(Bytes frame) noexcept {
    if (frame.size() < ethernet_header_bytes + vlan_tag_bytes) return false;
    const std::uint16_t type = read_u16(frame, 12);
    return type == ethertype_vlan || type == ethertype_service_vlan;
}

/// Takes the outer VLAN tag out of a frame that carries one: moves the addresses up against what
/// follows the tag and leaves `frame` four bytes shorter, from its front.
inline std::optional<std::uint16_t> take_vlan_tag(MutableBytes& frame) noexcept {
    if (!carries_vlan_tag(frame)) return std::nullopt;
    const std::uint16_t tag = read_u16(frame, 14);
    std::memmove(frame.data() + vlan_tag_bytes, frame.data(), 12);
    frame = frame.subspan(vlan_tag_bytes);
    return tag;
}

/// What a destination means to the owner of the address `own` and of the `joined` ones.
inline Cast cast_of(const Mac& destination, const Mac& own, std::span<const Mac> joined) noexcept {
    if (destination == broadcast_mac) return Cast::broadcast;
    if (is_group(destination)) return Cast::multicast;
    if (destination == own) return Cast::unicast;
    const bool ours = std::find(joined.begin(), joined.end(), destination) != joined.end();
    return ours ? Cast::unicast : Cast::other_host;
}

}  // namespace aoe
