// SPDX-License-Identifier: MIT
#include "wire/ata.h"

#include <cassert>

#include "wire/endian.h"
#include "wire/layout.h"

namespace aoe {

AtaAddressing addressing(std::uint8_t ata_command) noexcept {
    switch (ata_command) {
        case ata_command::read_sectors:
        case ata_command::read_dma:
            return {AtaTransfer::read, false};
        case ata_command::read_sectors_ext:
        case ata_command::read_dma_ext:
            return {AtaTransfer::read, true};
        case ata_command::write_sectors:
        case ata_command::write_dma:
            return {AtaTransfer::write, false};
        case ata_command::write_sectors_ext:
        case ata_command::write_dma_ext:
            return {AtaTransfer::write, true};
        default:
            return {};
    }
}

Expected<AtaView, Reject> AtaView::parse(Bytes argument) noexcept {
    if (argument.size() < ata_argument_size) {
        return Unexpected{Reject::ata_argument_short};  // AOE-HDR-33
    }
    return AtaView(argument);
}

AtaRegisters AtaView::registers() const noexcept {
    const auto wire = layout::from_wire<layout::Ata>(argument_);
    return {.flags = std::to_integer<std::uint8_t>(wire.flags),
            .error_feature = std::to_integer<std::uint8_t>(wire.error_feature),
            .sector_count = std::to_integer<std::uint8_t>(wire.sector_count),
            .command_status = std::to_integer<std::uint8_t>(wire.command_status),
            .lba = load_little48(wire.lba)};
}

MutableBytes write_ata(MutableBytes argument, const AtaRegisters& registers) noexcept {
    assert(registers.lba < lba48_limit);
    return layout::to_wire(argument,
                           layout::Ata{.flags = std::byte{registers.flags},
                                       .error_feature = std::byte{registers.error_feature},
                                       .sector_count = std::byte{registers.sector_count},
                                       .command_status = std::byte{registers.command_status},
                                       .lba = store_little48(registers.lba),
                                       .reserved = {}});  // AOE-HDR-03
}

}  // namespace aoe
