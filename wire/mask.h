// SPDX-License-Identifier: MIT
// Command 2, Mac Mask List (since r11): four bytes, then eight a directive.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wire/bytes.h"
#include "wire/expected.h"
#include "wire/reject.h"

namespace aoe {

inline constexpr std::size_t mask_argument_size = 4;
inline constexpr std::size_t mask_directive_size = 8;

namespace mask_command {
inline constexpr std::uint8_t read = 0;
inline constexpr std::uint8_t edit = 1;
}  // namespace mask_command

/// MError: inside the argument, with the header's error flag clear (AOE-MASK-14).
enum class MaskError : std::uint8_t { none = 0, unspecified = 1, bad_directive = 2, list_full = 3 };

namespace mask_directive {
inline constexpr std::uint8_t none = 0;
inline constexpr std::uint8_t add = 1;
inline constexpr std::uint8_t remove = 2;
}  // namespace mask_directive

struct MaskFields {
    std::uint8_t command = 0;          // mask_command
    std::uint8_t error = 0;            // MaskError
    std::uint8_t directive_count = 0;  // As declared.
    friend constexpr bool operator==(const MaskFields&, const MaskFields&) = default;
};

struct MaskDirective {
    std::uint8_t command = mask_directive::none;
    Mac mac{};
    friend constexpr bool operator==(const MaskDirective&, const MaskDirective&) = default;
};

/// Command 2's argument. Borrows: valid only while the frame is.
class MaskView {
public:
    static Expected<MaskView, Reject> parse(Bytes argument) noexcept;
    MaskFields fields() const noexcept;
    /// mask_list_truncated when fewer directives are there than declared (AOE-MASK-16): a lie in a
    /// request. In a reply with a MaskError the count is of directives done, which targets leave
    /// out, so look at fields() first (AOE-MASK-12).
    Expected<Bytes, Reject> directives() const noexcept;

private:
    explicit MaskView(Bytes argument) noexcept : argument_(argument) {}
    Bytes argument_;
};

/// Directive `index` of what directives() returned.
MaskDirective mask_directive_at(Bytes directives, std::size_t index) noexcept;

/// Writes the four bytes; `argument` holds at least mask_argument_size.
void write_mask(MutableBytes argument, const MaskFields& fields) noexcept;
/// Writes directive `index` behind them, its reserved byte zero.
void write_mask_directive(MutableBytes argument, std::size_t index,
                          const MaskDirective& directive) noexcept;
constexpr std::size_t mask_size(std::size_t directive_count) noexcept {
    return mask_argument_size + directive_count * mask_directive_size;
}

}  // namespace aoe
