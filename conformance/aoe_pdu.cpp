// SPDX-License-Identifier: MIT
#include "conformance/aoe_pdu.h"

#include <tins/ethernetII.h>
#include <tins/exceptions.h>
#include <tins/pdu_allocator.h>
#include <tins/rawpdu.h>

namespace aoe::conformance {

using Tins::Memory::InputMemoryStream;
using Tins::Memory::OutputMemoryStream;

namespace {

std::uint8_t nibbles(std::uint8_t high, std::uint8_t low) {
    return static_cast<std::uint8_t>((high << 4) | (low & 0x0f));
}

// The argument that follows an AoE header, by command; what is too short for it, and what no
// command explains, stays raw.
Tins::PDU* dissect_argument(const AoeFields& header, const std::uint8_t* bytes,
                            std::uint32_t size) {
    if (header.command == 0 && size >= AtaFields::size) return new AtaPdu(bytes, size);
    if (header.command == 1 && size >= ConfigFields::size) return new ConfigPdu(bytes, size);
    if (header.command == 2 && size >= MaskFields::size) return new MaskPdu(bytes, size);
    if (header.command == 3 && size >= ReserveFields::size) return new ReservePdu(bytes, size);
    return new Tins::RawPDU(bytes, size);
}

template <typename Fields>
Tins::PDU* dissect_rest(const Fields&, const std::uint8_t* bytes, std::uint32_t size) {
    return new Tins::RawPDU(bytes, size);
}

template <>
Tins::PDU* dissect_rest(const AoeFields& fields, const std::uint8_t* bytes, std::uint32_t size) {
    return dissect_argument(fields, bytes, size);
}

}  // namespace

template <typename Fields, int number>
FieldsPdu<Fields, number>::FieldsPdu(const std::uint8_t* buffer, std::uint32_t total_size) {
    InputMemoryStream stream(buffer, total_size);
    if (!stream.can_read(Fields::size)) throw Tins::malformed_packet();
    fields = Fields::read(stream);
    if (stream) {
        inner_pdu(
            dissect_rest(fields, stream.pointer(), static_cast<std::uint32_t>(stream.size())));
    }
}

template <typename Fields, int number>
void FieldsPdu<Fields, number>::write_serialization(std::uint8_t* buffer,
                                                    std::uint32_t total_size) {
    OutputMemoryStream stream(buffer, total_size);
    fields.write(stream);
}

template class FieldsPdu<AoeFields, 0>;
template class FieldsPdu<AtaFields, 1>;
template class FieldsPdu<ConfigFields, 2>;
template class FieldsPdu<MaskFields, 3>;
template class FieldsPdu<ReserveFields, 4>;

AoeFields AoeFields::read(InputMemoryStream& stream) {
    AoeFields fields;
    const auto first = stream.read<std::uint8_t>();
    fields.version = first >> 4;
    fields.flags = first & 0x0f;
    fields.error = stream.read<std::uint8_t>();
    fields.shelf = stream.read_be<std::uint16_t>();
    fields.slot = stream.read<std::uint8_t>();
    fields.command = stream.read<std::uint8_t>();
    fields.tag = stream.read_be<std::uint32_t>();
    return fields;
}

void AoeFields::write(OutputMemoryStream& stream) const {
    stream.write(nibbles(version, flags));
    stream.write(error);
    stream.write_be(shelf);
    stream.write(slot);
    stream.write(command);
    stream.write_be(tag);
}

AtaFields AtaFields::read(InputMemoryStream& stream) {
    AtaFields fields;
    fields.flags = stream.read<std::uint8_t>();
    fields.feature = stream.read<std::uint8_t>();
    fields.sector_count = stream.read<std::uint8_t>();
    fields.command = stream.read<std::uint8_t>();
    for (unsigned shift = 0; shift < 48; shift += 8) {
        fields.lba |= std::uint64_t{stream.read<std::uint8_t>()} << shift;
    }
    fields.reserved = stream.read_be<std::uint16_t>();
    return fields;
}

void AtaFields::write(OutputMemoryStream& stream) const {
    stream.write(flags);
    stream.write(feature);
    stream.write(sector_count);
    stream.write(command);
    for (unsigned shift = 0; shift < 48; shift += 8) {
        stream.write(static_cast<std::uint8_t>(lba >> shift));
    }
    stream.write_be(reserved);
}

ConfigFields ConfigFields::read(InputMemoryStream& stream) {
    ConfigFields fields;
    fields.buffer_count = stream.read_be<std::uint16_t>();
    fields.firmware_version = stream.read_be<std::uint16_t>();
    fields.sector_count = stream.read<std::uint8_t>();
    const auto byte = stream.read<std::uint8_t>();
    fields.version = byte >> 4;
    fields.command = byte & 0x0f;
    fields.string_length = stream.read_be<std::uint16_t>();
    return fields;
}

void ConfigFields::write(OutputMemoryStream& stream) const {
    stream.write_be(buffer_count);
    stream.write_be(firmware_version);
    stream.write(sector_count);
    stream.write(nibbles(version, command));
    stream.write_be(string_length);
}

MaskFields MaskFields::read(InputMemoryStream& stream) {
    MaskFields fields;
    fields.reserved = stream.read<std::uint8_t>();
    fields.command = stream.read<std::uint8_t>();
    fields.error = stream.read<std::uint8_t>();
    fields.directive_count = stream.read<std::uint8_t>();
    return fields;
}

void MaskFields::write(OutputMemoryStream& stream) const {
    stream.write(reserved);
    stream.write(command);
    stream.write(error);
    stream.write(directive_count);
}

ReserveFields ReserveFields::read(InputMemoryStream& stream) {
    ReserveFields fields;
    fields.command = stream.read<std::uint8_t>();
    fields.mac_count = stream.read<std::uint8_t>();
    return fields;
}

void ReserveFields::write(OutputMemoryStream& stream) const {
    stream.write(command);
    stream.write(mac_count);
}

void register_aoe_pdu() {
    [[maybe_unused]] static const bool once = [] {
        Tins::Allocators::register_allocator<Tins::EthernetII, AoePdu>(aoe_ethertype);
        return true;
    }();
}

}  // namespace aoe::conformance
