// SPDX-License-Identifier: MIT
#include "conformance/report/escape.h"

#include <cstdint>
#include <fmt/format.h>

namespace aoe::conformance {

namespace {

// The code point at the start of the text and how many bytes it takes; none when it is no UTF-8.
struct CodePoint {
    std::uint32_t value = 0;
    std::size_t size = 0;
};

CodePoint first_code_point(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    std::size_t size = 0;
    if (lead >= 0xc2 && lead <= 0xdf) size = 2;
    if (lead >= 0xe0 && lead <= 0xef) size = 3;
    if (lead >= 0xf0 && lead <= 0xf4) size = 4;
    if (size == 0 || text.size() < size) return {};
    std::uint32_t value = lead & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0U) != 0x80) return {};
        value = (value << 6) | (byte(i) & 0x3fU);
    }
    const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (overlong || surrogate || value > 0x10ffff) return {};
    return {value, size};
}

bool between(std::uint32_t value, std::uint32_t first, std::uint32_t last) {
    return value >= first && value <= last;
}

bool is_control(std::uint32_t value) {
    return value < 0x20 || between(value, 0x7f, 0x9f);
}

// Marks of direction, separators of lines, joiners without width, tags, and what XML and HTML
// do not take for a character.
bool has_no_shape(std::uint32_t value) {
    return value == 0xad || value == 0x61c || between(value, 0x200b, 0x200f) ||
           between(value, 0x2028, 0x202e) || between(value, 0x2060, 0x206f) || value == 0xfeff ||
           between(value, 0xfdd0, 0xfdef) || (value & 0xfffe) == 0xfffe ||
           between(value, 0xfff9, 0xfffb) || between(value, 0xe0000, 0xe0fff);
}

std::string shown(std::string_view text, bool keep_lines) {
    std::string out;
    while (!text.empty()) {
        const CodePoint point = first_code_point(text);
        const std::size_t size = point.size == 0 ? 1 : point.size;
        if (point.size == 0) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
        } else if (point.value == '\n') {
            out += keep_lines ? "\n" : "\\n";
        } else if (point.value == '\t') {
            out += "\\t";
        } else if (is_control(point.value)) {
            out += fmt::format("\\x{:02x}", point.value);
        } else if (has_no_shape(point.value)) {
            out += fmt::format("\\u{{{:04x}}}", point.value);
        } else {
            out += text.substr(0, size);
        }
        text.remove_prefix(size);
    }
    return out;
}

}  // namespace

std::string printable(std::string_view text) {
    return shown(text, false);
}

std::string printable_lines(std::string_view text) {
    return shown(text, true);
}

std::string markup(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string shortened(const std::string& text, std::size_t most) {
    std::size_t bytes = 0, characters = 0;
    while (bytes < text.size() && characters < most) {
        bytes += first_code_point(std::string_view(text).substr(bytes)).size;
        ++characters;
    }
    return bytes == text.size() ? text : text.substr(0, bytes) + "...";
}

}  // namespace aoe::conformance
