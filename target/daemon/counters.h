// SPDX-License-Identifier: MIT
// What happened since the start or the last clear. All of it only grows.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "target/responder.h"
#include "wire/bytes.h"
#include "wire/clock.h"

namespace aoe::target {

/// Times from a request's arrival to its reply, by powers of two of microseconds.
class LatencyCounter {
public:
    void add(Time latency) noexcept {
        const auto us = static_cast<std::uint64_t>(latency.count() / 1000);
        ++buckets_[std::min<std::size_t>(std::bit_width(us), buckets_.size() - 1)];
        ++count_;
        sum_us_ += us;
        max_us_ = std::max(max_us_, us);
    }
    std::uint64_t mean_us() const noexcept { return count_ == 0 ? 0 : sum_us_ / count_; }
    std::uint64_t sum_us() const noexcept { return sum_us_; }
    std::uint64_t max_us() const noexcept { return max_us_; }
    /// What that share of all stayed below, to the next power of two.
    std::uint64_t below_us(double share) const noexcept;

private:
    std::array<std::uint64_t, 32> buckets_{};
    std::uint64_t count_ = 0;
    std::uint64_t sum_us_ = 0;
    std::uint64_t max_us_ = 0;
};

struct ExportCounters {
    std::uint64_t requests = 0;  // For its address.
    std::uint64_t replies = 0;
    std::uint64_t silent = 0;   // Without a right to an answer: masked, malformed, not a request.
    std::uint64_t refused = 0;  // By the access lists.
    std::uint64_t dropped = 0;  // The queue was full, or there was no buffer or no interface left.
    std::uint64_t reads = 0;
    std::uint64_t writes = 0;
    std::uint64_t flushes = 0;
    std::uint64_t read_bytes = 0;
    std::uint64_t written_bytes = 0;
    std::uint64_t at_once = 0;  // Of reads and writes: nobody waited for the disk.
    std::uint64_t queue_peak = 0;
    std::uint64_t aborted = 0;  // ATA errors: ABRT, IDNF, UNC.
    std::uint64_t id_not_found = 0;
    std::uint64_t uncorrectable = 0;
    std::array<std::uint64_t, 7> aoe_errors{};  // By AoeError; beyond 6 there is none.
    LatencyCounter latency{};

    void note_reply(Bytes frame) noexcept;
    void note_done(const Operation& operation) noexcept;
};

struct InterfaceCounters {
    std::uint64_t received = 0;
    std::uint64_t received_bytes = 0;
    std::uint64_t sent = 0;
    std::uint64_t sent_bytes = 0;
    std::uint64_t send_errors = 0;
    std::uint64_t truncated = 0;   // Larger than the MTU.
    std::uint64_t tagged = 0;      // Of a virtual LAN.
    std::uint64_t for_nobody = 0;  // No export here has the address.
};

}  // namespace aoe::target
