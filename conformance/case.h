// SPDX-License-Identifier: MIT
// A case is data: what it is about, what it needs and what it opens, and a function of a few lines.
// Listing, coverage and guards read these fields and never run test code.
//
// Adding a case is adding one literal to a file of cases/. Its id stays as it is once released.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "conformance/doors.h"

namespace aoe::conformance {

class Exchange;

/// What a case cannot do without; where absent it is skipped with this machine-readable code.
enum class Need : std::uint16_t {
    second_mac = 1,    // A second source address of ours.
    identify = 2,      // An answered IDENTIFY DEVICE, so that the capacity is known.
    lba48 = 4,         // A disk that says it serves 48-bit commands.
    scratch28 = 8,     // A scratch range that 28-bit commands reach.
    restart = 16,      // A target that the suite can start again.
    two_sectors = 32,  // A link and a target that move at least two sectors a message.
    // Of the laboratory around a target that the suite started (lab/lab.h).
    soak = 64,                // Time to wait.
    twin = 128,               // A second export, with a disk of more than 128 GiB.
    read_only = 256,          // A target that can be started with a read-only export,
    access_list = 512,        // with a list of permitted addresses,
    second_interface = 1024,  // on a second interface.
    other_mtu = 2048,         // A link whose ends take another MTU.
    failing_disk = 4096       // A disk that can lose sectors under the target.
};
inline constexpr std::array all_needs{
    Need::second_mac,       Need::identify,  Need::lba48,       Need::scratch28, Need::restart,
    Need::two_sectors,      Need::soak,      Need::twin,        Need::read_only, Need::access_list,
    Need::second_interface, Need::other_mtu, Need::failing_disk};

struct Needs {
    std::uint16_t bits = 0;
    constexpr Needs() = default;
    constexpr Needs(Need need) : bits(static_cast<std::uint16_t>(need)) {}
    constexpr explicit Needs(unsigned mask) : bits(static_cast<std::uint16_t>(mask)) {}
    constexpr bool contains(Needs other) const { return (other.bits & ~bits) == 0; }
    constexpr bool meets(Needs other) const { return (other.bits & bits) != 0; }
    friend constexpr Needs operator|(Needs a, Needs b) { return Needs(a.bits | unsigned{b.bits}); }
};
constexpr Needs operator|(Need a, Need b) {
    return Needs(a) | Needs(b);
}

inline constexpr Needs lab_needs = Needs(Need::restart) | Need::twin | Need::read_only |
                                   Need::access_list | Need::other_mtu | Need::failing_disk;

/// "second-mac", ...
std::string_view name(Need need);
/// One sentence: what is missing.
std::string_view sentence(Need need);

struct Case {
    std::string_view id;                         // "cfg.set.refused-when-present"
    std::vector<std::string_view> requirements;  // Catalogue ids; the first is what it is about.
    std::string_view summary;                    // One sentence.
    Doors doors{};
    Needs needs{};
    void (*run)(Exchange& x) = nullptr;
    std::string_view since = "0.1";  // The release that added it.
};

/// Every case, in the order in which they run: what leaves the target alone comes first.
std::span<const Case> all_cases();

// One function a chapter, each in its own file of cases/.
std::vector<Case> header_cases();
std::vector<Case> config_cases();
std::vector<Case> announce_cases();
std::vector<Case> ata_cases();
std::vector<Case> ata_error_cases();
std::vector<Case> identify_cases();
std::vector<Case> reliability_cases();
std::vector<Case> mask_cases();
std::vector<Case> reserve_cases();
// What needs the laboratory, by the part of it.
std::vector<Case> restart_cases();
std::vector<Case> twin_cases();
std::vector<Case> network_cases();
std::vector<Case> failing_disk_cases();
std::vector<Case> flood_cases();

}  // namespace aoe::conformance
