// SPDX-License-Identifier: MIT
#include "initiator/round_trip.h"

#include <algorithm>

namespace aoe::initiator {
namespace {

constexpr unsigned most_patience = 64;
constexpr unsigned samples_to_calm = 1024;

}  // namespace

void RoundTrip::sample(Time round_trip) noexcept {
    if (!mean_) {
        mean_ = round_trip;
        deviation_ = round_trip / 2;
        return;
    }
    if (patience_ > 1 && ++samples_ == samples_to_calm) {
        patience_ /= 2;
        samples_ = 0;
    }
    const Time difference = round_trip - *mean_;
    *mean_ += difference / 8;
    deviation_ += (std::chrono::abs(difference) - deviation_) / 4;
}

void RoundTrip::on_needless_resend() noexcept {
    patience_ = std::min(patience_ * 2, most_patience);
    samples_ = 0;
}

Time RoundTrip::early_timeout() const noexcept {
    if (!mean_) return timeout(1);
    // Round trips that hardly differ would leave no room for a reply that was overtaken.
    const Time margin = std::max(4 * deviation_, *mean_ / 4);
    return std::min(std::max(*mean_ + patience_ * margin, timing_.least_early_timeout), timeout(1));
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
