// SPDX-License-Identifier: MIT
#include "fuzz/export_machine.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <initializer_list>
#include <variant>

#include "fuzz/raw_bytes.h"
#include "fuzz/require.h"
#include "target/server.h"
#include "wire/ata.h"

namespace aoe::fuzz {
namespace {

using Kind = target::Operation::Kind;
constexpr std::size_t spare_bytes = 64;  // Behind the largest frame, where nothing may be written.
constexpr std::size_t data_offset = 36;

bool is_opcode(Bytes frame, std::initializer_list<std::uint8_t> opcodes) {
    return std::ranges::find(opcodes, field_in(frame, FieldKind::opcode)) != opcodes.end();
}

/// A read of one of the lists, or IDENTIFY.
FrameBytes question(const Mac& from, std::uint8_t command) {
    FrameBytes frame(minimum_frame_size);
    const auto put = [&](FieldKind kind, std::uint64_t value) {
        set(frame, field_of(kind), value);
    };
    put(FieldKind::destination, value_of(export_world.target));
    put(FieldKind::source, value_of(from));
    put(FieldKind::ether_type, 0x88a2);
    put(FieldKind::version_flags, 0x10);
    put(FieldKind::shelf, export_world.address.shelf);
    put(FieldKind::slot, export_world.address.slot);
    put(FieldKind::command, command);
    if (command == command::ata) {
        put(FieldKind::opcode, ata_command::identify_device);
    }
    return frame;
}

}  // namespace

ExportSetup::ExportSetup(std::uint8_t bits)
    : mtu(std::array<std::size_t, 4>{1500, 9000, 576, 46}[bits & 3U]),
      read_only((bits & 4U) != 0),
      write_cache((bits & 8U) == 0),
      masked((bits & 16U) != 0) {
    constexpr std::array errors{std::errc{}, std::errc{}, std::errc::io_error,
                                std::errc::no_such_device};
    disk_error = std::make_error_code(errors[(bits >> 5U) & 3U]);
}

std::size_t ExportSetup::largest_frame_bytes() const noexcept {
    return std::max(minimum_frame_size, mtu + ethernet_header_size);
}

ExportMachine::ExportMachine(const ExportSetup& setup, std::byte dirt)
    : setup_(setup),
      dirt_(dirt),
      storage_(setup.largest_frame_bytes() + spare_bytes),
      disk_(export_world.disk_sectors),
      shadow_(export_world.disk_sectors * sector_size),
      export_({.address = export_world.address,
               .sectors = export_world.disk_sectors,
               .read_only = setup.read_only,
               .serial = "fuzz",
               .write_cache = setup.write_cache,
               .mask = setup.masked ? std::vector<Mac>{export_world.ours} : std::vector<Mac>{}}),
      port_({.mac = export_world.target,
             .mtu = setup.mtu,
             .receive_capacity = 93,
             .smallest_mtu = setup.mtu}) {}

std::optional<FrameBytes> ExportMachine::ask(Bytes request) {
    const auto outcome = export_.begin(request, port_, dirty_storage());
    if (const auto* reply = std::get_if<target::Reply>(&outcome)) {
        return taken(reply->size);
    }
    if (const auto* operation = std::get_if<target::Operation>(&outcome)) {
        return taken(perform(*operation, request));
    }
    return taken(0);
}

std::vector<std::optional<FrameBytes>> ExportMachine::state() {
    const Mac asker = admitted();
    return {announcement(0), ask(question(asker, command::mac_mask)),
            ask(question(asker, command::reserve)), ask(question(asker, command::ata))};
}

void ExportMachine::check_disk() {
    FrameBytes now(shadow_.size());
    require(!disk_.read(0, now) && equal(now, shadow_), "the disk holds what was written");
}

MutableBytes ExportMachine::dirty_storage() {
    std::memset(storage_.data(), std::to_integer<int>(dirt_), storage_.size());
    return storage_;
}

std::optional<FrameBytes> ExportMachine::taken(std::size_t size_bytes) const {
    const Bytes beyond = Bytes(storage_).subspan(setup_.largest_frame_bytes());
    require(equal(beyond, FrameBytes(spare_bytes, dirt_)),
            "nothing is written behind the largest frame");
    if (size_bytes == 0) {
        return std::nullopt;
    }
    require(size_bytes >= minimum_frame_size, "a reply has Ethernet's minimum");
    require(size_bytes <= setup_.largest_frame_bytes(), "a reply fits the MTU");
    return FrameBytes(storage_.begin(), storage_.begin() + static_cast<std::ptrdiff_t>(size_bytes));
}

std::optional<FrameBytes> ExportMachine::announcement(std::size_t index) {
    return taken(export_.announce(port_, index, dirty_storage()));
}

/// Somebody who is answered: announcements go to everyone in the mask list, if it has entries.
Mac ExportMachine::admitted() {
    for (std::size_t index = 0;; ++index) {
        const auto frame = announcement(index);
        if (!frame) {
            return export_world.ours;  // In vain, unless the list is empty.
        }
        const Mac to = mac_from(field_in(*frame, FieldKind::destination));
        if (!is_group(to) && to != export_world.target) {
            return to;
        }
    }
}

std::size_t ExportMachine::perform(const target::Operation& operation, Bytes request) {
    require(request.size() >= data_offset && field_in(request, FieldKind::command) == command::ata,
            "the disk is used for ATA commands only");
    if (operation.kind != Kind::flush) {
        check_transfer(operation, request);
    }
    if (setup_.disk_error) {
        return export_.finish(operation, setup_.disk_error);
    }
    require(!target::perform(operation, disk_), "a disk in memory does not fail");
    const MutableBytes here = MutableBytes(shadow_).subspan(operation.sector * sector_size);
    if (operation.kind == Kind::write) {
        copy(operation.from, here);
    }
    const std::size_t size_bytes = export_.finish(operation, {});
    if (operation.kind == Kind::read) {
        const std::size_t data_bytes = field_in(request, FieldKind::ata_count) * sector_size;
        require(size_bytes == data_offset + data_bytes, "a read has its size");
        require(equal(Bytes(storage_).subspan(data_offset, data_bytes), here.first(data_bytes)),
                "a read returns what was written");
    }
    return size_bytes;
}

void ExportMachine::check_transfer(const target::Operation& operation, Bytes request) const {
    const bool writes = operation.kind == Kind::write;
    require(writes ? is_opcode(request, {0x30, 0x34, 0x35, 0xca})
                   : is_opcode(request, {0x20, 0x24, 0x25, 0xc8}),
            "only reads read and only writes write");
    require(((field_in(request, FieldKind::ata_flags) & 1) != 0) == writes,
            "the write flag agrees with what is done");
    require(!writes || !setup_.read_only, "a read-only disk is not written");

    const bool wide = is_opcode(request, {0x24, 0x25, 0x34, 0x35});
    const std::uint64_t lba =
        field_in(request, FieldKind::lba) & (wide ? 0xffffffffffff : 0xfffffff);
    const std::uint64_t count = field_in(request, FieldKind::ata_count);
    const std::uint64_t disk = export_world.disk_sectors;
    require(operation.sector == lba, "sectors move where the request says");
    require(count != 0 && count <= disk && lba <= disk - count, "all sectors are on the disk");

    const std::size_t data_bytes = count * sector_size;
    if (writes) {
        require(request.size() >= data_offset + data_bytes &&
                    operation.from.data() == request.data() + data_offset &&
                    operation.from.size() == data_bytes,
                "a write takes its sectors from the request");
    } else {
        require(operation.into.data() == storage_.data() + data_offset &&
                    operation.into.size() == data_bytes,
                "a read puts its sectors into the reply");
    }
}

std::uint64_t field_in(Bytes frame, FieldKind kind) {
    return get(frame, field_of(kind));
}

}  // namespace aoe::fuzz
