// SPDX-License-Identifier: MIT
#include "initiator/window.h"

#include <algorithm>

namespace aoe::initiator {

void Window::set_limit(std::size_t buffer_count) noexcept {
    const std::size_t limit = std::max<std::size_t>(buffer_count, 1);
    if (limit == limit_) return;
    // A window that losses have shrunk stays small; an untouched one follows its limit.
    size_ = size_ == limit_ ? limit : std::min(size_, limit);
    limit_ = limit;
}

void Window::on_reply() noexcept {
    if (size_ == limit_) return;
    if (++replies_ < size_) return;
    replies_ = 0;
    ++size_;
}

void Window::on_loss(Time sent, Time now) noexcept {
    shrink(sent, now, size_ / 2);
}

void Window::on_proven_loss(Time sent, Time now) noexcept {
    shrink(sent, now, size_ - std::max<std::size_t>(size_ / 8, 1));
}

void Window::shrink(Time sent, Time now, std::size_t size) noexcept {
    if (sent < shrunk_) return;
    shrunk_ = now;
    replies_ = 0;
    before_loss_ = size_;
    size_ = std::max<std::size_t>(size, 1);
}

void Window::on_false_loss() noexcept {
    size_ = std::min(std::max(size_, before_loss_), limit_);
}

}  // namespace aoe::initiator
