// SPDX-License-Identifier: MIT
#include "target/daemon/work_queue.h"

#include <algorithm>
#include <cassert>

namespace aoe::target {
namespace {

using Kind = Operation::Kind;

// No more of one export are with the storage at a time, so that what serves them has room for
// those of every other export.
constexpr std::size_t most_running = 16;

struct Extent {
    const Storage* storage;
    Kind kind;
    std::uint64_t first;
    std::uint64_t end;
};

Extent extent_of(const Work& work, const Storage& storage) noexcept {
    return {&storage, work.kind, work.sector, work.sector + work.sectors()};
}

Extent extent_of(const Operation& operation, const Storage& storage) noexcept {
    const std::size_t size = std::max(operation.into.size(), operation.from.size());
    return {&storage, operation.kind, operation.sector, operation.sector + size / sector_size};
}

bool must_follow(const Extent& later, const Extent& earlier) noexcept {
    if (later.kind == Kind::flush) {
        return earlier.kind == Kind::write ||
               (earlier.kind == Kind::flush && earlier.storage != later.storage);
    }
    const bool overlap = later.first < earlier.end && earlier.first < later.end;
    return overlap && (later.kind == Kind::write || earlier.kind == Kind::write);
}

}  // namespace

bool WorkQueue::comes_after(const Operation& operation, const Storage& storage) const noexcept {
    const Extent later = extent_of(operation, storage);
    const auto follows = [&](const Entry& entry) {
        return must_follow(later, extent_of(*entry.work, *entry.storage));
    };
    return std::ranges::any_of(running_, follows) || std::ranges::any_of(waiting_, follows);
}

/// Nothing that came before it is in its way.
bool WorkQueue::is_free(const Entry& entry) const noexcept {
    const Extent later = extent_of(*entry.work, *entry.storage);
    const auto holds_up = [&](const Entry& other) {
        return other.number < entry.number &&
               must_follow(later, extent_of(*other.work, *other.storage));
    };
    return std::ranges::none_of(running_, holds_up) && std::ranges::none_of(waiting_, holds_up);
}

void WorkQueue::start(const Entry& entry) {
    running_.push_back(entry);
    entry.storage->start(*entry.work);
}

void WorkQueue::add(Work& work, Storage& storage) {
    const Entry entry{&work, &storage, next_number_++};
    if (running_.size() < most_running && is_free(entry)) {
        start(entry);
    } else {
        waiting_.push_back(entry);
    }
}

void WorkQueue::finished(const Work& work) {
    const auto found = std::ranges::find(running_, &work, &Entry::work);
    assert(found != running_.end());
    running_.erase(found);
    for (std::size_t i = 0; i < waiting_.size() && running_.size() < most_running;) {
        if (const Entry next = waiting_[i]; is_free(next)) {
            waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
            start(next);
        } else {
            ++i;
        }
    }
}

}  // namespace aoe::target
