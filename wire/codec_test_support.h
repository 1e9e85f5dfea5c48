// SPDX-License-Identifier: MIT
// What the codec's tests share: bytes as hexadecimal text, and decoded values that GoogleTest
// prints field by field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "wire/ata.h"
#include "wire/bytes.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/golden/golden_frame.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe {

inline std::vector<std::byte> from_hex(std::string_view hex) {
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        const std::string pair(hex.substr(i, 2));
        bytes.push_back(static_cast<std::byte>(std::stoul(pair, nullptr, 16)));
    }
    return bytes;
}

inline std::string to_hex(Bytes bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const std::byte value : bytes) {
        hex += digits[std::to_integer<std::size_t>(value >> 4)];
        hex += digits[std::to_integer<std::size_t>(value & std::byte{0xf})];
    }
    return hex;
}

inline std::vector<std::byte> recorded(const golden::GoldenFrame& frame) {
    std::string hex(frame.start);
    for (std::size_t i = 0; i < frame.times; ++i) {
        hex += frame.pattern;
    }
    return from_hex(hex.append(frame.end));
}

/// mac_of(0x020000000001) is 02:00:00:00:00:01.
constexpr Mac mac_of(std::uint64_t value) {
    Mac mac{};
    for (std::size_t i = 0; i < mac.size(); ++i) {
        mac[mac.size() - 1 - i] = static_cast<std::byte>(value >> (8 * i) & 0xff);
    }
    return mac;
}

inline void PrintTo(const Header& header, std::ostream* out) {
    *out << std::hex << "{to " << to_hex(header.destination) << ", from " << to_hex(header.source)
         << ", version " << +header.version << ", flags " << +header.flags << ", error "
         << +header.error << ", shelf " << header.address.shelf << ", slot " << +header.address.slot
         << ", command " << +header.command << ", tag " << header.tag << std::dec << '}';
}

inline void PrintTo(const AtaRegisters& registers, std::ostream* out) {
    *out << std::hex << "{flags " << +registers.flags << ", error/feature "
         << +registers.error_feature << ", sector count " << +registers.sector_count
         << ", command/status " << +registers.command_status << ", lba " << registers.lba
         << std::dec << '}';
}

inline void PrintTo(const ConfigFields& fields, std::ostream* out) {
    *out << std::hex << "{buffer count " << fields.buffer_count << ", firmware "
         << fields.firmware_version << ", sector count " << +fields.sector_count << ", version "
         << +fields.version << ", command " << +fields.command << ", string length "
         << fields.string_length << std::dec << '}';
}

inline void PrintTo(const MaskFields& fields, std::ostream* out) {
    *out << "{command " << +fields.command << ", error " << +fields.error << ", directives "
         << +fields.directive_count << '}';
}

inline void PrintTo(const MaskDirective& directive, std::ostream* out) {
    *out << "{command " << +directive.command << ", " << to_hex(directive.mac) << '}';
}

inline void PrintTo(const ReserveFields& fields, std::ostream* out) {
    *out << "{command " << +fields.command << ", addresses " << +fields.mac_count << '}';
}

inline void PrintTo(Reject reject, std::ostream* out) {
    *out << sentence(reject);
}

}  // namespace aoe
