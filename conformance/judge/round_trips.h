// SPDX-License-Identifier: MIT
// Round-trip times in constant memory: counts in buckets that are a sixteenth of their octave wide,
// so that a percentile is right to within about 6 %.
#pragma once

#include <array>
#include <cstdint>

#include "wire/clock.h"

namespace aoe::conformance {

class RoundTrips {
public:
    void add(Time round_trip);
    std::uint64_t count() const { return count_; }
    Time longest() const { return longest_; }
    /// The time that this part of all, from 0 to 1, does not exceed; 0 when there are none.
    Time percentile(double part) const;

private:
    static constexpr std::size_t steps = 16, octaves = 44;  // Up to about 4 hours.
    std::array<std::uint64_t, steps * octaves> buckets_{};
    std::uint64_t count_ = 0;
    Time longest_{};
};

}  // namespace aoe::conformance
