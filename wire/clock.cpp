// SPDX-License-Identifier: MIT
#include "wire/clock.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <poll.h>

#include "wire/link.h"

namespace aoe {

int wait_readable(const Link& link, Time left, int other) {
    left = std::max(left, Time::zero());
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
    std::array<pollfd, 3> watched{{{.fd = link.descriptor(), .events = POLLIN, .revents = 0},
                                   {.fd = link.event_descriptor(), .events = POLLIN, .revents = 0},
                                   {.fd = other, .events = POLLIN, .revents = 0}}};
    return ppoll(watched.data(), watched.size(), &timeout, nullptr);
}

Time SystemClock::now() const noexcept {
    return std::chrono::steady_clock::now().time_since_epoch();
}

void SystemClock::wait(Link& link, Time deadline) {
    const Time until = std::min(deadline, link.next_due().value_or(deadline));
    const Time start = now();
    // A signal ends the wait as well: callers look again, so the result does not matter.
    wait_readable(link, std::max(until, start) - start);
}

}  // namespace aoe
