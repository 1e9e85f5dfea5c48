// SPDX-License-Identifier: MIT
// How long to wait for a reply: Jacobson's and Karels' estimate of the round trip, from samples.
#pragma once

#include <optional>

#include "wire/clock.h"

namespace aoe::initiator {

/// The limits that timeouts stay within. The defaults suit disks on a LAN: a seek takes 10 ms, and
/// a disk that has to spin up is asked every two seconds.
struct Timing {
    Time first_timeout = std::chrono::milliseconds(250);  // While there is no sample.
    Time least_timeout = std::chrono::milliseconds(20);
    Time most_timeout = std::chrono::seconds(2);  // Back-off stops here.
    /// The least when replies to later frames prove that path and target are well.
    Time least_early_timeout = std::chrono::microseconds(250);
    /// An unanswered operation fails this long after its first frame was sent. Time in which nobody
    /// called, though a frame was due to be sent again, does not count.
    Time give_up_after = std::chrono::seconds(30);
};

/// Gains 1/8 for the mean and 1/4 for the mean deviation; timeout = mean + 4 deviations, doubled
/// with each retransmission. Since each has its own tag, every reply is a sound sample.
class RoundTrip {
public:
    explicit RoundTrip(const Timing& timing) noexcept : timing_(timing) {}

    void sample(Time round_trip) noexcept;
    /// For a frame that has been sent `tries` times (at least once) without an answer.
    Time timeout(unsigned tries) const noexcept;

    /// For a frame whose successors were answered: the same without the floor of least_timeout, and
    /// more patient the more often such a frame turned out not to be lost.
    Time early_timeout() const noexcept;
    /// A frame was answered after it had been sent again. Doubles that patience, to 64 times the
    /// deviation; every 1024 samples halve it again.
    void on_needless_resend() noexcept;

    /// Empty while there is no sample.
    std::optional<Time> mean() const noexcept { return mean_; }
    Time deviation() const noexcept { return deviation_; }

private:
    Timing timing_;
    std::optional<Time> mean_;
    Time deviation_{};
    unsigned patience_ = 1;
    unsigned samples_ = 0;  // Since the patience last changed.
};

}  // namespace aoe::initiator
