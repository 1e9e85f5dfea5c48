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

/// Sleeps until the link may have something to receive or an event, `other` is readable, the time
/// is over or a signal came. -1 is none. What poll() returns.
int wait_readable(const Link& link, Time left, int other = -1);

/// CLOCK_MONOTONIC and wait_readable().
class SystemClock final : public Clock {
public:
    Time now() const noexcept override;
    void wait(Link& link, Time deadline) override;
};

}  // namespace aoe
