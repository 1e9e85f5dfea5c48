// SPDX-License-Identifier: MIT
// The whole reference target in memory, server, export and disk, beside a model of it. Whatever
// happens to the one happens to the other, and what they say and store must be the same: every byte
// of every reply, their number and order, and every sector. For a fuzz harness, which ends the
// process when a promise breaks.
#pragma once

#include <cstdint>
#include <system_error>
#include <vector>

#include "fuzz/fields.h"
#include "fuzz/scripted_link.h"
#include "fuzz/target_model.h"
#include "target/disk.h"
#include "target/export.h"
#include "target/server.h"

namespace aoe::fuzz {

/// Its sessions' mutator makes frames for this world too.
inline constexpr World target_world{.disk_sectors = 32};

/// A disk that fails when told to, and knows whether what was written is durable.
class FailingDisk final : public target::Disk {
public:
    explicit FailingDisk(const World& world) : disk_(world.disk_sectors) {}

    void set_fault(DiskFault fault) { fault_ = fault; }
    bool durable() const noexcept { return durable_; }
    /// Every byte of it.
    FrameBytes bytes();

    std::uint64_t sectors() const noexcept override { return disk_.sectors(); }
    bool read_only() const noexcept override { return false; }
    std::error_code read(std::uint64_t sector, MutableBytes into) override;
    std::error_code write(std::uint64_t sector, Bytes from) override;
    std::error_code flush() override;

private:
    bool holds(std::uint64_t sector, std::size_t size_bytes) const;

    target::MemoryDisk disk_;
    DiskFault fault_ = DiskFault::none;
    bool durable_ = true;
};

class TargetMachine {
public:
    /// Bits: 0 and 1 the MTU, 2 read-only, 3 no write cache, 4 the mask list holds an initiator.
    explicit TargetMachine(std::uint8_t setup);

    /// A frame arrives; frames too long for the link do not.
    void deliver(Bytes frame);
    /// Bytes that are too few for a frame say that something else happens; the first is what.
    void happen(Bytes instruction);
    /// Serves what has arrived, and compares.
    void serve();

    std::uint64_t replies() const noexcept { return replies_; }

private:
    void start_mtu(std::size_t mtu);
    void announce();

    TargetModel model_;
    ScriptedLink link_;
    FailingDisk disk_;
    target::Export export_;
    target::Server server_;
    std::vector<FrameBytes> expected_;
    std::size_t waiting_ = 0;    // Frames that arrived since serve().
    std::size_t batch_ = 1;      // As many are served together.
    std::size_t cut_bytes_ = 0;  // Of the next frame, which is longer than what arrives of it.
    std::optional<std::uint16_t> vlan_tag_;  // Of the next frame.
    std::uint64_t replies_ = 0;
};

}  // namespace aoe::fuzz
