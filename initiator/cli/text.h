// SPDX-License-Identifier: MIT
// Small things about text: bytes from the network made safe to print, numbers made readable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/bytes.h"
#include "wire/expected.h"

namespace aoe::initiator {

/// Printable ASCII as it is, a backslash doubled, every other byte as \xHH: nothing that a terminal
/// would obey, and nothing that hides.
std::string escape(std::string_view bytes);
/// Two digits a byte.
std::string hexadecimal(std::string_view bytes);
/// The reverse; blanks and colons between bytes do not matter. On failure what is wrong.
Expected<std::string, std::string> bytes_of_hexadecimal(std::string_view text);

/// "512 bytes", "1.0 MiB", "931.5 GiB"
std::string readable_size(std::uint64_t bytes);
/// "1 sector", "2 sectors"
std::string sectors_text(std::uint64_t count);

/// A sector number or count: decimal, or hexadecimal after 0x. A leading zero does not make it
/// octal. On failure a sentence that begins with `option`.
Expected<std::uint64_t, std::string> parse_number(std::string_view option, std::string_view text);

/// Lines of columns that are as wide as their widest cell; the first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace aoe::initiator
