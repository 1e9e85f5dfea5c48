// SPDX-License-Identifier: MIT
// Waits for any of many descriptors to become readable, and calls who wanted to know.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>

#include "wire/descriptor.h"

namespace aoe::target {

class EventLoop {
public:
    /// Throws std::system_error.
    EventLoop();

    /// `on_readable` is called from wait() while the descriptor is readable; it may watch and
    /// forget any, its own too.
    void watch(int descriptor, std::function<void()> on_readable);
    void forget(int descriptor);

    /// Waits for one at least, or until the time is over; then calls for all that are ready.
    void wait(std::optional<std::chrono::milliseconds> timeout = std::nullopt);

private:
    Descriptor epoll_;
    std::map<int, std::function<void()>> watched_;
};

}  // namespace aoe::target
