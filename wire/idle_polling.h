// SPDX-License-Identifier: MIT
// Whether one who serves looks again at once or sleeps. To wake a sleeping core takes some 50 us,
// which is more than an answer takes, so it pays to stay awake as long as the next request comes
// soon. Whoever was last left waiting for longer than that sleeps at once: idle costs nothing.
#pragma once

#include <sched.h>
#include <thread>

#include "wire/clock.h"

namespace aoe {

class IdlePolling {
public:
    static constexpr Time longest = std::chrono::microseconds(100);

    bool pays() const noexcept { return pays_; }

    /// True as soon as found() is, which is asked again and again for as long as that pays.
    template <typename Found> bool look(Found found, const Clock& clock = SystemClock()) {
        if (!pays_) return false;
        const Time start = clock.now();
        do {
            for (int i = 0; i < looks_per_yield; ++i) {
                if (found()) return true;
            }
            ::sched_yield();  // Whom we wait for may want this core.
        } while (clock.now() - start < longest);
        return pays_ = false;
    }

    /// Returns what wait() does, like poll() how many are ready, and learns how long that took.
    template <typename Wait> int sleep(Wait wait, const Clock& clock = SystemClock()) {
        const Time start = clock.now();
        const int ready = wait();
        pays_ = ready > 0 && has_another_core_ && clock.now() - start < longest;
        return ready;
    }

private:
    static constexpr int looks_per_yield = 2;

    bool has_another_core_ = std::thread::hardware_concurrency() > 1;
    bool pays_ = false;
};

}  // namespace aoe
