// SPDX-License-Identifier: MIT
#include "initiator/round_trip.h"

#include <algorithm>

namespace aoe::initiator {

void RoundTrip::sample(Time round_trip) noexcept {
    if (!mean_) {
        mean_ = round_trip;
        deviation_ = round_trip / 2;
        return;
    }
    const Time difference = round_trip - *mean_;
    *mean_ += difference / 8;
    deviation_ += (std::chrono::abs(difference) - deviation_) / 4;
}

Time RoundTrip::timeout(unsigned tries) const noexcept {
    const Time base = mean_ ? *mean_ + 4 * deviation_ : timing_.first_timeout;
    Time timeout = std::clamp(base, timing_.least_timeout, timing_.most_timeout);
    for (unsigned doubled = 1; doubled < tries && timeout < timing_.most_timeout; ++doubled) {
        timeout *= 2;
    }
    return std::min(timeout, timing_.most_timeout);
}

}  // namespace aoe::initiator
