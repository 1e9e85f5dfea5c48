// SPDX-License-Identifier: MIT
// Chance as an input: numbers that follow from a seed alone, the same on every machine, which the
// distributions of <random> do not promise. Not for secrets.
#pragma once

#include <cassert>
#include <cstdint>

namespace aoe {

/// SplitMix64 (Steele, Lea, Flood 2014): every seed is a good one, zero too.
class Random {
public:
    explicit constexpr Random(std::uint64_t seed) noexcept : state_(seed) {}

    constexpr std::uint64_t next() noexcept {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
        return mixed ^ (mixed >> 31);
    }
    /// 0 up to, but not, `bound`, which must not be zero.
    constexpr std::uint64_t below(std::uint64_t bound) noexcept {
        assert(bound != 0);
        return next() % bound;
    }
    /// True with the given probability: never for 0, always for 1.
    constexpr bool chance(double probability) noexcept {
        return static_cast<double>(next() >> 11) * 0x1p-53 < probability;
    }

private:
    std::uint64_t state_;
};

}  // namespace aoe
