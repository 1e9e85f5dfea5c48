// SPDX-License-Identifier: MIT
#include "wire/clock.h"

#include <algorithm>
#include <ctime>
#include <poll.h>

#include "wire/link.h"

namespace aoe {

Time SystemClock::now() const noexcept {
    return std::chrono::steady_clock::now().time_since_epoch();
}

void SystemClock::wait(Link& link, Time deadline) {
    const Time until = std::min(deadline, link.next_due().value_or(deadline));
    const Time start = now();
    const Time left = until > start ? until - start : Time::zero();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
    pollfd watched{.fd = link.descriptor(), .events = POLLIN, .revents = 0};
    // A signal ends the wait as well: callers look again, so the result does not matter.
    ppoll(&watched, 1, &timeout, nullptr);
}

}  // namespace aoe
