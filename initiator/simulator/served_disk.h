// SPDX-License-Identifier: MIT
// The simulated target: an export with a disk whose cache a power cut may lose.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "initiator/simulator/judge.h"
#include "initiator/simulator/plan.h"
#include "target/disk.h"
#include "target/export.h"
#include "wire/random.h"

namespace aoe::simulator {

inline constexpr Address target_address{.shelf = 7, .slot = 3};
inline constexpr Mac target_mac{std::byte{2}, {}, {}, {}, {}, std::byte{0xff}};

/// Tells the judge all that happens to it.
class ServedDisk final : public target::Disk {
public:
    ServedDisk(std::uint64_t sectors, Judge& judge);

    std::uint64_t sectors() const noexcept override { return now_.size() / sector_size; }
    bool read_only() const noexcept override { return false; }
    std::error_code read(std::uint64_t sector, MutableBytes into) override;
    std::error_code write(std::uint64_t sector, Bytes from) override;
    std::error_code flush() override;

    /// Of the sectors that were written since the last flush each is lost or not.
    void cut_power(Random& random);
    Bytes bytes() const noexcept { return now_; }

private:
    Judge& judge_;
    std::vector<std::byte> now_, durable_;
    std::vector<std::uint64_t> written_;  // Since the last flush.
};

class SimulatedTarget {
public:
    SimulatedTarget(const Conditions& conditions, Judge& judge);

    /// Answers a frame; the reply is valid until the next call. Empty: none, or it is away.
    Bytes answer(unsigned initiator, Bytes frame, Time now);

    void stop(bool power, Time until);
    /// When it comes back; empty while it is there.
    std::optional<Time> back_at() const noexcept { return back_at_; }
    /// Its announcement; what it served before is on the disk, its lists are not.
    Bytes start();

    Bytes disk() const noexcept { return disk_.bytes(); }

private:
    Conditions conditions_;
    Judge& judge_;
    ServedDisk disk_;
    Random random_;
    target::Port port_;
    std::optional<target::Export> export_;
    std::optional<Time> back_at_;
    std::vector<std::byte> storage_;
};

}  // namespace aoe::simulator
