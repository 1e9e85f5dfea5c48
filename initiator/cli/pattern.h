// SPDX-License-Identifier: MIT
// Contents for sectors that say where they belong: number, seed and pass, then numbers that follow
// from those. So a wrong sector tells what went wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wire/ata.h"
#include "wire/bytes.h"

namespace aoe::initiator {

class Pattern {
public:
    Pattern(std::uint64_t seed, std::uint64_t pass) noexcept : seed_(seed), pass_(pass) {}

    void fill(std::uint64_t sector, std::span<std::byte, sector_size> bytes) const noexcept;
    /// None when the sector holds its pattern; else what it holds: "is all zero", "holds what
    /// sector 9 should", "holds pass 1 of this pattern", "differs in 4 bytes from byte 12 on".
    std::optional<std::string> check(std::uint64_t sector,
                                     std::span<const std::byte, sector_size> bytes) const;

private:
    std::uint64_t seed_;
    std::uint64_t pass_;
};

}  // namespace aoe::initiator
