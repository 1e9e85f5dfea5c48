// SPDX-License-Identifier: MIT
#include "conformance/judge/round_trips.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace aoe::conformance {

void RoundTrips::add(Time round_trip) {
    const auto value = static_cast<std::uint64_t>(std::max<Time::rep>(round_trip.count(), 0));
    std::size_t bucket = value;
    if (value >= steps) {
        const std::size_t octave = std::bit_width(value) - 4U;
        bucket = octave * steps + (value >> (octave - 1)) - steps;
    }
    ++buckets_[std::min(bucket, buckets_.size() - 1)];
    ++count_;
    longest_ = std::max(longest_, round_trip);
}

Time RoundTrips::percentile(double part) const {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        seen += buckets_[i];
        if (seen < wanted || seen == 0) continue;
        if (i < steps) return Time(static_cast<Time::rep>(i));
        const std::size_t octave = i / steps;
        const std::uint64_t upper = (steps + i % steps + 1) << (octave - 1);
        return std::min(Time(static_cast<Time::rep>(upper - 1)), longest_);
    }
    return longest_;
}

}  // namespace aoe::conformance
