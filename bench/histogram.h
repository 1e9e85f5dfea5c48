// SPDX-License-Identifier: MIT
// Times by the million in a fixed space, to ask for percentiles afterwards.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace aoe::bench {

/// Times up to 63 ns are kept exactly, longer ones to within 1/32 (three percent). Adding allocates
/// nothing.
class Histogram {
public:
    void add(std::chrono::nanoseconds time) noexcept;
    std::uint64_t count() const noexcept { return count_; }
    /// The smallest time that `share` (0 to 1) of all do not exceed; zero while there is none.
    std::chrono::nanoseconds percentile(double share) const noexcept;
    std::chrono::nanoseconds largest() const noexcept { return largest_; }

private:
    static constexpr unsigned fine_bits = 5;
    static constexpr std::size_t buckets = std::size_t{64 - fine_bits} << fine_bits;

    static std::size_t bucket_of(std::uint64_t value) noexcept;
    static std::uint64_t upper_end(std::size_t bucket) noexcept;

    std::array<std::uint64_t, buckets> counts_{};
    std::uint64_t count_ = 0;
    std::chrono::nanoseconds largest_{0};
};

}  // namespace aoe::bench
