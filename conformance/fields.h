// SPDX-License-Identifier: MIT
// A frame as a table: every field by the protocol's name, where it is in the frame, what it holds,
// and what was expected of it. Offsets and sizes are in bytes of the frame, Ethernet header
// included; fields that share a byte (Ver and Flags, AoE and CCmd) both name it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/message.h"

namespace aoe::conformance {

struct FieldRow {
    std::string name;        // "Flags"
    std::size_t offset = 0;  // In bytes from the destination address; of what differs, where that
                             // is only a part of the field.
    std::size_t size = 0;    // In bytes; 0 for what is no bytes of the frame, such as its size.
    std::string actual;      // In words: "0xc (R, E)".
    std::string expected;    // Empty when nothing is expected of it.
    bool differs = false;
};

/// A field that holds a number: its name, its place, and how its values are written.
struct Field {
    std::string_view name;
    std::size_t offset = 0;
    std::size_t size = 0;
    std::string (*text)(std::uint64_t value) = nullptr;
};

std::string decimal_text(std::uint64_t value);
std::string flags_text(std::uint64_t flags);
std::string error_text(std::uint64_t error);
std::string command_text(std::uint64_t command);
std::string aflags_text(std::uint64_t aflags);
std::string status_text(std::uint64_t status);
std::string ata_error_text(std::uint64_t error);
std::string opcode_text(std::uint64_t opcode);
/// "0x1f", "0x001f" and "0x0000001f".
std::string byte_text(std::uint64_t value);
std::string word_text(std::uint64_t value);
std::string tag_text(std::uint64_t tag);

namespace field {
inline constexpr Field version{"Ver", 14, 1, decimal_text}, flags{"Flags", 14, 1, flags_text},
    error{"Error", 15, 1, error_text}, major{"Major", 16, 2, decimal_text},
    minor{"Minor", 18, 1, decimal_text}, command{"Command", 19, 1, command_text},
    tag{"Tag", 20, 4, tag_text};
// Command 0. What byte 25 and byte 27 hold depends on the direction.
inline constexpr Field aflags{"AFlags", 24, 1, aflags_text},
    ata_error{"ATA Error", 25, 1, ata_error_text}, feature{"Feature", 25, 1, byte_text},
    ata_sector_count{"Sector Count", 26, 1, decimal_text}, status{"Status", 27, 1, status_text},
    opcode{"ATA command", 27, 1, opcode_text}, lba{"LBA", 28, 6, decimal_text},
    ata_reserved{"Reserved", 34, 2, word_text};
// Command 1.
inline constexpr Field buffer_count{"Buffer Count", 24, 2, decimal_text},
    firmware{"Firmware Version", 26, 2, word_text},
    config_sector_count{"Sector Count", 28, 1, decimal_text}, aoe{"AoE", 29, 1, decimal_text},
    ccmd{"CCmd", 29, 1, decimal_text}, string_length{"String Length", 30, 2, decimal_text};
// Command 2.
inline constexpr Field mask_reserved{"Reserved", 24, 1, byte_text},
    mcmd{"MCmd", 25, 1, decimal_text}, merror{"MError", 26, 1, decimal_text},
    directive_count{"Dir Count", 27, 1, decimal_text};
// Command 3.
inline constexpr Field rcmd{"RCmd", 24, 1, decimal_text}, mac_count{"NMacs", 25, 1, decimal_text};
// What follows the fixed part of an argument, as far as it means something, and the rest.
inline constexpr std::string_view destination = "Destination", source = "Source", data = "Data",
                                  string = "Config String", directives = "Directives",
                                  macs = "Addresses", padding = "Padding", size = "Frame size";
}  // namespace field

/// Every field that the frame has room for, in the frame's order, nothing expected of any.
std::vector<FieldRow> fields_of(const Reply& frame);

}  // namespace aoe::conformance
