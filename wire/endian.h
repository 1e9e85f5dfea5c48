// SPDX-License-Identifier: MIT
// Integers as the wire has them: big-endian everywhere (AOE-HDR-02), except for an ATA command's
// block address (AOE-ATA-02) and the words of IDENTIFY data (AOE-ATAID-01), which are
// little-endian. Private to the codec.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "wire/bytes.h"

namespace aoe {

using Big16 = std::array<std::byte, 2>;
using Big32 = std::array<std::byte, 4>;
using Little16 = std::array<std::byte, 2>;
using Little48 = std::array<std::byte, 6>;

constexpr std::uint16_t join(std::byte high, std::byte low) noexcept {
    return static_cast<std::uint16_t>(std::to_integer<unsigned>(high) << 8 |
                                      std::to_integer<unsigned>(low));
}

/// Byte `index` of a value, counted from the least significant one.
constexpr std::byte byte_of(std::uint64_t value, unsigned index) noexcept {
    return static_cast<std::byte>(value >> (8 * index) & 0xff);
}

constexpr std::uint16_t load_big16(const Big16& bytes) noexcept {
    return join(bytes[0], bytes[1]);
}
constexpr Big16 store_big16(std::uint16_t value) noexcept {
    return {byte_of(value, 1), byte_of(value, 0)};
}

constexpr std::uint32_t load_big32(const Big32& bytes) noexcept {
    return std::uint32_t{join(bytes[0], bytes[1])} << 16 | join(bytes[2], bytes[3]);
}
constexpr Big32 store_big32(std::uint32_t value) noexcept {
    return {byte_of(value, 3), byte_of(value, 2), byte_of(value, 1), byte_of(value, 0)};
}

constexpr std::uint16_t load_little16(const Little16& bytes) noexcept {
    return join(bytes[1], bytes[0]);
}
constexpr Little16 store_little16(std::uint16_t value) noexcept {
    return {byte_of(value, 0), byte_of(value, 1)};
}

constexpr std::uint64_t load_little48(const Little48& bytes) noexcept {
    return std::uint64_t{join(bytes[5], bytes[4])} << 32 |
           std::uint64_t{join(bytes[3], bytes[2])} << 16 | join(bytes[1], bytes[0]);
}
constexpr Little48 store_little48(std::uint64_t value) noexcept {
    return {byte_of(value, 0), byte_of(value, 1), byte_of(value, 2),
            byte_of(value, 3), byte_of(value, 4), byte_of(value, 5)};
}

/// Two numbers below 16 in one byte.
constexpr std::byte nibbles(unsigned high, unsigned low) noexcept {
    assert(high < 16 && low < 16);
    return static_cast<std::byte>(high << 4 | low);
}
constexpr std::uint8_t high_nibble(std::byte both) noexcept {
    return std::to_integer<std::uint8_t>(both >> 4);
}
constexpr std::uint8_t low_nibble(std::byte both) noexcept {
    return std::to_integer<std::uint8_t>(both & std::byte{0x0f});
}

}  // namespace aoe
