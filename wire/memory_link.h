// SPDX-License-Identifier: MIT
// Two links whose far ends are each other, in one process: no privilege, no kernel, no loss.
// Also a clock for them that never sleeps.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "wire/link.h"

namespace aoe {

struct MemoryPairOptions {
    Mac first_mac{std::byte{2}, {}, {}, {}, {}, std::byte{1}};
    Mac second_mac{std::byte{2}, {}, {}, {}, {}, std::byte{2}};
    std::size_t mtu = 1500;
    std::size_t capacity = 256;  // Frames that may wait at each end; more are lost.
    /// Decides how many of the waiting frames each receive() hands out, so that nobody comes to
    /// rely on batches.
    std::uint64_t seed = 1;
    const Clock* clock = nullptr;  // Dates received frames; without one their time is zero.
};

/// Frames for neither end's addresses still arrive, marked Cast::other_host. The ends may be
/// destroyed in any order; not for use from two threads at once.
std::pair<LinkPtr, LinkPtr> make_memory_pair(const MemoryPairOptions& options);

/// Time that passes only when everybody waits. `step` lets the others act (a target's loop, say)
/// and returns true when that changed anything.
class VirtualClock final : public Clock {
public:
    explicit VirtualClock(std::function<bool()> step = [] { return false; });
    void set_step(std::function<bool()> step);
    Time now() const noexcept override { return now_; }
    void advance(Time by) noexcept { now_ += by; }
    /// Runs `step`; when nothing happened and nothing waits at the link, moves time to the link's
    /// next_due() or the deadline.
    void wait(Link& link, Time deadline) override;

private:
    std::function<bool()> step_;
    Time now_{};
};

}  // namespace aoe
