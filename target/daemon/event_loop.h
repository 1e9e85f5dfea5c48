// SPDX-License-Identifier: MIT
// Waits for any of many descriptors to become ready, and calls who wanted to know.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>

#include "wire/descriptor.h"
#include "wire/idle_polling.h"

namespace aoe::target {

class EventLoop {
public:
    /// Throws std::system_error.
    EventLoop();

    enum class Until { readable, writable };
    /// `on_ready` is called from wait() while the descriptor is ready, or its other end is gone; it
    /// may watch and forget any, its own too. A descriptor is watched once at a time.
    void watch(int descriptor, std::function<void()> on_ready, Until until = Until::readable);
    void forget(int descriptor);

    /// Waits for one at least, or until the time is over; then calls for all that are ready.
    void wait(std::optional<std::chrono::milliseconds> timeout = std::nullopt);

private:
    Descriptor epoll_;
    IdlePolling polling_;
    std::map<int, std::function<void()>> watched_;
};

}  // namespace aoe::target
