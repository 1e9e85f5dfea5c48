// SPDX-License-Identifier: MIT
// Command 1, Query Config Information: eight bytes, then the config string.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wire/bytes.h"
#include "wire/expected.h"
#include "wire/reject.h"

namespace aoe {

inline constexpr std::size_t config_argument_size = 8;
inline constexpr std::size_t config_string_limit = 1024;  // AOE-CFG-15

/// CCmd, the low nibble of byte 29.
namespace config_command {
inline constexpr std::uint8_t read = 0;
inline constexpr std::uint8_t test = 1;
inline constexpr std::uint8_t test_prefix = 2;
inline constexpr std::uint8_t set = 3;
inline constexpr std::uint8_t force_set = 4;
}  // namespace config_command

struct ConfigFields {
    std::uint16_t buffer_count = 0;  // Messages that the target can queue.
    std::uint16_t firmware_version = 0;
    std::uint8_t sector_count = 0;    // Most sectors an ATA message; 0 means 2 (AOE-CFG-26).
    std::uint8_t version = 0;         // High nibble of byte 29: 1 in replies (AOE-CFG-20).
    std::uint8_t command = 0;         // config_command, 0..15
    std::uint16_t string_length = 0;  // As declared, which may be a lie.
    friend constexpr bool operator==(const ConfigFields&, const ConfigFields&) = default;
};

/// Command 1's argument. Borrows: valid only while the frame is.
class ConfigView {
public:
    static Expected<ConfigView, Reject> parse(Bytes argument) noexcept;
    ConfigFields fields() const noexcept;
    /// The string when its declared length is at most 1024 and is really there. Apart from parse()
    /// because a read is answered whatever length it declares (AOE-CFG-02, -03).
    Expected<Bytes, Reject> string() const noexcept;

private:
    explicit ConfigView(Bytes argument) noexcept : argument_(argument) {}
    Bytes argument_;
};

/// Writes fields and string; string_length is taken from `string`, at most 1024 bytes that fit in
/// `argument`. Returns the argument's size in bytes.
std::size_t write_config(MutableBytes argument, const ConfigFields& fields, Bytes string) noexcept;

}  // namespace aoe
