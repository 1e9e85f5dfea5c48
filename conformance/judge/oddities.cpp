// SPDX-License-Identifier: MIT
#include "conformance/judge/oddities.h"

#include <algorithm>

namespace aoe::conformance {

namespace {

constexpr std::uint8_t identify_opcode = 0xec;

Oddities when(bool odd, Oddities which) {
    return odd ? which : 0;
}

Oddities of_ata(const SeenFrame& request) {
    const std::uint8_t opcode = request.status();
    const bool writes = is_ata_write(opcode);
    const bool moves = writes || is_ata_read(opcode);
    const bool w = (request.aflags() & 1) != 0, e = (request.aflags() & 0x40) != 0;
    const std::size_t data = writes ? std::size_t{512} * request.count() : 0;
    // What an unknown command's payload would be nobody knows.
    const bool known = moves || opcode == identify_opcode;
    return when((request.aflags() & 0xac) != 0 || request.u16(34) != 0, odd::reserved) |
           when(known && w != writes, odd::write_flag) |
           when(moves && e != is_ata_extended(opcode), odd::extended_flag) |
           when(request.size < 36 + data, odd::short_data) |
           when(known && request.size > std::max<std::size_t>(60, 36 + data), odd::trailing) |
           when((moves && request.count() == 0) ||
                    (opcode == identify_opcode && request.count() != 1),
                odd::no_count);
}

Oddities of_config(const SeenFrame& request) {
    const std::size_t length = request.string_length();
    const bool junk = request.u32(24) != 0 || request.sector_count() != 0;
    return when(length > 1024 || 32 + length > request.size, odd::length) |
           when(request.ccmd() > 4, odd::subcommand) |
           when(junk || request.config_version() != 0, odd::fields) |
           when(request.size > std::max<std::size_t>(60, 32 + length), odd::trailing);
}

Oddities of_mask(const SeenFrame& request) {
    const std::size_t end = natural_end(request);
    Oddities found =
        when(request.u8(24) != 0, odd::reserved) | when(end > request.size, odd::length) |
        when(request.mcmd() > 1, odd::subcommand) | when(request.merror() != 0, odd::fields) |
        when(request.size > std::max<std::size_t>(60, end), odd::trailing);
    for (std::size_t at = 28; request.mcmd() == 1 && at < end && request.has(at + 1); at += 8) {
        found |= when(request.u8(at) != 0, odd::reserved);
    }
    return found;
}

Oddities of_reserve(const SeenFrame& request) {
    const std::size_t end = natural_end(request);
    return when(end > request.size, odd::length) | when(request.rcmd() > 2, odd::subcommand) |
           when(request.size > std::max<std::size_t>(60, end), odd::trailing);
}

Oddities of_argument(const SeenFrame& request) {
    const std::size_t end = fixed_end(request.command());
    if (request.size < end) return odd::short_argument;
    if (!request.has(end)) return odd::unseen;
    switch (request.command()) {
        case 0:
            return of_ata(request);
        case 1:
            return of_config(request);
        case 2:
            return of_mask(request);
        case 3:
            return of_reserve(request);
        default:
            return odd::command;
    }
}

}  // namespace

Oddities oddities(const SeenFrame& request) {
    const bool group = request.destination_known && is_group(request.destination) &&
                       request.destination != broadcast_mac;
    return when(request.version() != 1, odd::version) | when(request.is_response(), odd::response) |
           when(request.has_error(), odd::error_flag) |
           when(request.error() != 0, odd::error_byte) |
           when((request.flags() & 3) != 0, odd::reserved) |
           when(is_group(request.source) || request.source == Mac{}, odd::source) |
           when(group, odd::group_destination) | of_argument(request);
}

Oddities oddities_towards(const SeenFrame& request, const Address& target) {
    const bool foreign = request.destination_known && !is_group(request.destination) &&
                         request.destination != target.mac;
    const bool shelf = request.shelf() == target.shelf || request.shelf() == 0xffff;
    const bool slot = request.slot() == target.slot || request.slot() == 0xff;
    return when(foreign, odd::foreign) | when(request.source == target.mac, odd::own_source) |
           when(!shelf || !slot, odd::other_target);
}

}  // namespace aoe::conformance
