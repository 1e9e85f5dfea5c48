// SPDX-License-Identifier: MIT
// A target in memory that checks each step of its own work: where sectors go, and that no buffer is
// left but with what a reply says. For a fuzz harness, which ends the process when a promise
// breaks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>
#include <vector>

#include "fuzz/field_values.h"
#include "fuzz/fields.h"
#include "target/disk.h"
#include "target/export.h"

namespace aoe::fuzz {

/// Its sessions' mutator makes frames for this world too.
inline constexpr World export_world{.disk_sectors = 32};

/// What the first byte of a session means.
struct ExportSetup {
    std::size_t mtu = 1500;
    bool read_only = false;
    bool write_cache = true;
    bool masked = false;           // The mask list holds the first initiator at the start.
    std::error_code disk_error{};  // What every operation comes to.

    explicit ExportSetup(std::uint8_t bits);
    std::size_t largest_frame_bytes() const noexcept;
};

class ExportMachine {
public:
    /// Every buffer that the target is lent is full of `dirt`.
    ExportMachine(const ExportSetup& setup, std::byte dirt);

    /// The reply, or nothing for silence.
    std::optional<FrameBytes> ask(Bytes request);

    /// Everything that the target remembers: the config string, both lists, the write cache.
    std::vector<std::optional<FrameBytes>> state();

    /// The disk holds what was written and nothing else.
    void check_disk();

private:
    MutableBytes dirty_storage();
    std::optional<FrameBytes> taken(std::size_t size_bytes) const;
    std::optional<FrameBytes> announcement(std::size_t index);
    Mac admitted();
    std::size_t perform(const target::Operation& operation, Bytes request);
    void check_transfer(const target::Operation& operation, Bytes request) const;

    ExportSetup setup_;
    std::byte dirt_;
    FrameBytes storage_;
    target::MemoryDisk disk_;
    FrameBytes shadow_;  // What the disk should hold.
    target::Export export_;
    target::Port port_;
};

/// The field's value, by its place alone: a mistake of the codec is not repeated here.
std::uint64_t field_in(Bytes frame, FieldKind kind);

}  // namespace aoe::fuzz
