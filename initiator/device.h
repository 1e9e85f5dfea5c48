// SPDX-License-Identifier: MIT
// What is known about one AoE device: where it is, what its config reply says, what it identifies
// itself as.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/config.h"
#include "wire/frame.h"
#include "wire/identify.h"

namespace aoe::initiator {

struct Device {
    Address address;
    /// Who answers for it; frames from anybody else are ignored once this is known.
    std::optional<Mac> mac;
    std::optional<ConfigFields> config;
    std::string config_string;  // Any bytes at all (AOE-CFG-18).
    std::optional<std::array<std::byte, identify_size>> identify;
    /// As the latest reply to a mask or reserve request told them; empty lists permit everybody.
    std::vector<Mac> mask_list{};
    std::vector<Mac> reserve_list{};

    /// Ready for reads, writes and flushes.
    bool ready() const noexcept { return mac && config && identify; }
    bool supports_lba48() const noexcept;
    /// The size of the disk; 0 while not identified.
    std::uint64_t sectors() const noexcept;
    /// FLUSH CACHE EXT where word 83 offers it and LBA48, else FLUSH CACHE where it offers that.
    std::optional<std::uint8_t> flush_command() const noexcept;
};

/// Most sectors of one frame by the config reply alone; its 0 means 2 (AOE-CFG-26).
std::size_t advertised_sectors(const ConfigFields& config) noexcept;

}  // namespace aoe::initiator
