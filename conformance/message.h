// SPDX-License-Identifier: MIT
// What the suite sends and what comes back. Requests are described by fields, crafted with libtins
// and may then be cut to any size; replies are dissected with libtins and keep their bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "conformance/aoe_pdu.h"
#include "wire/bytes.h"
#include "wire/clock.h"

namespace aoe::conformance {

using ByteVector = std::vector<std::uint8_t>;

/// ATA command bytes, by the names of the ATA standard.
namespace opcode {
inline constexpr std::uint8_t read = 0x20, read_ext = 0x24, read_dma = 0xc8, read_dma_ext = 0x25;
inline constexpr std::uint8_t write = 0x30, write_ext = 0x34, write_dma = 0xca,
                              write_dma_ext = 0x35;
inline constexpr std::uint8_t identify = 0xec, flush = 0xe7, flush_ext = 0xea, power = 0xe5,
                              smart = 0xb0, set_features = 0xef;
}  // namespace opcode

/// A frame to send. The exchange fills in addresses, shelf, slot and tag; a case changes what it is
/// about.
struct Request {
    std::optional<Mac> destination;  // Default: the target's.
    std::optional<Mac> source;       // Default: ours.
    std::optional<std::uint16_t> shelf;
    std::optional<std::uint8_t> slot;
    std::optional<std::uint32_t> tag;       // Default: a fresh one, bit 31 set.
    std::optional<std::uint16_t> vlan_tag;  // Then behind an 802.1Q tag with this TCI.
    std::uint16_t ether_type = aoe_ethertype;
    AoeFields aoe;  // Shelf, slot and tag are overwritten by the above.
    std::variant<std::monostate, AtaFields, ConfigFields, MaskFields, ReserveFields> argument;
    ByteVector data;                 // After the fixed part of the argument.
    std::size_t pad_to = 60;         // Zero bytes up to this size, as a network card would.
    std::optional<std::size_t> cut;  // Then only this many bytes are sent.

    AtaFields& ata() { return std::get<AtaFields>(argument); }
    ConfigFields& config() { return std::get<ConfigFields>(argument); }
    MaskFields& mask() { return std::get<MaskFields>(argument); }
    ReserveFields& reserve() { return std::get<ReserveFields>(argument); }
};

Request config_request(std::uint8_t ccmd = 0, std::string_view string = {});
Request ata_request(std::uint8_t opcode, std::uint64_t lba = 0, std::uint8_t count = 0);
/// READ and WRITE with the EXT opcodes and E set, or the 28-bit ones in LBA mode (lba3 | 0xE0).
Request read_request(std::uint64_t lba, std::uint8_t count, bool extended);
Request write_request(std::uint64_t lba, const ByteVector& sectors, bool extended);
Request identify_request();

struct Directive {
    std::uint8_t command = 0;  // DCmd: 0 none, 1 add, 2 delete.
    Mac mac{};
    friend bool operator==(const Directive&, const Directive&) = default;
};
Request mask_request(std::uint8_t mcmd = 0, const std::vector<Directive>& directives = {});
Request reserve_request(std::uint8_t rcmd = 0, const std::vector<Mac>& macs = {});

/// The bytes that go out; every optional address must have been filled in.
ByteVector craft(const Request& request);

/// A received frame. Parts that the frame is too short for are absent.
struct Reply {
    ByteVector bytes;
    Mac destination{}, source{};
    AoeFields aoe;
    std::optional<AtaFields> ata;
    std::optional<ConfigFields> config;
    std::optional<MaskFields> mask;
    std::optional<ReserveFields> reserve;
    ByteVector data;  // After the fixed part of the argument; Ethernet padding included.
    std::optional<std::uint16_t> vlan_tag;  // TCI, when the frame came with an 802.1Q tag.
    Time round_trip{};
    std::size_t frame = 0;  // Number within the run's transcript, from 1.

    bool is_response() const { return (aoe.flags & 8) != 0; }
    bool has_error() const { return (aoe.flags & 4) != 0; }

    /// The config string by its declared length, as far as it is there.
    std::string config_string() const;
    /// The directives or addresses by their declared count, as far as they are there.
    std::vector<Directive> directives() const;
    std::vector<Mac> macs() const;
    /// Word `index` of IDENTIFY data; zero beyond its end.
    std::uint16_t word(std::size_t index) const;
};

/// A frame as it went over the link.
struct TranscriptEntry {
    std::size_t number = 0;  // Within the run over one target, from 1.
    bool sent = false;
    Time time{};  // On the run's clock.
    ByteVector bytes;
    std::optional<std::uint16_t> vlan_tag{};  // Of a received frame; a sent one has it in `bytes`.
};

/// Nothing when the bytes are not an AoE frame with a whole header.
std::optional<Reply> dissect(Bytes frame);

}  // namespace aoe::conformance
