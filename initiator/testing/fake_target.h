// SPDX-License-Identifier: MIT
// A target for tests, as plain as can be: a disk in memory, one reply for each good request,
// silence for everything else. What a test wants wrong it changes in the reply's bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/ata.h"
#include "wire/bytes.h"
#include "wire/frame.h"

namespace aoe::initiator::testing {

inline constexpr Mac own_mac{std::byte{2}, {}, {}, {}, {}, std::byte{1}};
inline constexpr Mac target_mac{std::byte{2}, {}, {}, {}, {}, std::byte{2}};

struct FakeTargetOptions {
    Address address{.shelf = 7, .slot = 3};
    Mac mac = target_mac;
    std::uint16_t buffer_count = 16;
    std::uint8_t sector_count = 2;
    std::string config_string = "scratch";
    std::size_t sectors = 1000;
    bool lba48 = true;
};

using FrameBytes = std::vector<std::byte>;

class FakeTarget {
public:
    explicit FakeTarget(const FakeTargetOptions& options);

    /// Sectors out of range get IDNF, unknown commands ABRT.
    std::optional<FrameBytes> answer(Bytes request);

    MutableBytes sector(std::size_t number);
    std::vector<std::byte>& disk() noexcept { return disk_; }
    std::size_t requests() const noexcept { return requests_; }
    std::size_t flushes() const noexcept { return flushes_; }

private:
    FrameBytes answer_config(const Header& header) const;
    FrameBytes answer_ata(const Header& header, Bytes argument);
    FrameBytes transfer(const Header& header, AtaRegisters registers, Bytes data);

    FakeTargetOptions options_;
    std::vector<std::byte> disk_;
    std::size_t requests_ = 0;
    std::size_t flushes_ = 0;
};

}  // namespace aoe::initiator::testing
