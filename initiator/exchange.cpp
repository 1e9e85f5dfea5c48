// SPDX-License-Identifier: MIT
#include "initiator/exchange.h"

#include <algorithm>
#include <cassert>

#include "initiator/error.h"
#include "wire/ata.h"
#include "wire/config.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe::initiator {
namespace {

// Device register bits beside the 28-bit address, in lba3: LBA mode and the two obsolete ones that
// initiators have always set.
constexpr std::uint64_t lba_device_register = std::uint64_t{0xe0} << 24;
constexpr std::uint64_t identify_device_register = std::uint64_t{0xa0} << 24;

AtaRegisters transfer_registers(const Device& device, const Request& request, const Span& span) {
    const bool write = request.kind == Kind::write;
    const std::uint64_t sector = request.first_sector + span.offset_sectors;
    AtaRegisters registers{.sector_count = static_cast<std::uint8_t>(span.sectors)};
    if (write) registers.flags = ata_flag::write;
    if (device.supports_lba48()) {
        registers.flags |= ata_flag::extended;
        registers.command_status =
            write ? ata_command::write_sectors_ext : ata_command::read_sectors_ext;
        registers.lba = sector;
    } else {
        registers.command_status = write ? ata_command::write_sectors : ata_command::read_sectors;
        registers.lba = sector | lba_device_register;  // AOE-ATA-03
    }
    return registers;
}

AtaRegisters registers_of(const Device& device, const Request& request, const Span& span) {
    if (request.kind == Kind::identify) {
        return {.sector_count = 1,
                .command_status = ata_command::identify_device,
                .lba = identify_device_register};
    }
    if (request.kind == Kind::flush) {
        return {.command_status = device.flush_command().value_or(ata_command::flush_cache)};
    }
    return transfer_registers(device, request, span);
}

Bytes part_of(Bytes data, const Span& span) {
    return data.subspan(span.offset_sectors * sector_size, span.sectors * sector_size);
}

/// The argument of commands 1 to 3; returns its size.
std::size_t write_list_argument(MutableBytes argument, const Request& request) noexcept {
    if (request.kind == Kind::query_config) {
        return write_config(argument, {.command = request.verb}, request.string);
    }
    if (request.kind == Kind::reserve) return write_reserve(argument, request.verb, request.macs);
    const std::size_t count = request.directives.size();
    write_mask(argument,
               {.command = request.verb, .directive_count = static_cast<std::uint8_t>(count)});
    for (std::size_t i = 0; i < count; ++i) {
        write_mask_directive(argument, i, request.directives[i]);
    }
    return mask_size(count);
}

/// A reply to commands 1 to 3 is usable when it holds all the entries that it declares; one with an
/// error need not. A config string that is too short counts as none (AOE-CFG-02).
bool holds_its_list(Kind kind, Bytes argument) noexcept {
    if (kind == Kind::query_config) return ConfigView::parse(argument).has_value();
    if (kind == Kind::reserve) {
        const auto reserve = ReserveView::parse(argument);
        return reserve && reserve->macs();
    }
    const auto mask = MaskView::parse(argument);
    return mask && (mask->fields().error != 0 || mask->directives());
}

Judgement judge_list(Bytes argument, const Request& request) noexcept {
    if (!holds_its_list(request.kind, argument)) return {};
    if (request.kind == Kind::mask) {
        const std::uint8_t error = MaskView::parse(argument)->fields().error;
        if (error != 0) {
            return {.verdict = Verdict::failure, .error = mask_error(error), .data = {}};
        }
    }
    return {.verdict = Verdict::success, .error = {}, .data = argument};
}

Judgement judge_ata(Bytes argument, const Request& request, const Span& span) noexcept {
    const auto view = AtaView::parse(argument);
    if (!view) return {};
    const AtaRegisters registers = view->registers();
    if (request.kind == Kind::flush && (registers.command_status == ata_command::flush_cache ||
                                        registers.command_status == ata_command::flush_cache_ext)) {
        return {.verdict = Verdict::failure, .error = Failure::flush_not_carried_out, .data = {}};
    }
    if ((registers.command_status & ata_status::not_success) != 0) {  // AOE-ATA-11
        return {.verdict = Verdict::failure,
                .error = ata_error(registers.command_status, registers.error_feature),
                .data = {}};
    }
    std::size_t wanted = 0;
    if (request.kind == Kind::read) wanted = span.sectors * sector_size;
    if (request.kind == Kind::identify) wanted = identify_size;
    if (view->data().size() < wanted) return {};  // AOE-ATA-14
    return {.verdict = Verdict::success, .error = {}, .data = view->data().first(wanted)};
}

/// A refusal may carry the string or list that is the reason for it (AOE-CFG-12, AOE-RES-08). Many
/// carry none, and Ethernet's padding looks like an empty one; but an empty one is no reason. The
/// limits of a config argument are not taken from a refusal either.
Bytes argument_of_refusal(const FrameView& reply, Kind kind) noexcept {
    const Bytes argument = reply.argument();
    if (kind == Kind::query_config) {
        const auto config = ConfigView::parse(argument);
        const bool is_there =
            reply.header().error == static_cast<std::uint8_t>(AoeError::config_string_present);
        if (is_there && config && config->string() && !config->string()->empty()) return argument;
    } else if (kind == Kind::reserve) {
        const auto reserve = ReserveView::parse(argument);
        if (reserve && reserve->macs() && reserve->fields().mac_count > 0) return argument;
    }
    return {};
}

}  // namespace

std::uint8_t command_of(Kind kind) noexcept {
    switch (kind) {
        case Kind::query_config:
            return command::config;
        case Kind::mask:
            return command::mac_mask;
        case Kind::reserve:
            return command::reserve;
        default:
            return command::ata;
    }
}

std::size_t write_request(MutableBytes buffer, const Mac& source, std::uint32_t tag,
                          const Device& device, const Request& request, const Span& span) noexcept {
    const Header header{.destination = device.mac.value_or(broadcast_mac),
                        .source = source,
                        .address = device.address,
                        .command = command_of(request.kind),
                        .tag = tag};
    const FrameBuilder frame(buffer, header);
    if (request.is_list()) {
        return frame.finish_padded(write_list_argument(frame.argument(), request)).size();
    }
    const MutableBytes data = write_ata(frame.argument(), registers_of(device, request, span));
    std::size_t argument_size = ata_argument_size;
    if (request.kind == Kind::write) {
        const Bytes sectors = part_of(request.write_from, span);
        assert(data.size() >= sectors.size());
        std::copy(sectors.begin(), sectors.end(), data.begin());
        argument_size += sectors.size();
    }
    return frame.finish_padded(argument_size).size();
}

Judgement judge_reply(const FrameView& reply, const Request& request, const Span& span) noexcept {
    const Header header = reply.header();
    if ((header.flags & header_flag::error) != 0) {
        return {.verdict = Verdict::failure,
                .error = aoe_error(header.error),
                .data = argument_of_refusal(reply, request.kind)};
    }
    if (request.is_list()) return judge_list(reply.argument(), request);
    return judge_ata(reply.argument(), request, span);
}

}  // namespace aoe::initiator
