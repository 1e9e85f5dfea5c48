// SPDX-License-Identifier: MIT
#include "initiator/nbdkit/sector_guard.h"

#include <algorithm>

namespace aoe::initiator::nbdkit {

bool SectorGuard::free(const Range& wanted) const {
    return std::none_of(held_.begin(), held_.end(), [&wanted](const Range& each) {
        return (each.parts || wanted.parts) && each.first < wanted.end && wanted.first < each.end;
    });
}

SectorGuard::Hold::Hold(SectorGuard& guard, std::uint64_t first, std::uint64_t end, bool parts)
    : guard_(guard) {
    const Range wanted{.first = first, .end = end, .parts = parts};
    std::unique_lock lock(guard_.mutex_);
    guard_.released_.wait(lock, [&] { return guard_.free(wanted); });
    range_ = guard_.held_.insert(guard_.held_.end(), wanted);
}

SectorGuard::Hold::~Hold() {
    const std::lock_guard lock(guard_.mutex_);
    guard_.held_.erase(range_);
    guard_.released_.notify_all();
}

}  // namespace aoe::initiator::nbdkit
