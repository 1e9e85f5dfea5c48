// SPDX-License-Identifier: MIT
// Follows one interface as the kernel reports on it, and turns that into a link's events.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "wire/bytes.h"
#include "wire/descriptor.h"
#include "wire/link.h"
#include "wire/netlink.h"

namespace aoe {

class LinkMonitor {
public:
    /// An interface that is down at the start counts as an event. Throws std::system_error.
    explicit LinkMonitor(int index);

    /// Readable when next_event() may return something.
    int descriptor() const noexcept { return readable_.descriptor(); }
    std::optional<LinkEvent> next_event();

    /// As the events so far left them.
    std::size_t mtu() const noexcept { return mtu_; }
    Mac mac() const noexcept { return mac_; }

private:
    void read_notifications();
    void ask();
    void apply(const InterfaceState& state);

    int index_;
    NetlinkSocket socket_{RTMGRP_LINK};  // Before the first query, so that no change is missed.
    Wakeup waiting_;                     // While events_ holds something.
    AnyOf readable_;
    std::deque<LinkEvent> events_;
    std::size_t mtu_ = 0;
    Mac mac_{};
    bool up_ = true;
    bool gone_ = false;
    bool missed_ = false;  // Some notifications were lost.
};

}  // namespace aoe
