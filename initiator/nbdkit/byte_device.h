// SPDX-License-Identifier: MIT
// A disk of sectors, read and written by the byte: requests that begin or end within a sector read
// what is around them. For many threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <system_error>

#include "initiator/nbdkit/sector_guard.h"
#include "initiator/request.h"
#include "wire/bytes.h"

namespace aoe::initiator::nbdkit {

class ByteDevice {
public:
    /// Carries out one request and returns when that is done; called by many threads at once.
    using Perform = std::function<std::error_code(const Request&)>;

    ByteDevice(Perform perform, const Address& address, std::uint64_t sectors);

    std::uint64_t size_bytes() const noexcept;
    /// Offsets are in bytes; who calls has checked that all of it is on the disk.
    std::error_code read(MutableBytes into, std::uint64_t offset);
    std::error_code write(Bytes from, std::uint64_t offset);
    std::error_code flush();
    /// Writes the last sector as it was read, since AoE has no other way to ask whether it can be
    /// written. is_refusal_to_write() says that it cannot; another ATA error is this sector's own.
    std::error_code probe_write();

private:
    std::error_code read_sectors(std::uint64_t first, MutableBytes into);
    std::error_code write_sectors(std::uint64_t first, Bytes from);

    Perform perform_;
    Address address_;
    std::uint64_t sectors_;
    SectorGuard guard_;
};

/// Whether the error of a write is one of a device that is written by nobody: ABRT, or WP as VSX
/// has it (AOE-ATA-40).
bool is_refusal_to_write(const std::error_code& error) noexcept;

/// The system's number for an error that a client of NBD can be told. `writing`: of a write, where
/// a command that the device refuses is one that is not permitted.
int error_number(const std::error_code& error, bool writing);

}  // namespace aoe::initiator::nbdkit
