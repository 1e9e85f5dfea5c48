// SPDX-License-Identifier: MIT
#include "wire/config.h"

#include <cassert>

#include "wire/endian.h"
#include "wire/layout.h"

namespace aoe {

Expected<ConfigView, Reject> ConfigView::parse(Bytes argument) noexcept {
    if (argument.size() < config_argument_size) {
        return Unexpected{Reject::config_argument_short};  // AOE-HDR-33
    }
    return ConfigView(argument);
}

ConfigFields ConfigView::fields() const noexcept {
    const auto wire = layout::from_wire<layout::Config>(argument_);
    return {.buffer_count = load_big16(wire.buffer_count),
            .firmware_version = load_big16(wire.firmware_version),
            .sector_count = std::to_integer<std::uint8_t>(wire.sector_count),
            .version = high_nibble(wire.version_command),
            .command = low_nibble(wire.version_command),
            .string_length = load_big16(wire.string_length)};
}

Expected<Bytes, Reject> ConfigView::string() const noexcept {
    const std::size_t length = fields().string_length;
    const Bytes present = argument_.subspan(config_argument_size);
    if (length > config_string_limit) {
        return Unexpected{Reject::config_string_too_long};  // AOE-CFG-16
    }
    if (length > present.size()) {
        return Unexpected{Reject::config_string_truncated};  // AOE-CFG-17
    }
    return present.first(length);
}

std::size_t write_config(MutableBytes argument, const ConfigFields& fields, Bytes string) noexcept {
    assert(string.size() <= config_string_limit);
    assert(argument.size() >= config_argument_size + string.size());
    const MutableBytes rest = layout::to_wire(
        argument,
        layout::Config{.buffer_count = store_big16(fields.buffer_count),
                       .firmware_version = store_big16(fields.firmware_version),
                       .sector_count = std::byte{fields.sector_count},
                       .version_command = nibbles(fields.version, fields.command),
                       .string_length = store_big16(static_cast<std::uint16_t>(string.size()))});
    copy_bytes(string, rest);
    return config_argument_size + string.size();
}

}  // namespace aoe
