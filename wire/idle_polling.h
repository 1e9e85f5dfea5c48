// SPDX-License-Identifier: MIT
// Whether one who serves looks again at once or sleeps. To wake a sleeping core takes some 50 us,
// which is more than an answer takes, so it pays to stay awake as long as the next request comes
// soon. Whoever was last left waiting for longer than that sleeps at once: idle costs nothing.
#pragma once

#include <algorithm>
#include <sched.h>
#include <thread>

#include "wire/clock.h"
#include "wire/link.h"

namespace aoe {

class IdlePolling {
public:
    static constexpr Time longest = std::chrono::microseconds(100);

    /// `look` is poll() or the like: waits at most so many milliseconds, -1 being for ever, and
    /// returns how many descriptors are ready, or less than 0. What it returned last is returned.
    template <typename Look>
    int wait(int timeout_ms, Look look, const Clock& clock = SystemClock()) {
        const Time start = clock.now();
        while (pays_) {
            if (const int ready = look(0); ready != 0) return ready;
            pays_ = clock.now() - start < longest;
            ::sched_yield();  // Whom we wait for may want this core.
        }
        const int ready = look(timeout_ms);
        pays_ = ready > 0 && has_another_core_ && clock.now() - start < longest;
        return ready;
    }

private:
    bool has_another_core_ = std::thread::hardware_concurrency() > 1;
    bool pays_ = false;
};

/// For one who measures how long others take to answer, and not how long it takes to wake.
class PollingClock final : public Clock {
public:
    Time now() const noexcept override { return clock_.now(); }
    void wait(Link& link, Time deadline) override {
        const Time until = std::min(deadline, link.next_due().value_or(deadline));
        polling_.wait(-1, [&](int ms) {
            const Time start = now();
            return wait_readable(link, ms == 0 ? Time{0} : std::max(until, start) - start);
        });
    }

private:
    SystemClock clock_;
    IdlePolling polling_;
};

}  // namespace aoe
