// SPDX-License-Identifier: MIT
// What to put into a field: what a well-behaved initiator would, or a value at which mistakes are
// known to lie (zero, one, the limit and its neighbours, the wildcard, other people's codes).
#pragma once

#include <cstddef>
#include <cstdint>

#include "fuzz/fields.h"
#include "wire/bytes.h"
#include "wire/frame.h"
#include "wire/random.h"

namespace aoe::fuzz {

constexpr Mac mac_from(std::uint64_t value) noexcept {
    Mac mac{};
    for (std::size_t i = 0; i < mac.size(); ++i) {
        mac[mac.size() - 1 - i] = static_cast<std::byte>(value >> (8 * i) & 0xff);
    }
    return mac;
}

constexpr std::uint64_t value_of(const Mac& mac) noexcept {
    std::uint64_t value = 0;
    for (const std::byte byte : mac) {
        value = value << 8 | std::to_integer<std::uint64_t>(byte);
    }
    return value;
}

/// Whom the frames are for and from, so that most of them get past a target's first checks. The
/// defaults are those of the recorded traffic in captures/.
struct World {
    Mac target = mac_from(0x020000000001);
    Mac ours = mac_from(0x020000000002);
    Mac second = mac_from(0x020000000099);  // Another initiator.
    Address address{.shelf = 7, .slot = 3};
    std::uint64_t disk_sectors = 131072;
    std::size_t frame_limit_bytes = 1514;  // No generated frame is longer.

    /// Sectors of the largest ATA message that the limit lets through.
    std::size_t most_sectors() const noexcept;
};

/// What an initiator that means well would send.
std::uint64_t ordinary_value(FieldKind kind, const World& world, Random& random);
/// One out of the field's own list, or, now and then, anything.
std::uint64_t edge_value(FieldKind kind, const World& world, Random& random);

/// An address that means something in this world; now and then any.
Mac edge_mac(const World& world, Random& random);

/// The ATA command bytes that a target may be sent: those that AoE initiators use, and others that
/// exist and must be refused.
std::span<const std::uint8_t> known_opcodes() noexcept;
std::span<const std::uint8_t> other_opcodes() noexcept;

}  // namespace aoe::fuzz
