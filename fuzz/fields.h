// SPDX-License-Identifier: MIT
// Where each field of an AoE frame lies, for code that makes malformed frames. The codec can write
// only what makes sense; a fuzzer must be able to write anything anywhere, so it works on bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "wire/bytes.h"

namespace aoe::fuzz {

/// A frame to be sent or to be parsed, from the destination address on; of any size, 0 too.
using FrameBytes = std::vector<std::byte>;

enum class FieldKind : std::uint8_t {
    // The header, bytes 0 to 23.
    destination,
    source,
    ether_type,
    version_flags,
    error,
    shelf,
    slot,
    command,
    tag,
    // Command 0, bytes 24 to 35.
    ata_flags,
    feature,
    ata_count,
    opcode,
    lba,
    ata_reserved,
    // Command 1, bytes 24 to 31.
    buffer_count,
    firmware,
    config_sectors,
    version_ccmd,
    string_length,
    // Command 2, bytes 24 to 27.
    mask_reserved,
    mcmd,
    merror,
    directive_count,
    // Command 3, bytes 24 and 25.
    rcmd,
    mac_count,
};

struct Field {
    FieldKind kind;
    std::size_t offset;  // In the frame.
    std::size_t size_bytes;
    bool little_endian = false;
    std::size_t end() const noexcept { return offset + size_bytes; }
};

std::span<const Field> header_fields() noexcept;
/// None for a command that has no argument of its own.
std::span<const Field> argument_fields(std::uint8_t command) noexcept;
/// The one field of that kind.
Field field_of(FieldKind kind) noexcept;
/// The fields that lie in the frame as a whole: the header's, then those of its command.
std::vector<Field> fields_in(Bytes frame);

/// Bytes of one entry of what follows the argument's fields: a sector, a directive, an address,
/// or a single byte.
std::size_t entry_size(std::uint8_t command) noexcept;
/// Where the entries begin: behind the argument's last field.
std::size_t entries_offset(std::uint8_t command) noexcept;

/// The command byte; 0xff of a frame that ends before it.
std::uint8_t command_of(Bytes frame) noexcept;
/// True when the header is all there and the EtherType is AoE's.
bool looks_like_aoe(Bytes frame) noexcept;

/// Every place up to the frame's end where a field or an entry begins or ends, in ascending order.
std::vector<std::size_t> edges_of(Bytes frame);

/// The field must lie in the frame.
std::uint64_t get(Bytes frame, const Field& field) noexcept;
void set(MutableBytes frame, const Field& field, std::uint64_t value) noexcept;

/// The value of a field that may not be all there: then 0.
std::uint64_t value_in(Bytes frame, FieldKind kind) noexcept;
/// Does nothing where the field is not all there.
void set_in(MutableBytes frame, FieldKind kind, std::uint64_t value) noexcept;

}  // namespace aoe::fuzz
