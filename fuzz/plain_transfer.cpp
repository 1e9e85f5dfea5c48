// SPDX-License-Identifier: MIT
#include "fuzz/plain_transfer.h"

#include <algorithm>
#include <array>

#include "wire/frame.h"

namespace aoe::fuzz {

std::optional<Transfer> plain_transfer(Bytes request) {
    if (!looks_like_aoe(request) || command_of(request) != command::ata ||
        request.size() < entries_offset(command::ata) ||
        value_in(request, FieldKind::version_flags) != 0x10) {
        return std::nullopt;
    }
    const auto opcode = static_cast<std::uint8_t>(value_in(request, FieldKind::opcode));
    const AtaAddressing how = addressing(opcode);
    const std::uint64_t lba = value_in(request, FieldKind::lba);
    const std::uint64_t wanted = (how.extended ? ata_flag::extended : 0U) |
                                 (how.transfer == AtaTransfer::write ? ata_flag::write : 0U);
    if (how.transfer == AtaTransfer::none || value_in(request, FieldKind::ata_flags) != wanted ||
        (!how.extended && lba >> 28 != 0xe && lba >> 28 != 0)) {
        return std::nullopt;
    }
    return Transfer{.direction = how.transfer,
                    .lba = how.extended ? lba : lba & (lba28_limit - 1),
                    .count = value_in(request, FieldKind::ata_count)};
}

bool may_change_sectors(Bytes request) {
    constexpr std::array harmless{ata_command::identify_device, ata_command::check_power_mode,
                                  ata_command::flush_cache, ata_command::flush_cache_ext};
    const auto opcode = static_cast<std::uint8_t>(value_in(request, FieldKind::opcode));
    const bool is_harmless = addressing(opcode).transfer == AtaTransfer::read ||
                             std::ranges::find(harmless, opcode) != harmless.end();
    const bool flag_w = (value_in(request, FieldKind::ata_flags) & ata_flag::write) != 0;
    return command_of(request) == command::ata && (!is_harmless || flag_w);
}

}  // namespace aoe::fuzz
