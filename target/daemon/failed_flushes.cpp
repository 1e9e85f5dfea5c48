// SPDX-License-Identifier: MIT
#include "target/daemon/failed_flushes.h"

#include <algorithm>

namespace aoe::target {

void FailedFlushes::note(const Operation& flush, std::error_code error, Time now) {
    if (failures_.size() == most) failures_.pop_front();
    failures_.push_back({.initiator = flush.header.destination,
                         .tag = flush.header.tag,
                         .error = error,
                         .since = now});
}

std::optional<std::error_code> FailedFlushes::answer(const Operation& operation, Time now) {
    const auto found = std::ranges::find_if(failures_, [&](const Failure& each) {
        return each.tag == operation.header.tag && each.initiator == operation.header.destination;
    });
    if (found == failures_.end()) return std::nullopt;
    if (operation.kind == Operation::Kind::flush && now - found->since < long_enough) {
        return found->error;
    }
    failures_.erase(found);
    return std::nullopt;
}

}  // namespace aoe::target
