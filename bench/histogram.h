// SPDX-License-Identifier: MIT
// Times by the million in a fixed space, to ask for percentiles afterwards.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace aoe::bench {

/// Times up to 255 ns are kept exactly, longer ones to within 1/128 (0.8 percent). Adding allocates
/// nothing. A plain value: what its bytes are copied to is the same histogram.
class Histogram {
public:
    void add(std::chrono::nanoseconds time) noexcept;
    void add(const Histogram& others) noexcept;
    std::uint64_t count() const noexcept { return count_; }
    /// The smallest time that `share` (0 to 1) of all do not exceed; zero while there is none.
    std::chrono::nanoseconds percentile(double share) const noexcept;
    std::chrono::nanoseconds largest() const noexcept { return largest_; }
    /// How many times there are up to each of these ends, the empty ones left out; ascending.
    struct Step {
        std::chrono::nanoseconds up_to{0};
        std::uint64_t count = 0;
    };
    std::vector<Step> steps() const;

private:
    static constexpr unsigned fine_bits = 7;
    static constexpr std::size_t buckets = std::size_t{64 - fine_bits} << fine_bits;

    static std::size_t bucket_of(std::uint64_t value) noexcept;
    static std::uint64_t upper_end(std::size_t bucket) noexcept;

    std::array<std::uint64_t, buckets> counts_{};
    std::uint64_t count_ = 0;
    std::chrono::nanoseconds largest_{0};
};

}  // namespace aoe::bench
