// SPDX-License-Identifier: MIT
#include "initiator/device.h"

#include "wire/ata.h"

namespace aoe::initiator {
namespace {

constexpr std::size_t command_sets_word = 83;
constexpr unsigned flush_bit = 12;
constexpr unsigned flush_ext_bit = 13;

// `identify` has the full size, so that parsing cannot fail.
IdentifyView view(const std::array<std::byte, identify_size>& identify) noexcept {
    return *IdentifyView::parse(identify);
}

}  // namespace

bool Device::supports_lba48() const noexcept {
    return identify && view(*identify).supports_lba48();
}

std::uint64_t Device::sectors() const noexcept {
    return identify ? view(*identify).sectors() : 0;
}

std::optional<std::uint8_t> Device::flush_command() const noexcept {
    if (!identify) return std::nullopt;
    const unsigned offered = view(*identify).word(command_sets_word);
    if (supports_lba48() && (offered >> flush_ext_bit & 1) != 0) {
        return ata_command::flush_cache_ext;
    }
    if ((offered >> flush_bit & 1) != 0) return ata_command::flush_cache;
    return std::nullopt;
}

std::size_t advertised_sectors(const ConfigFields& config) noexcept {
    return config.sector_count == 0 ? 2 : config.sector_count;
}

}  // namespace aoe::initiator
