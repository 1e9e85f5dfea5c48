// SPDX-License-Identifier: MIT
// What fits in a frame. An MTU counts the bytes after the 14-byte Ethernet header.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "wire/ata.h"
#include "wire/frame.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe {

/// Bytes of AoE header behind the Ethernet header.
inline constexpr std::size_t aoe_header_size = header_size - ethernet_header_size;

namespace detail {
constexpr std::size_t fitting(std::size_t mtu, std::size_t fixed, std::size_t each) noexcept {
    const std::size_t taken = aoe_header_size + fixed;
    return mtu < taken ? 0 : std::min<std::size_t>((mtu - taken) / each, 255);
}
}  // namespace detail

/// Most sectors of one ATA message: 2 at 1500, 17 at 9000 (AOE-CFG-27); 0 when none fits.
constexpr std::size_t max_sectors(std::size_t mtu) noexcept {
    return detail::fitting(mtu, ata_argument_size, sector_size);
}
/// Most directives of one mask list message: 185 at 1500.
constexpr std::size_t max_directives(std::size_t mtu) noexcept {
    return detail::fitting(mtu, mask_argument_size, mask_directive_size);
}
/// Most addresses of one reserve list message: 248 at 1500.
constexpr std::size_t max_reserve_macs(std::size_t mtu) noexcept {
    return detail::fitting(mtu, reserve_argument_size, mac_size);
}
/// Size of a frame that carries `sectors` sectors, Ethernet header included.
constexpr std::size_t ata_frame_size(std::size_t sectors) noexcept {
    return header_size + ata_argument_size + sectors * sector_size;
}

static_assert(max_sectors(1500) == 2 && max_sectors(9000) == 17 && max_sectors(4000) == 7);
static_assert(max_sectors(533) == 0 && max_sectors(534) == 1);
static_assert(max_directives(1500) == 185 && max_reserve_macs(1500) == 248);

}  // namespace aoe
