// SPDX-License-Identifier: MIT
// How much processor time programs have used, user and system together.
#pragma once

#include <chrono>
#include <optional>

namespace aoe::bench {

std::chrono::nanoseconds own_cpu_time();

/// Of all processes of the group, children that have ended left out; nothing when there is none.
/// A process that has not slept since is known as of the kernel's last tick, 1 to 10 ms ago.
std::optional<std::chrono::nanoseconds> group_cpu_time(long group);

}  // namespace aoe::bench
