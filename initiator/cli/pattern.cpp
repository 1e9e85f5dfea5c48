// SPDX-License-Identifier: MIT
#include "initiator/cli/pattern.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>

#include "initiator/transfer.h"
#include "wire/random.h"

namespace aoe::initiator {
namespace {

constexpr std::size_t words = sector_size / sizeof(std::uint64_t);

std::uint64_t word_at(std::span<const std::byte, sector_size> bytes, std::size_t index) noexcept {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + index * sizeof value, sizeof value);
    return value;
}

}  // namespace

void Pattern::fill(std::uint64_t sector, std::span<std::byte, sector_size> bytes) const noexcept {
    std::array<std::uint64_t, words> content{sector, seed_, pass_};
    Random random(sector ^ seed_ << 20 ^ pass_ << 44);
    for (std::size_t i = 3; i < words; ++i) content[i] = random.next();
    std::memcpy(bytes.data(), content.data(), sector_size);
}

std::optional<std::string> Pattern::check(std::uint64_t sector,
                                          std::span<const std::byte, sector_size> bytes) const {
    std::array<std::byte, sector_size> expected{};
    fill(sector, expected);
    const auto [place, unused] = std::mismatch(expected.begin(), expected.end(), bytes.begin());
    (void)unused;
    if (place == expected.end()) return std::nullopt;
    if (is_zero(bytes)) return "is all zero";
    const std::uint64_t holds_sector = word_at(bytes, 0), holds_pass = word_at(bytes, 2);
    std::array<std::byte, sector_size> other{};
    Pattern(word_at(bytes, 1), holds_pass).fill(holds_sector, other);
    if (std::equal(other.begin(), other.end(), bytes.begin())) {
        if (holds_sector != sector) return fmt::format("holds what sector {} should", holds_sector);
        if (word_at(bytes, 1) == seed_) {
            return fmt::format("holds pass {} of this pattern", holds_pass + 1);
        }
        return fmt::format("holds the pattern of seed {}", word_at(bytes, 1));
    }
    std::size_t different = 0;
    for (std::size_t i = 0; i < sector_size; ++i) {
        if (expected.at(i) != bytes[i]) ++different;
    }
    return fmt::format("differs in {} bytes from byte {} on", different, place - expected.begin());
}

}  // namespace aoe::initiator
