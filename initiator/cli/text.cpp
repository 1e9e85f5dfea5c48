// SPDX-License-Identifier: MIT
#include "initiator/cli/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <optional>

namespace aoe::initiator {

std::string escape(std::string_view bytes) {
    std::string text;
    for (const char character : bytes) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte == '\\') {
            text += "\\\\";
        } else if (byte >= 0x20 && byte < 0x7f) {
            text += character;
        } else {
            text += fmt::format("\\x{:02x}", byte);
        }
    }
    return text;
}

std::string hexadecimal(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text;
}

namespace {

// Not std::from_chars: of one character, gcc 12 warns that it reads beyond it.
std::optional<int> digit_of(char character) {
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    if (character >= 'A' && character <= 'F') return character - 'A' + 10;
    return std::nullopt;
}

}  // namespace

Expected<std::string, std::string> bytes_of_hexadecimal(std::string_view text) {
    std::string bytes;
    std::optional<int> high;
    for (const char character : text) {
        if (std::string_view(" \t\r\n:").find(character) != std::string_view::npos) continue;
        const auto digit = digit_of(character);
        if (!digit) {
            return Unexpected{fmt::format("'{}' is no hexadecimal digit", escape({&character, 1}))};
        }
        if (high) bytes += static_cast<char>(*high << 4 | *digit);
        high = high ? std::nullopt : digit;
    }
    if (high) return Unexpected{std::string("the number of hexadecimal digits is odd")};
    return bytes;
}

std::string readable_size(std::uint64_t bytes) {
    constexpr std::array units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) return fmt::format("{} bytes", bytes);
    double value = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    // 1023.95 would be rounded to 1024.0.
    while (value >= 1023.95 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    return fmt::format("{:.1f} {}", value, units.at(unit));
}

std::string sectors_text(std::uint64_t count) {
    return fmt::format("{} sector{}", count, count == 1 ? "" : "s");
}

Expected<std::uint64_t, std::string> parse_number(std::string_view option, std::string_view text) {
    const bool hexadecimal_digits = text.starts_with("0x") || text.starts_with("0X");
    const std::string_view digits = hexadecimal_digits ? text.substr(2) : text;
    const char* const end = digits.data() + digits.size();
    std::uint64_t value = 0;
    const auto [stop, error] =
        std::from_chars(digits.data(), end, value, hexadecimal_digits ? 16 : 10);
    if (error == std::errc() && stop == end && !digits.empty()) return value;
    return Unexpected{
        fmt::format("{} '{}' is not a number of sectors; give for example 2048 or 0x800", option,
                    escape(text))};
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += fmt::format("{:<{}}  ", row[i], widths[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

}  // namespace aoe::initiator
