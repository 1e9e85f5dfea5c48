// SPDX-License-Identifier: MIT
#include "initiator/nbdkit/byte_device.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "initiator/error.h"

namespace aoe::initiator::nbdkit {
namespace {

/// The sectors that hold some bytes.
struct Cover {
    Cover(std::uint64_t offset, std::size_t size_bytes)
        : first(offset / sector_size),
          end((offset + size_bytes + sector_size - 1) / sector_size),
          head_bytes(offset % sector_size),
          size((end - first) * sector_size),
          exact(size == size_bytes) {}

    std::uint64_t first, end;
    std::size_t head_bytes;  // Before the bytes, in the first sector.
    std::size_t size;        // Of all the sectors, in bytes.
    bool exact;              // There are no other bytes in them.
};

std::ptrdiff_t at(std::size_t index) {
    return static_cast<std::ptrdiff_t>(index);
}

}  // namespace

ByteDevice::ByteDevice(Perform perform, const Address& address, std::uint64_t sectors)
    : perform_(std::move(perform)), address_(address), sectors_(sectors) {}

std::uint64_t ByteDevice::size_bytes() const noexcept {
    return sectors_ * sector_size;
}

std::error_code ByteDevice::read_sectors(std::uint64_t first, MutableBytes into) {
    return perform_(
        {.kind = Kind::read, .device = address_, .first_sector = first, .read_into = into});
}

std::error_code ByteDevice::write_sectors(std::uint64_t first, Bytes from) {
    return perform_(
        {.kind = Kind::write, .device = address_, .first_sector = first, .write_from = from});
}

std::error_code ByteDevice::read(MutableBytes into, std::uint64_t offset) {
    const Cover cover(offset, into.size());
    if (cover.exact) return read_sectors(cover.first, into);
    std::vector<std::byte> sectors(cover.size);
    if (const auto error = read_sectors(cover.first, sectors)) return error;
    std::copy_n(sectors.begin() + at(cover.head_bytes), into.size(), into.begin());
    return {};
}

std::error_code ByteDevice::write(Bytes from, std::uint64_t offset) {
    const Cover cover(offset, from.size());
    const SectorGuard::Hold hold(guard_, cover.first, cover.end, !cover.exact);
    if (cover.exact) return write_sectors(cover.first, from);
    std::vector<std::byte> sectors(cover.size);
    const MutableBytes all(sectors);
    if (const auto error = read_sectors(cover.first, all.first(sector_size))) return error;
    if (cover.end - cover.first > 1) {
        if (const auto error = read_sectors(cover.end - 1, all.last(sector_size))) return error;
    }
    std::copy(from.begin(), from.end(), sectors.begin() + at(cover.head_bytes));
    return write_sectors(cover.first, sectors);
}

std::error_code ByteDevice::flush() {
    return perform_({.kind = Kind::flush, .device = address_});
}

std::error_code ByteDevice::probe_write() {
    if (sectors_ == 0) return {};
    const SectorGuard::Hold hold(guard_, sectors_ - 1, sectors_, true);
    std::array<std::byte, sector_size> sector{};
    // A sector that cannot be read says nothing about writing.
    if (const auto error = read_sectors(sectors_ - 1, sector)) {
        return is_ata_error(error) ? std::error_code{} : error;
    }
    const auto error = write_sectors(sectors_ - 1, sector);
    return is_ata_error(error) && !is_refusal_to_write(error) ? std::error_code{} : error;
}

bool is_refusal_to_write(const std::error_code& error) noexcept {
    constexpr int write_protected = 0x40;  // The bit that is UNC of other commands.
    return is_abort(error) || (is_ata_error(error) && (error.value() & 0xff) == write_protected);
}

/// NBD knows only a few: others would reach the client as EINVAL.
int error_number(const std::error_code& error, bool writing) {
    if (error == std::errc::device_or_resource_busy) return EPERM;  // Another one's reservation.
    if (writing && is_refusal_to_write(error)) return EPERM;
    if (error == std::errc::invalid_argument) return EINVAL;
    if (error == std::errc::operation_not_supported) return EOPNOTSUPP;
    return EIO;
}

}  // namespace aoe::initiator::nbdkit
