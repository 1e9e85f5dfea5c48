// SPDX-License-Identifier: MIT
#include "wire/link_monitor.h"

#include <system_error>
#include <utility>

#include <net/if.h>

namespace aoe {

LinkMonitor::LinkMonitor(int index) : index_(index) {
    const auto state = query_interface(index);
    if (!state) throw std::system_error(state.error(), "rtnetlink");
    mtu_ = state->mtu;
    apply(*state);
    readable_.add(socket_.descriptor());
    readable_.add(waiting_.descriptor());
    waiting_.set(!events_.empty());
}

std::optional<LinkEvent> LinkMonitor::next_event() {
    if (events_.empty()) read_notifications();
    std::optional<LinkEvent> event;
    if (!events_.empty()) {
        event = events_.front();
        events_.pop_front();
    }
    waiting_.set(!events_.empty() || missed_);
    return event;
}

/// Until one of them matters or none is left: other interfaces' changes are reported here, too.
void LinkMonitor::read_notifications() {
    while (events_.empty()) {
        const auto states = socket_.notified();
        if (!states && states.error() == std::errc::no_buffer_space) {
            missed_ = true;
        } else if (states && !states->empty()) {
            for (const InterfaceState& state : *states) {
                if (state.index == index_) apply(state);
            }
        } else if (std::exchange(missed_, false)) {
            // Only now: those that were kept are older than what an answer says.
            ask();
        } else {
            return;
        }
    }
}

void LinkMonitor::ask() {
    const auto state = query_interface(index_);
    if (state) {
        apply(*state);
    } else if (state.error() == std::errc::no_such_device) {
        apply(InterfaceState{.index = index_, .removed = true});
    }
}

void LinkMonitor::apply(const InterfaceState& state) {
    if (gone_) return;
    if (state.removed) {
        gone_ = true;
        events_.push_back(LinkEvent::gone);
        return;
    }
    constexpr unsigned needed = IFF_UP | IFF_RUNNING;
    const bool up = (state.flags & needed) == needed;
    if (up != up_) events_.push_back(up ? LinkEvent::up : LinkEvent::down);
    if (state.mtu != mtu_) events_.push_back(LinkEvent::mtu_changed);
    up_ = up;
    mtu_ = state.mtu;
    mac_ = state.mac;
}

}  // namespace aoe
