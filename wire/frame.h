// SPDX-License-Identifier: MIT
// An AoE frame: the Ethernet header, the ten bytes of AoE header, and the command's argument.
// Pure: no I/O, no allocation, no exceptions. Integers are big-endian on the wire (AOE-HDR-02).
//
//     auto frame = FrameView::parse(bytes);
//     if (!frame) return log(sentence(frame.error()));
//     if (frame->header().command == command::config) ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/bytes.h"
#include "wire/expected.h"
#include "wire/reject.h"

namespace aoe {

inline constexpr std::uint16_t ethertype = 0x88a2;
inline constexpr std::uint8_t aoe_version = 1;
inline constexpr std::size_t ethernet_header_size = 14;
inline constexpr std::size_t header_size = 24;         // Ethernet header included.
inline constexpr std::size_t minimum_frame_size = 60;  // Ethernet's own, without the FCS.

namespace command {
inline constexpr std::uint8_t ata = 0;
inline constexpr std::uint8_t config = 1;
inline constexpr std::uint8_t mac_mask = 2;
inline constexpr std::uint8_t reserve = 3;
inline constexpr std::uint8_t vendor_first = 0xf0;  // To 0xff (AOE-HDR-31).
}  // namespace command

namespace header_flag {
inline constexpr std::uint8_t response = 0x08;  // AOE-HDR-07
inline constexpr std::uint8_t error = 0x04;     // AOE-HDR-13
inline constexpr std::uint8_t reserved = 0x03;  // AOE-HDR-03
}  // namespace header_flag

/// The Error byte; meaningful only with header_flag::error.
enum class AoeError : std::uint8_t {
    none = 0,
    unrecognized_command = 1,
    bad_argument = 2,
    device_unavailable = 3,
    config_string_present = 4,
    unsupported_version = 5,
    target_reserved = 6,
};
/// "target is reserved", ...; "unknown error code" beyond 6.
std::string_view sentence(AoeError error) noexcept;

inline constexpr std::uint16_t any_shelf = 0xffff;
inline constexpr std::uint8_t any_slot = 0xff;

/// Shelf and slot: Major and Minor of the header.
struct Address {
    std::uint16_t shelf = 0;
    std::uint8_t slot = 0;
    friend constexpr bool operator==(const Address&, const Address&) = default;
};

/// True when a request to `wanted` is for the target at `own` (AOE-HDR-17, -18, -42).
constexpr bool matches(const Address& wanted, const Address& own) noexcept {
    return (wanted.shelf == own.shelf || wanted.shelf == any_shelf) &&
           (wanted.slot == own.slot || wanted.slot == any_slot);
}

/// The header's fields as values. A wrong version is a field to judge, not a rejection.
struct Header {
    Mac destination{};
    Mac source{};
    std::uint8_t version = aoe_version;  // 0..15
    std::uint8_t flags = 0;              // The low four bits of byte 14.
    std::uint8_t error = 0;
    Address address;
    std::uint8_t command = 0;
    std::uint32_t tag = 0;  // The initiator's own: echoed, never interpreted (AOE-HDR-27, -28).
    friend constexpr bool operator==(const Header&, const Header&) = default;
};

/// A received frame. Borrows the bytes: valid only while they are.
class FrameView {
public:
    /// Every size check that header() and argument() rely on. `frame` starts at the destination
    /// address and has neither VLAN tag nor FCS.
    static Expected<FrameView, Reject> parse(Bytes frame) noexcept;

    Header header() const noexcept;
    /// What follows the header; Ethernet padding included, since AoE has no length field.
    Bytes argument() const noexcept { return frame_.subspan(header_size); }
    Bytes bytes() const noexcept { return frame_; }

private:
    explicit FrameView(Bytes frame) noexcept : frame_(frame) {}
    Bytes frame_;
};

/// Writes a frame into storage that the caller owns, at least header_size bytes of it. Sector data
/// may be read from a disk straight into argument().
class FrameBuilder {
public:
    FrameBuilder(MutableBytes storage, const Header& header) noexcept;

    /// The rest of the storage, after the header; its bytes are whatever they were.
    MutableBytes argument() const noexcept { return storage_.subspan(header_size); }
    /// The frame with `argument_size` bytes of argument, not padded.
    Bytes finish(std::size_t argument_size) const noexcept;
    /// The same, zero-filled to minimum_frame_size (AOE-HDR-36, -37): the storage must hold that.
    Bytes finish_padded(std::size_t argument_size) const noexcept;

private:
    MutableBytes storage_;
};

}  // namespace aoe
