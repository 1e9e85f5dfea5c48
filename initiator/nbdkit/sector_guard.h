// SPDX-License-Identifier: MIT
// Keeps writes of parts of sectors apart from all other writes to the same sectors: between the
// time that such a sector is read and that it is written back, nobody else may change it. Writes of
// whole sectors do not wait for each other.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>

namespace aoe::initiator::nbdkit {

class SectorGuard {
    struct Range {
        std::uint64_t first, end;
        bool parts;
    };

public:
    /// A write that is under way, as long as this lives. The guard must outlive it.
    class Hold {
    public:
        /// Sectors `first` up to, but not, `end`; `parts` when some are written in part. Waits
        /// until that is possible.
        Hold(SectorGuard& guard, std::uint64_t first, std::uint64_t end, bool parts);
        ~Hold();
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

    private:
        SectorGuard& guard_;
        std::list<Range>::iterator range_;
    };

private:
    bool free(const Range& wanted) const;

    std::mutex mutex_;
    std::condition_variable released_;
    std::list<Range> held_;  // As many as there are threads that write, at most.
};

}  // namespace aoe::initiator::nbdkit
