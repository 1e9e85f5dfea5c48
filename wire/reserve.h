// SPDX-License-Identifier: MIT
// Command 3, Reserve/Release (since r11): two bytes, then six an address.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wire/bytes.h"
#include "wire/expected.h"
#include "wire/reject.h"

namespace aoe {

inline constexpr std::size_t reserve_argument_size = 2;
inline constexpr std::size_t mac_size = 6;

namespace reserve_command {
inline constexpr std::uint8_t read = 0;
inline constexpr std::uint8_t set = 1;
inline constexpr std::uint8_t force_set = 2;
}  // namespace reserve_command

struct ReserveFields {
    std::uint8_t command = 0;    // reserve_command
    std::uint8_t mac_count = 0;  // As declared.
    friend constexpr bool operator==(const ReserveFields&, const ReserveFields&) = default;
};

/// Command 3's argument. Borrows: valid only while the frame is.
class ReserveView {
public:
    static Expected<ReserveView, Reject> parse(Bytes argument) noexcept;
    ReserveFields fields() const noexcept;
    /// reserve_list_truncated when fewer addresses are there than declared (AOE-RES-15).
    Expected<Bytes, Reject> macs() const noexcept;

private:
    explicit ReserveView(Bytes argument) noexcept : argument_(argument) {}
    Bytes argument_;
};

/// Address `index` of what macs() returned.
Mac reserve_mac_at(Bytes macs, std::size_t index) noexcept;

/// Writes the two bytes and the addresses (at most 255 that fit). Returns the argument's size.
std::size_t write_reserve(MutableBytes argument, std::uint8_t command,
                          std::span<const Mac> macs) noexcept;

}  // namespace aoe
