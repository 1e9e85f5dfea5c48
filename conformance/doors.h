// SPDX-License-Identifier: MIT
// Doors: what a run may do to a target and its network. All are shut until the user opens them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/expected.h"

namespace aoe::conformance {

enum class Door : std::uint8_t {
    write = 1,     // Sectors of the scratch range.
    config = 2,    // The config string.
    mask = 4,      // The MAC mask list.
    reserve = 8,   // The reserve list.
    hostile = 16,  // Malformed or oversize frames, bursts, unassigned commands, other sources.
    disk = 32,     // What a wrong target could let outside the scratch range.
};

/// A set of doors.
struct Doors {
    std::uint8_t bits = 0;

    constexpr Doors() = default;
    constexpr Doors(Door door) : bits(static_cast<std::uint8_t>(door)) {}
    constexpr explicit Doors(unsigned mask) : bits(static_cast<std::uint8_t>(mask)) {}
    constexpr bool empty() const { return bits == 0; }
    constexpr bool contains(Doors other) const { return (other.bits & ~bits) == 0; }
    friend constexpr Doors operator|(Doors a, Doors b) { return Doors(a.bits | unsigned{b.bits}); }
    friend constexpr Doors operator-(Doors a, Doors b) { return Doors(a.bits & ~unsigned{b.bits}); }
    friend constexpr bool operator==(Doors, Doors) = default;
};
constexpr Doors operator|(Door a, Door b) {
    return Doors(a) | Doors(b);
}

inline constexpr Doors all_doors{63U};

/// "write,config"; "none" when empty.
std::string to_string(Doors doors);
/// Reads --allow's list: door names with commas between, or "all". On failure one sentence.
Expected<Doors, std::string> parse_doors(std::string_view list);

}  // namespace aoe::conformance
