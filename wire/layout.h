// SPDX-License-Identifier: MIT
// The wire's layouts as structs of bytes, pinned at compile time: no member is wider than a byte,
// so there is neither padding nor alignment, and each goes in and out of a frame as one copy.
// Private to the codec. The caller of from_wire() and to_wire() has checked the size.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include "wire/ata.h"
#include "wire/bytes.h"
#include "wire/config.h"
#include "wire/endian.h"
#include "wire/frame.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe::layout {

/// Ethernet header and AoE header.
struct FrameHeader {
    Mac destination;
    Mac source;
    Big16 ethertype;
    std::byte version_flags;  // Version in the high nibble, header_flag in the low one.
    std::byte error;
    Big16 major;
    std::byte minor;
    std::byte command;
    Big32 tag;
};
static_assert(offsetof(FrameHeader, destination) == 0 && offsetof(FrameHeader, source) == 6);
static_assert(offsetof(FrameHeader, ethertype) == 12);
static_assert(offsetof(FrameHeader, version_flags) == ethernet_header_size);
static_assert(offsetof(FrameHeader, error) == 15 && offsetof(FrameHeader, major) == 16);
static_assert(offsetof(FrameHeader, minor) == 18 && offsetof(FrameHeader, command) == 19);
static_assert(offsetof(FrameHeader, tag) == 20 && sizeof(FrameHeader) == header_size);

/// Command 0; byte 24 of the frame is offset 0 here and in the ones that follow.
struct Ata {
    std::byte flags;
    std::byte error_feature;
    std::byte sector_count;
    std::byte command_status;
    Little48 lba;
    std::array<std::byte, 2> reserved;
};
static_assert(offsetof(Ata, flags) == 0 && offsetof(Ata, error_feature) == 1);
static_assert(offsetof(Ata, sector_count) == 2 && offsetof(Ata, command_status) == 3);
static_assert(offsetof(Ata, lba) == 4 && offsetof(Ata, reserved) == 10);
static_assert(sizeof(Ata) == ata_argument_size && header_size + sizeof(Ata) == 36);

/// Command 1, before the config string.
struct Config {
    Big16 buffer_count;
    Big16 firmware_version;
    std::byte sector_count;
    std::byte version_command;  // AoE version in the high nibble, CCmd in the low one.
    Big16 string_length;
};
static_assert(offsetof(Config, buffer_count) == 0 && offsetof(Config, firmware_version) == 2);
static_assert(offsetof(Config, sector_count) == 4 && offsetof(Config, version_command) == 5);
static_assert(offsetof(Config, string_length) == 6);
static_assert(sizeof(Config) == config_argument_size && header_size + sizeof(Config) == 32);

/// Command 2, before the directives.
struct Mask {
    std::byte reserved;
    std::byte command;
    std::byte error;
    std::byte directive_count;
};
static_assert(offsetof(Mask, reserved) == 0 && offsetof(Mask, command) == 1);
static_assert(offsetof(Mask, error) == 2 && offsetof(Mask, directive_count) == 3);
static_assert(sizeof(Mask) == mask_argument_size && header_size + sizeof(Mask) == 28);

struct Directive {
    std::byte reserved;
    std::byte command;
    Mac mac;
};
static_assert(offsetof(Directive, reserved) == 0 && offsetof(Directive, command) == 1);
static_assert(offsetof(Directive, mac) == 2 && sizeof(Directive) == mask_directive_size);

/// Command 3, before the addresses.
struct Reserve {
    std::byte command;
    std::byte mac_count;
};
static_assert(offsetof(Reserve, command) == 0 && offsetof(Reserve, mac_count) == 1);
static_assert(sizeof(Reserve) == reserve_argument_size && header_size + sizeof(Reserve) == 26);
static_assert(sizeof(Mac) == mac_size);

template <typename Layout>
inline constexpr bool is_plain_bytes =
    std::is_trivially_copyable_v<Layout>&& std::is_standard_layout_v<Layout> &&
    alignof(Layout) == 1;

template <typename Layout> Layout from_wire(Bytes bytes) noexcept {
    static_assert(is_plain_bytes<Layout>);
    assert(bytes.size() >= sizeof(Layout));
    Layout layout;
    std::memcpy(&layout, bytes.data(), sizeof(Layout));
    return layout;
}

/// Returns the bytes behind what it wrote.
template <typename Layout> MutableBytes to_wire(MutableBytes bytes, const Layout& layout) noexcept {
    static_assert(is_plain_bytes<Layout>);
    assert(bytes.size() >= sizeof(Layout));
    std::memcpy(bytes.data(), &layout, sizeof(Layout));
    return bytes.subspan(sizeof(Layout));
}

}  // namespace aoe::layout
