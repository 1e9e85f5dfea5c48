// SPDX-License-Identifier: MIT
// Frames, fields and bytes in words, for failures and listings. Whatever a target put into a string
// comes out printable.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "conformance/message.h"

namespace aoe::conformance {

/// "ATA", "config", ..., "vendor", "unassigned"
std::string_view command_name(std::uint8_t command);
/// "no error", "bad argument", ...: the Error field of the header.
std::string_view error_name(std::uint8_t error);
/// "0x1f"
std::string hex(std::uint64_t value);
/// "02:00:00:00:00:01"
std::string mac_text(const Mac& mac);
/// In double quotes; what is not printable ASCII as \xNN, long strings shortened.
std::string quote(std::string_view text);
/// The first bytes in hexadecimal, and "..." when there are more.
std::string excerpt(const ByteVector& bytes);
/// "config reply e7.3 tag 0x80000001, no error, 60 bytes: Buffer Count 16 ..."
std::string describe(const Reply& reply);
/// The same of any frame's bytes; what is no AoE frame is said to be so.
std::string describe_frame(Bytes frame);
/// Sixteen bytes a line with their offset, as the captures' tools print them; at most `most` bytes.
std::string hex_dump(const ByteVector& bytes, std::size_t most = 96);

/// The value that a GoogleMock failure text shows for these.
void PrintTo(const Directive& directive, std::ostream* os);
void PrintTo(const Reply& reply, std::ostream* os);

template <typename Integer>
std::optional<int> ata_field(const Reply& reply, Integer AtaFields::*member) {
    if (!reply.ata) return std::nullopt;
    return static_cast<int>((*reply.ata).*member);
}
template <typename Integer>
std::optional<int> config_field(const Reply& reply, Integer ConfigFields::*member) {
    if (!reply.config) return std::nullopt;
    return static_cast<int>((*reply.config).*member);
}

}  // namespace aoe::conformance
