// SPDX-License-Identifier: MIT
#include "wire/address.h"

#include <charconv>
#include <system_error>

namespace aoe {
namespace {

// A sentence that needs no other to be understood.
Unexpected<std::string> refuse(std::string_view text, const std::string& why) {
    return Unexpected<std::string>{"target \"" + std::string(text) + "\": " + why};
}

/// Digits only: no sign, no blank, nothing behind them. Empty when out of range, too.
std::optional<std::uint32_t> parse_decimal(std::string_view text, std::uint32_t largest) {
    std::uint32_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value > largest) return std::nullopt;
    return value;
}

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

constexpr std::uint32_t largest_shelf = 65534;  // 65535 is the wildcard.
constexpr std::uint32_t largest_slot = 254;     // 255 is the wildcard.

}  // namespace

Expected<TargetName, std::string> parse_target_name(std::string_view text) {
    std::string_view rest = text;
    TargetName name;
    if (const auto at = rest.find('@'); at != std::string_view::npos) {
        name.interface = rest.substr(at + 1);
        if (name.interface.empty()) {
            return refuse(text, "an interface must follow the @, as in e7.3@eth0");
        }
        rest = rest.substr(0, at);
    }
    if (!rest.empty() && (rest[0] == 'e' || rest[0] == 'E')) rest.remove_prefix(1);
    const auto dot = rest.find('.');
    if (dot == std::string_view::npos) {
        return refuse(text, "expected SHELF.SLOT, as in e7.3 or 7.3@eth0");
    }
    const auto shelf = parse_decimal(rest.substr(0, dot), largest_shelf);
    if (!shelf) return refuse(text, "the shelf must be a number from 0 to 65534");
    const auto slot = parse_decimal(rest.substr(dot + 1), largest_slot);
    if (!slot) return refuse(text, "the slot must be a number from 0 to 254");
    name.shelf = static_cast<std::uint16_t>(*shelf);
    name.slot = static_cast<std::uint8_t>(*slot);
    return name;
}

std::string target_name(std::uint16_t shelf, std::uint8_t slot) {
    return "e" + std::to_string(shelf) + "." + std::to_string(slot);
}

std::optional<Mac> parse_mac(std::string_view text) {
    Mac mac{};
    constexpr std::size_t stride = 3;  // Two digits and a colon.
    if (text.size() != mac.size() * stride - 1) return std::nullopt;
    for (std::size_t i = 0; i < mac.size(); ++i) {
        const auto high = hex_digit(text[i * stride]);
        const auto low = hex_digit(text[i * stride + 1]);
        const bool last = i + 1 == mac.size();
        if (!high || !low || (!last && text[i * stride + 2] != ':')) return std::nullopt;
        mac[i] = static_cast<std::byte>(*high << 4 | *low);
    }
    return mac;
}

std::string to_string(const Mac& mac) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : mac) {
        if (!text.empty()) text += ':';
        text += digits[std::to_integer<unsigned>(byte >> 4)];
        text += digits[std::to_integer<unsigned>(byte & std::byte{0xf})];
    }
    return text;
}

}  // namespace aoe
