// SPDX-License-Identifier: MIT
#include "conformance/describe.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "wire/address.h"

namespace aoe::conformance {

namespace {

std::string argument_text(const Reply& reply) {
    if (reply.ata) {
        const AtaFields& ata = *reply.ata;
        return fmt::format("{} 0x{:02x}, {} 0x{:02x}, AFlags 0x{:02x}, count {}, LBA {}, {} bytes",
                           reply.is_response() ? "Status" : "ATA command", ata.command,
                           reply.is_response() ? "Error" : "Feature", ata.feature, ata.flags,
                           ata.sector_count, ata.lba, reply.data.size());
    }
    if (reply.config) {
        const ConfigFields& config = *reply.config;
        return fmt::format(
            "CCmd {}, Buffer Count {}, Firmware 0x{:04x}, Sector Count {}, AoE {}, length {}, "
            "string {}",
            config.command, config.buffer_count, config.firmware_version, config.sector_count,
            config.version, config.string_length, quote(reply.config_string()));
    }
    if (reply.mask) {
        std::string text = fmt::format("MCmd {}, MError {}, Dir Count {}", reply.mask->command,
                                       reply.mask->error, reply.mask->directive_count);
        for (const Directive& directive : reply.directives()) {
            text += fmt::format(", {} {}", directive.command, mac_text(directive.mac));
        }
        return text;
    }
    if (reply.reserve) {
        std::string text =
            fmt::format("RCmd {}, NMacs {}", reply.reserve->command, reply.reserve->mac_count);
        for (const Mac& mac : reply.macs()) text += ", " + mac_text(mac);
        return text;
    }
    return fmt::format("{} bytes of argument", reply.data.size());
}

}  // namespace

std::string_view command_name(std::uint8_t command) {
    constexpr std::array<std::string_view, 4> names{"ATA", "config", "mask", "reserve"};
    if (command < names.size()) return names[command];
    return command >= 0xf0 ? "vendor" : "unassigned";
}

std::string_view error_name(std::uint8_t error) {
    constexpr std::array<std::string_view, 7> names{
        "no error",          "unrecognized command", "bad argument",      "device unavailable",
        "config string set", "unsupported version",  "target is reserved"};
    return error < names.size() ? names[error] : "unknown error";
}

std::string hex(std::uint64_t value) {
    return fmt::format("0x{:02x}", value);
}

std::string mac_text(const Mac& mac) {
    return to_string(mac);
}

std::string quote(std::string_view text) {
    constexpr std::size_t longest = 64;
    std::string out = "\"";
    for (const char c : text.substr(0, longest)) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c >= ' ' && c <= '~') {
            out += c;
        } else {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        }
    }
    return out + (text.size() > longest ? "\"..." : "\"");
}

std::string excerpt(const ByteVector& bytes) {
    constexpr std::size_t longest = 16;
    std::string out;
    for (std::size_t i = 0; i < std::min(bytes.size(), longest); ++i) {
        out += fmt::format("{}{:02x}", i == 0 ? "" : " ", bytes[i]);
    }
    return out + (bytes.size() > longest ? " ..." : "");
}

std::string describe(const Reply& reply) {
    std::string error = "no error";
    if (reply.has_error()) {
        error = fmt::format("error {} ({})", reply.aoe.error, error_name(reply.aoe.error));
    } else if (reply.aoe.error != 0) {
        error = fmt::format("no error flag but Error {}", reply.aoe.error);
    }
    return fmt::format("{} {} e{}.{} tag 0x{:08x}, Ver {}, Flags 0x{:x}, {}, {} bytes: {}",
                       command_name(reply.aoe.command), reply.is_response() ? "reply" : "request",
                       reply.aoe.shelf, reply.aoe.slot, reply.aoe.tag, reply.aoe.version,
                       reply.aoe.flags, error, reply.bytes.size(), argument_text(reply));
}

std::string describe_frame(Bytes frame) {
    if (const auto reply = dissect(frame)) return describe(*reply);
    std::string type = "no EtherType";
    if (frame.size() >= 14) {
        type = fmt::format("EtherType 0x{:02x}{:02x}", std::to_integer<unsigned>(frame[12]),
                           std::to_integer<unsigned>(frame[13]));
    }
    return fmt::format("not an AoE frame: {} bytes, {}", frame.size(), type);
}

std::string hex_dump(const ByteVector& bytes, std::size_t most) {
    std::string out;
    const std::size_t size = std::min(bytes.size(), most);
    for (std::size_t line = 0; line < size; line += 16) {
        out += fmt::format("{:04x} ", line);
        for (std::size_t i = line; i < std::min(size, line + 16); ++i) {
            out += fmt::format(" {:02x}", bytes[i]);
        }
        out += '\n';
    }
    if (bytes.size() > most) out += fmt::format("... {} bytes in all\n", bytes.size());
    return out;
}

void PrintTo(const Directive& directive, std::ostream* os) {
    *os << '{' << int{directive.command} << ' ' << mac_text(directive.mac) << '}';
}

void PrintTo(const Reply& reply, std::ostream* os) {
    *os << describe(reply);
}

}  // namespace aoe::conformance
