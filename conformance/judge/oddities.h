// SPDX-License-Identifier: MIT
// What is odd about a request. Rules about every reply are judged on replies to requests without
// any oddity; a request with one is judged by that oddity's own rules alone, so that one cause is
// counted once.
#pragma once

#include <cstdint>

#include "conformance/judge/seen_frame.h"

namespace aoe::conformance {

/// A set of oddities.
using Oddities = std::uint32_t;

namespace odd {
// Of the header.
inline constexpr Oddities version = 1U << 0;     // Other than 1.
inline constexpr Oddities response = 1U << 1;    // R set on what is sent to a target.
inline constexpr Oddities error_flag = 1U << 2;  // E set.
inline constexpr Oddities error_byte = 1U << 3;  // Error not 0.
inline constexpr Oddities reserved = 1U << 4;    // A reserved bit or byte is not zero.
inline constexpr Oddities command = 1U << 5;     // 4 to 255.
inline constexpr Oddities source = 1U << 6;      // A group address, or none.
inline constexpr Oddities own_source = 1U << 7;  // The target's own address.
inline constexpr Oddities foreign = 1U << 8;     // A unicast destination that is not the target's.
inline constexpr Oddities other_target = 1U << 9;  // Another shelf or slot.
inline constexpr Oddities vlan = 1U << 10;         // The reply is in another VLAN.
// Of the argument.
inline constexpr Oddities short_argument = 1U << 11;  // Breaks off within its fixed part.
inline constexpr Oddities length = 1U << 12;         // Promises more than is there, or than may be.
inline constexpr Oddities subcommand = 1U << 13;     // An unassigned CCmd, MCmd or RCmd.
inline constexpr Oddities trailing = 1U << 14;       // More than the message and 60 bytes.
inline constexpr Oddities fields = 1U << 15;         // Fields set that only replies use.
inline constexpr Oddities write_flag = 1U << 16;     // W disagrees with the ATA command.
inline constexpr Oddities extended_flag = 1U << 17;  // E of AFlags disagrees with it.
inline constexpr Oddities short_data = 1U << 18;     // A write with fewer bytes than it says.
inline constexpr Oddities no_count = 1U << 19;       // Sector Count 0, or IDENTIFY's is not 1.
inline constexpr Oddities group_destination = 1U << 20;  // A group address other than broadcast.
inline constexpr Oddities unseen = 1U
                                   << 21;  // The capture lacks some of the argument's fixed part.
}  // namespace odd

/// Those that the request itself shows.
Oddities oddities(const SeenFrame& request);

/// Where a target is.
struct Address {
    std::uint16_t shelf = 0;
    std::uint8_t slot = 0;
    Mac mac{};
    friend bool operator==(const Address&, const Address&) = default;
};

/// Those that it has towards this target.
Oddities oddities_towards(const SeenFrame& request, const Address& target);

}  // namespace aoe::conformance
