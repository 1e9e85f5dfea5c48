// SPDX-License-Identifier: MIT
// What a target exports: sectors of 512 bytes that can be read, written and made durable.
#pragma once

#include <cstdint>
#include <system_error>
#include <vector>

#include "wire/bytes.h"

namespace aoe::target {

/// Spans are 1 to 255 whole sectors within the disk: whoever calls has checked that. An error is
/// the system's. no_such_device and no_such_device_or_address mean that the device is gone for
/// good; any other one is about these sectors. A failed read may leave anything in `into`.
class Disk {
public:
    Disk() = default;
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;
    virtual ~Disk() = default;

    virtual std::uint64_t sectors() const noexcept = 0;
    virtual bool read_only() const noexcept = 0;

    virtual std::error_code read(std::uint64_t sector, MutableBytes into) = 0;
    virtual std::error_code write(std::uint64_t sector, Bytes from) = 0;
    /// Returns when every finished write would survive a loss of power.
    virtual std::error_code flush() = 0;
};

/// Sectors in memory, zero at first: for tests, and for whoever wants a disk to lose.
class MemoryDisk final : public Disk {
public:
    explicit MemoryDisk(std::uint64_t sectors, bool read_only = false);

    std::uint64_t sectors() const noexcept override;
    bool read_only() const noexcept override { return read_only_; }
    std::error_code read(std::uint64_t sector, MutableBytes into) override;
    std::error_code write(std::uint64_t sector, Bytes from) override;
    std::error_code flush() override { return {}; }

private:
    MutableBytes at(std::uint64_t sector, std::size_t size_bytes);

    std::vector<std::byte> bytes_;
    bool read_only_;
};

}  // namespace aoe::target
