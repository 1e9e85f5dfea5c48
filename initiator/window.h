// SPDX-License-Identifier: MIT
// How many frames may be under way to one target.
#pragma once

#include <cstddef>

#include "wire/clock.h"

namespace aoe::initiator {

/// Starts at the limit, since Buffer Count is the target's promise (AOE-CFG-24); halves when frames
/// are lost (less where that is all), and grows by one for each window's worth of replies. Never
/// below 1.
class Window {
public:
    /// What the target says it can queue. 0 is taken as 1: it would allow no frame at all.
    void set_limit(std::size_t buffer_count) noexcept;

    void on_reply() noexcept;
    /// A frame sent at `sent` went unanswered. All that were sent before the last halving count as
    /// the same event: one congested moment loses many frames.
    void on_loss(Time sent, Time now) noexcept;

    /// The same when frames sent later were answered: path and target are well, so an eighth less
    /// is enough.
    void on_proven_loss(Time sent, Time now) noexcept;
    /// Something that on_loss() was told about was answered after all, so the window was not the
    /// cause: takes back the last shrinking.
    void on_false_loss() noexcept;

    std::size_t size() const noexcept { return size_; }
    std::size_t limit() const noexcept { return limit_; }

private:
    void shrink(Time sent, Time now, std::size_t size) noexcept;

    std::size_t limit_ = 1;
    std::size_t size_ = 1;
    std::size_t replies_ = 0;  // Since the size last changed.
    std::size_t before_loss_ = 1;
    Time shrunk_ = Time::min();
};

}  // namespace aoe::initiator
