// SPDX-License-Identifier: MIT
#include "initiator/testing/fake_target.h"

#include <algorithm>
#include <array>

#include "wire/config.h"
#include "wire/identify.h"

namespace aoe::initiator::testing {
namespace {

FrameBytes ata_reply(const Header& header, const AtaRegisters& registers, Bytes data) {
    FrameBytes bytes(header_size + ata_argument_size + data.size());
    const FrameBuilder frame(bytes, header);
    const MutableBytes room = write_ata(frame.argument(), registers);
    std::copy(data.begin(), data.end(), room.begin());
    return bytes;
}

FrameBytes ata_failure(const Header& header, AtaRegisters registers, std::uint8_t error) {
    registers.command_status = ata_status::ready | ata_status::error;
    registers.error_feature = error;
    return ata_reply(header, registers, {});
}

}  // namespace

FakeTarget::FakeTarget(const FakeTargetOptions& options)
    : options_(options), disk_(options.sectors * sector_size) {}

MutableBytes FakeTarget::sector(std::size_t number) {
    return MutableBytes(disk_).subspan(number * sector_size, sector_size);
}

std::optional<FrameBytes> FakeTarget::answer(Bytes request) {
    const auto frame = FrameView::parse(request);
    if (!frame) return std::nullopt;
    Header header = frame->header();
    const bool ours = header.destination == options_.mac || header.destination == broadcast_mac;
    if (!ours || (header.flags & header_flag::response) != 0 ||
        !matches(header.address, options_.address)) {
        return std::nullopt;
    }
    ++requests_;
    header.destination = header.source;
    header.source = options_.mac;
    header.flags = header_flag::response;
    header.address = options_.address;
    if (header.command == command::config) return answer_config(header);
    if (header.command == command::ata) return answer_ata(header, frame->argument());
    return std::nullopt;
}

FrameBytes FakeTarget::answer_config(const Header& header) const {
    FrameBytes bytes(header_size + config_argument_size + options_.config_string.size());
    const FrameBuilder frame(bytes, header);
    write_config(frame.argument(),
                 {.buffer_count = options_.buffer_count,
                  .firmware_version = 0x4019,
                  .sector_count = options_.sector_count,
                  .version = aoe_version},
                 std::as_bytes(std::span(options_.config_string)));
    return bytes;
}

FrameBytes FakeTarget::answer_ata(const Header& header, Bytes argument) {
    const auto view = AtaView::parse(argument);
    if (!view) return {};
    AtaRegisters registers = view->registers();
    const AtaRegisters good{.command_status = ata_status::ready, .lba = registers.lba};
    switch (registers.command_status) {
        case ata_command::identify_device: {
            std::array<std::byte, identify_size> data{};
            write_identify(data, {.serial = "fake",
                                  .firmware = "1",
                                  .model = "Fake target",
                                  .sectors = disk_.size() / sector_size});
            // Word 83: bit 10 LBA48, 12 FLUSH CACHE, 13 FLUSH CACHE EXT; the sum is wrong then.
            if (!options_.lba48) {
                data[167] = std::byte{0x50};
                data[510] = std::byte{0};
            }
            return ata_reply(header, good, data);
        }
        case ata_command::flush_cache:
        case ata_command::flush_cache_ext:
            ++flushes_;
            return ata_reply(header, good, {});
        default:
            if (addressing(registers.command_status).transfer == AtaTransfer::none) {
                return ata_failure(header, registers, ata_error::aborted);
            }
            return transfer(header, registers, view->data());
    }
}

FrameBytes FakeTarget::transfer(const Header& header, AtaRegisters registers, Bytes data) {
    const AtaAddressing how = addressing(registers.command_status);
    const std::uint64_t first = how.extended ? registers.lba : lba28(registers);
    const std::size_t size = registers.sector_count * sector_size;
    if (first * sector_size + size > disk_.size()) {
        return ata_failure(header, registers, ata_error::id_not_found);
    }
    const MutableBytes sectors = MutableBytes(disk_).subspan(first * sector_size, size);
    registers.command_status = ata_status::ready;
    registers.error_feature = 0;
    if (how.transfer == AtaTransfer::read) return ata_reply(header, registers, sectors);
    if (data.size() < size) return ata_failure(header, registers, ata_error::aborted);
    std::copy_n(data.begin(), size, sectors.begin());
    return ata_reply(header, registers, {});
}

}  // namespace aoe::initiator::testing
