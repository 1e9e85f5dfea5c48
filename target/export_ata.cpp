// SPDX-License-Identifier: MIT
// Command 0, Issue ATA Command.
#include <algorithm>

#include "target/export.h"
#include "wire/identify.h"
#include "wire/sizes.h"

namespace aoe::target {
namespace {

constexpr std::uint8_t active_or_idle = 0xff;  // CHECK POWER MODE's answer in the count register.
namespace feature {
constexpr std::uint8_t enable_write_cache = 0x02;
constexpr std::uint8_t disable_write_cache = 0x82;
}  // namespace feature

AtaRegisters succeeded(AtaRegisters registers) noexcept {
    registers.error_feature = 0;  // Not the request's Feature (AOE-ATA-43).
    registers.sector_count = 0;   // Sectors that remain (AOE-ATA-16).
    registers.command_status = ata_status::ready;
    return registers;
}

AtaRegisters failed(AtaRegisters registers, std::uint8_t ata_error) noexcept {
    registers.error_feature = ata_error;
    registers.command_status = ata_status::ready | ata_status::error;
    return registers;
}

/// `data_size` bytes of data already stand behind the registers (AOE-ATA-45); none do after an
/// error (AOE-ATA-42). Reserved flags do not come back (AOE-HDR-03).
std::size_t write_reply(MutableBytes storage, const Header& header, AtaRegisters registers,
                        std::size_t data_size = 0) noexcept {
    registers.flags &=
        ata_flag::extended | ata_flag::device | ata_flag::asynchronous | ata_flag::write;
    const FrameBuilder reply(storage, header);
    write_ata(reply.argument(), registers);
    return reply.finish_padded(ata_argument_size + data_size).size();
}

MutableBytes data_of(MutableBytes storage) noexcept {
    return storage.subspan(ata_frame_size(0));
}

}  // namespace

Reply Export::ata_reply(const Request& request, const AtaRegisters& registers,
                        std::size_t data_size) const {
    return {write_reply(request.storage, reply_header(request), registers, data_size)};
}

Reply Export::ata_abort(const Request& request, const AtaRegisters& registers) const {
    return ata_reply(request, failed(registers, ata_error::aborted));
}

Outcome Export::ata(const Request& request) {
    const auto view = AtaView::parse(request.argument);
    if (!view) return Silence{};  // AOE-HDR-33
    const AtaRegisters registers = view->registers();
    if (registers.command_status != ata_command::identify_device &&
        !reservation_.admits(request.header.source)) {
        // The registers fail too, for whoever overlooks the header's error (AOE-RES-09, -10, -11).
        return Reply{write_reply(request.storage, reply_header(request, AoeError::target_reserved),
                                 failed(registers, ata_error::aborted))};
    }
    const AtaAddressing address = addressing(registers.command_status);
    const bool carries_data = (registers.flags & ata_flag::write) != 0;
    if (carries_data != (address.transfer == AtaTransfer::write)) {
        return ata_abort(request, registers);  // AOE-ATA-07
    }
    if (address.transfer != AtaTransfer::none) return transfer(request, *view, address);
    switch (registers.command_status) {
        case ata_command::identify_device:
            return identify(request, registers);
        case ata_command::set_features:
            return set_features(request, registers);
        case ata_command::flush_cache:
        case ata_command::flush_cache_ext:
            return flush(request, registers);  // AOE-ATA-34, -35
        case ata_command::check_power_mode: {
            AtaRegisters answer = succeeded(registers);
            answer.sector_count = active_or_idle;  // AOE-ATA-36
            return ata_reply(request, answer);
        }
        default:
            return ata_abort(request, registers);  // AOE-ATA-29, -38
    }
}

Outcome Export::transfer(const Request& request, const AtaView& view,
                         AtaAddressing addressing) const {
    const AtaRegisters registers = view.registers();
    const bool writes = addressing.transfer == AtaTransfer::write;
    const std::size_t size_bytes = registers.sector_count * sector_size;
    // A write may carry what a read may return: the config reply promises one number for both
    // (AOE-ATA-20, -21). ATA's count 0 means more than any frame holds (AOE-ATA-22).
    if (registers.sector_count == 0 || size_bytes > data_of(request.storage).size()) {
        return ata_abort(request, registers);
    }
    if (writes && (options_.read_only || view.data().size() < size_bytes)) {
        return ata_abort(request, registers);  // AOE-ATA-40, -23
    }
    // The command decides how wide the address is, not the flags (AOE-ATA-03, -05, -47).
    const std::uint64_t first = addressing.extended ? registers.lba : lba28(registers);
    if (first >= options_.sectors || registers.sector_count > options_.sectors - first) {
        // AOE-ATA-25, -26, -27, -28
        return ata_reply(request, failed(registers, ata_error::id_not_found));
    }
    Operation operation{.kind = writes ? Operation::Kind::write : Operation::Kind::read,
                        .durable = writes && !write_cache_enabled_,
                        .sector = first,
                        .storage = request.storage,
                        .header = reply_header(request),
                        .registers = registers};
    if (writes) {
        operation.from = view.data().first(size_bytes);  // AOE-ATA-24
    } else {
        operation.into = data_of(request.storage).first(size_bytes);
    }
    return operation;
}

Operation Export::flush(const Request& request, const AtaRegisters& registers) const {
    return {.kind = Operation::Kind::flush,
            .storage = request.storage,
            .header = reply_header(request),
            .registers = registers};
}

/// Its count and address mean nothing (AOE-ATA-33).
Outcome Export::identify(const Request& request, const AtaRegisters& registers) const {
    const MutableBytes data = data_of(request.storage);
    if (data.size() < identify_size) return ata_abort(request, registers);  // The MTU is too small.
    write_identify(data.first<identify_size>(), {.serial = options_.serial,
                                                 .firmware = options_.firmware,
                                                 .model = options_.model,
                                                 .sectors = options_.sectors,
                                                 .write_cache_supported = options_.write_cache,
                                                 .write_cache_enabled = write_cache_enabled_});
    return ata_reply(request, succeeded(registers), identify_size);
}

Outcome Export::set_features(const Request& request, const AtaRegisters& registers) {
    if (!options_.write_cache) {
        return ata_abort(request, registers);  // What is not there has no switch (AOE-ATAID-12).
    }
    switch (registers.error_feature) {
        case feature::enable_write_cache:
            write_cache_enabled_ = true;
            return ata_reply(request, succeeded(registers));
        case feature::disable_write_cache:
            // From now on every write is durable before its reply; what the cache holds already
            // becomes so before this one (AOE-ATA-39).
            write_cache_enabled_ = false;
            return flush(request, registers);
        default:
            return ata_abort(request, registers);
    }
}

std::size_t Export::finish(const Operation& operation, std::error_code result) {
    if (!result) {
        return write_reply(operation.storage, operation.header, succeeded(operation.registers),
                           operation.into.size());
    }
    Header header = operation.header;
    std::uint8_t ata_error = ata_error::aborted;
    if (result == std::errc::no_such_device || result == std::errc::no_such_device_or_address) {
        header.flags |= header_flag::error;
        header.error = static_cast<std::uint8_t>(AoeError::device_unavailable);  // AOE-HDR-40
    } else if (operation.kind == Operation::Kind::read) {
        ata_error = ata_error::uncorrectable;  // AOE-ATA-41
    }
    return write_reply(operation.storage, header, failed(operation.registers, ata_error));
}

}  // namespace aoe::target
