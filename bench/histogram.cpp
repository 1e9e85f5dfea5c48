// SPDX-License-Identifier: MIT
#include "bench/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>

namespace aoe::bench {

/// Each power of two has 128 buckets of one width: the seven bits that follow the highest one.
std::size_t Histogram::bucket_of(std::uint64_t value) noexcept {
    const auto width = static_cast<unsigned>(std::bit_width(value));
    if (width <= fine_bits + 1) {
        return value;
    }
    const unsigned shift = width - fine_bits - 1;
    return (std::size_t{shift} << fine_bits) + (value >> shift);
}

std::uint64_t Histogram::upper_end(std::size_t bucket) noexcept {
    const std::size_t lowest_shifted = std::size_t{2} << fine_bits;
    if (bucket < lowest_shifted) {
        return bucket;
    }
    const std::size_t shift = (bucket >> fine_bits) - 1;
    const std::uint64_t leading = bucket - (shift << fine_bits);
    return ((leading + 1) << shift) - 1;
}

void Histogram::add(std::chrono::nanoseconds time) noexcept {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.count()));
    ++counts_[bucket_of(value)];
    ++count_;
    largest_ = std::max(largest_, time);
}

void Histogram::add(const Histogram& others) noexcept {
    std::ranges::transform(counts_, others.counts_, counts_.begin(), std::plus<>{});
    count_ += others.count_;
    largest_ = std::max(largest_, others.largest_);
}

std::vector<Histogram::Step> Histogram::steps() const {
    std::vector<Step> made;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        if (counts_[bucket] == 0) continue;
        const std::chrono::nanoseconds end{static_cast<std::int64_t>(upper_end(bucket))};
        made.push_back({.up_to = std::min(end, largest_), .count = counts_[bucket]});
    }
    return made;
}

std::chrono::nanoseconds Histogram::percentile(double share) const noexcept {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        seen += counts_[bucket];
        if (seen >= wanted && seen != 0) {
            const std::chrono::nanoseconds end{static_cast<std::int64_t>(upper_end(bucket))};
            return std::min(end, largest_);
        }
    }
    return std::chrono::nanoseconds{0};
}

}  // namespace aoe::bench
