// SPDX-License-Identifier: MIT
// Bytes as everything here sees them, and the six of them that are an Ethernet address.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace aoe {

/// Borrowed bytes: valid only as long as their owner says.
using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

/// To the beginning of `to`, which is no shorter. (In libstdc++ 12 std::ranges::copy moves constant
/// bytes one by one: twenty times as slow for a request's sectors.)
inline void copy_bytes(Bytes from, MutableBytes to) noexcept {
    if (!from.empty()) std::memcpy(to.data(), from.data(), from.size());
}

/// An Ethernet (MAC) address in transmission order.
using Mac = std::array<std::byte, 6>;

inline constexpr std::byte all_ones{0xff};
inline constexpr Mac broadcast_mac{all_ones, all_ones, all_ones, all_ones, all_ones, all_ones};

/// True for broadcast and for every group address: the first byte's lowest bit.
constexpr bool is_group(const Mac& mac) noexcept {
    return (mac[0] & std::byte{1}) != std::byte{};
}

}  // namespace aoe
