// SPDX-License-Identifier: MIT
// The suite's own reading of AoE, as libtins PDUs: header, and the fixed part of each command's
// argument. It shares nothing with the codec that our target uses, so that a mistake there is not
// forgiven here. Offsets are those of the frame, Ethernet header included.
//
//     Tins::EthernetII frame = Tins::EthernetII(target, ours) / AoePdu({.command = 1, .tag = 7}) /
//                              ConfigPdu({.command = 4, .string_length = 3}) / Tins::RawPDU("abc");
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <tins/memory_helpers.h>
#include <tins/pdu.h>

namespace aoe::conformance {

inline constexpr std::uint16_t aoe_ethertype = 0x88a2;

/// Bytes 14 to 23.
struct AoeFields {
    static constexpr std::uint32_t size = 10;
    std::uint8_t version = 1;  // Byte 14, high nibble.
    std::uint8_t flags = 0;    // Byte 14, low nibble: 8 response, 4 error, 3 reserved.
    std::uint8_t error = 0;
    std::uint16_t shelf = 0;
    std::uint8_t slot = 0;
    std::uint8_t command = 0;
    std::uint32_t tag = 0;

    static AoeFields read(Tins::Memory::InputMemoryStream& stream);
    void write(Tins::Memory::OutputMemoryStream& stream) const;
};

/// Command 0, bytes 24 to 35; sector data follows.
struct AtaFields {
    static constexpr std::uint32_t size = 12;
    std::uint8_t flags = 0;    // 0x40 E, 0x10 D, 0x02 A, 0x01 W.
    std::uint8_t feature = 0;  // Feature in a request, Error in a reply.
    std::uint8_t sector_count = 0;
    std::uint8_t command = 0;  // Command in a request, Status in a reply.
    std::uint64_t lba = 0;     // 48 bits, lba0 least significant.
    std::uint16_t reserved = 0;

    static AtaFields read(Tins::Memory::InputMemoryStream& stream);
    void write(Tins::Memory::OutputMemoryStream& stream) const;
};

/// Command 1, bytes 24 to 31; the config string follows.
struct ConfigFields {
    static constexpr std::uint32_t size = 8;
    std::uint16_t buffer_count = 0;
    std::uint16_t firmware_version = 0;
    std::uint8_t sector_count = 0;
    std::uint8_t version = 0;  // Byte 29, high nibble.
    std::uint8_t command = 0;  // Byte 29, low nibble: CCmd.
    std::uint16_t string_length = 0;

    static ConfigFields read(Tins::Memory::InputMemoryStream& stream);
    void write(Tins::Memory::OutputMemoryStream& stream) const;
};

/// Command 2, bytes 24 to 27; eight bytes a directive follow.
struct MaskFields {
    static constexpr std::uint32_t size = 4;
    std::uint8_t reserved = 0;
    std::uint8_t command = 0;  // MCmd: 0 read, 1 edit.
    std::uint8_t error = 0;    // MError.
    std::uint8_t directive_count = 0;

    static MaskFields read(Tins::Memory::InputMemoryStream& stream);
    void write(Tins::Memory::OutputMemoryStream& stream) const;
};

/// Command 3, bytes 24 and 25; six bytes an address follow.
struct ReserveFields {
    static constexpr std::uint32_t size = 2;
    std::uint8_t command = 0;  // RCmd: 0 read, 1 set, 2 force set.
    std::uint8_t mac_count = 0;

    static ReserveFields read(Tins::Memory::InputMemoryStream& stream);
    void write(Tins::Memory::OutputMemoryStream& stream) const;
};

/// A PDU whose header is one of the structs above. `number` makes its libtins type unique, 0..23.
template <typename Fields, int number> class FieldsPdu : public Tins::PDU {
public:
    static constexpr PDUType pdu_flag = static_cast<PDUType>(Tins::PDU::USER_DEFINED_PDU + number);

    explicit FieldsPdu(const Fields& values = {}) : fields(values) {}
    /// Throws Tins::malformed_packet when the bytes do not hold the fields.
    FieldsPdu(const std::uint8_t* buffer, std::uint32_t total_size);

    std::uint32_t header_size() const override { return Fields::size; }
    PDUType pdu_type() const override { return pdu_flag; }
    FieldsPdu* clone() const override { return new FieldsPdu(*this); }

    Fields fields;

private:
    void write_serialization(std::uint8_t* buffer, std::uint32_t total_size) override;
};

using AoePdu = FieldsPdu<AoeFields, 0>;
using AtaPdu = FieldsPdu<AtaFields, 1>;
using ConfigPdu = FieldsPdu<ConfigFields, 2>;
using MaskPdu = FieldsPdu<MaskFields, 3>;
using ReservePdu = FieldsPdu<ReserveFields, 4>;

/// Makes libtins dissect EtherType 0x88A2 as AoePdu, inside 802.1Q too. Its table is global and
/// unlocked: call before threads start; further calls do nothing.
void register_aoe_pdu();

}  // namespace aoe::conformance
