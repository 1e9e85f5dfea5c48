// SPDX-License-Identifier: MIT
#include "target/daemon/event_loop.h"

#include <array>
#include <cassert>
#include <cerrno>

#include <sys/epoll.h>

namespace aoe::target {

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_) throw_errno("epoll_create1");
}

void EventLoop::watch(int descriptor, std::function<void()> on_ready, Until until) {
    epoll_event event{};
    event.events = until == Until::readable ? EPOLLIN : EPOLLOUT;
    event.data.fd = descriptor;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) throw_errno("epoll_ctl");
    watched_[descriptor] = std::move(on_ready);
}

void EventLoop::forget(int descriptor) {
    watched_.erase(descriptor);
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

void EventLoop::wait(std::optional<std::chrono::milliseconds> timeout) {
    std::array<epoll_event, 64> ready{};
    const int timeout_ms = timeout ? static_cast<int>(timeout->count()) : -1;
    int count = 0;
    const auto ask = [&](int ms) {
        return count = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), ms);
    };
    if (!polling_.look([&] { return ask(0) != 0; }))
        polling_.sleep([&] { return ask(timeout_ms); });
    assert(count >= 0 || errno == EINTR);
    for (int i = 0; i < count; ++i) {
        const auto found = watched_.find(ready[static_cast<std::size_t>(i)].data.fd);
        if (found == watched_.end()) continue;  // Forgotten by one before it.
        const auto on_ready = found->second;    // A copy: it may forget itself.
        on_ready();
    }
}

}  // namespace aoe::target
