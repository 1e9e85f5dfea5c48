// SPDX-License-Identifier: MIT
// The works of one export that are not done yet. Ones that overlap keep their order, and a flush
// waits for the writes before it, and for the last flush of a storage that is no longer used;
// whatever else is there may overtake (AOE-REL-04).
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "target/daemon/storage.h"

namespace aoe::target {

class WorkQueue {
public:
    explicit WorkQueue(std::size_t limit) : limit_(limit) {}

    std::size_t size() const noexcept { return running_.size() + waiting_.size(); }
    bool is_full() const noexcept { return size() >= limit_; }
    void set_limit(std::size_t limit) noexcept { limit_ = limit; }
    /// True when the operation has to come after something that is here.
    bool comes_after(const Operation& operation, const Storage& storage) const noexcept;

    /// Starts it on the storage, now or when what is before it is done. Both are borrowed until
    /// finished(), which whoever implements done() must call first.
    void add(Work& work, Storage& storage);
    void finished(const Work& work);

private:
    struct Entry {
        Work* work;
        Storage* storage;
        std::uint64_t number;  // In the order of arrival.
    };
    bool is_free(const Entry& entry) const noexcept;
    void start(const Entry& entry);

    std::size_t limit_;
    std::uint64_t next_number_ = 0;
    std::vector<Entry> running_;
    std::deque<Entry> waiting_;
};

}  // namespace aoe::target
