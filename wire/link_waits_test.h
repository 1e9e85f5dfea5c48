// SPDX-License-Identifier: MIT
// For tests of links over real interfaces: whom frames are for, and waiting for them.
#pragma once

#include <array>
#include <poll.h>

#include "wire/link.h"

namespace aoe::testing_link {

inline constexpr Mac stranger{std::byte{2}, std::byte{9}, {}, {}, {}, std::byte{9}};
inline constexpr Mac group{std::byte{1}, std::byte{0}, std::byte{0x5e}, {}, {}, std::byte{1}};
inline constexpr int patience_ms = 10000;  // Until a test gives up on what should happen at once.

/// For frames or events.
inline bool wait_readable(const Link& link, int timeout_ms = patience_ms) {
    std::array<pollfd, 2> watched{
        {{.fd = link.descriptor(), .events = POLLIN, .revents = 0},
         {.fd = link.event_descriptor(), .events = POLLIN, .revents = 0}}};
    return poll(watched.data(), watched.size(), timeout_ms) > 0;
}

/// Still readable when the changes have been looked at: the kernel may report some late that are
/// no event.
inline bool stays_readable(Link& link) {
    for (int i = 0; i < 1000; ++i) {
        while (link.next_event()) {
        }
        if (!wait_readable(link, 0)) return false;
    }
    return true;
}

}  // namespace aoe::testing_link
