// SPDX-License-Identifier: MIT
// Why bytes are not the message that they claim to be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace aoe {

enum class Reject : std::uint8_t {
    shorter_than_header,      // AOE-HDR-06
    not_aoe,                  // AOE-HDR-01
    ata_argument_short,       // AOE-HDR-33
    config_argument_short,    // AOE-HDR-33
    config_string_too_long,   // AOE-CFG-16
    config_string_truncated,  // AOE-CFG-17
    mask_argument_short,      // AOE-HDR-33
    mask_list_truncated,      // AOE-MASK-16
    reserve_argument_short,   // AOE-HDR-33
    reserve_list_truncated,   // AOE-RES-15
    identify_short,           // AOE-ATAID-01
};
inline constexpr std::size_t reject_count = 11;

/// One sentence for people, with the sizes that were needed.
std::string_view sentence(Reject reject) noexcept;

}  // namespace aoe
