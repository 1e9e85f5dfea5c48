// SPDX-License-Identifier: MIT
// Time as an input: everything that waits is given a Clock, so that the same code runs against a
// real interface and in a simulation that never sleeps.
#pragma once

#include <chrono>

namespace aoe {

class Link;

/// Nanoseconds since an origin that only the clock knows; steady.
using Time = std::chrono::nanoseconds;

class Clock {
public:
    virtual ~Clock() = default;
    virtual Time now() const noexcept = 0;
    /// Returns when `link` may have something to receive or an event, or at `deadline`, or when a
    /// signal came; callers look again rather than trust the reason.
    virtual void wait(Link& link, Time deadline) = 0;
};

/// CLOCK_MONOTONIC, and poll() on the link's descriptor.
class SystemClock final : public Clock {
public:
    Time now() const noexcept override;
    void wait(Link& link, Time deadline) override;
};

}  // namespace aoe
