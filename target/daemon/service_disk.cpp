// SPDX-License-Identifier: MIT
// The part of Service that gives one disk up for another.
#include <utility>

#include "target/daemon/leaving.h"
#include "target/daemon/pending.h"
#include "target/daemon/service.h"

namespace aoe::target {

/// What was written there is acknowledged, and whoever asks for a flush from now on means it too.
void Service::leave_disk() {
    if (queue_.size() == 0 && !storage_->has_unflushed()) return;
    Leaving& leaving = *leaving_.emplace_back(std::make_unique<Leaving>(*this, storage_));
    queue_.add(leaving, leaving.storage());
}

void Service::disk_left(Leaving& leaving, std::error_code result) {
    queue_.finished(leaving);
    if (result && leaving.may_lose()) {
        has_lost_ = true;
        say("what was written to " + leaving.path() +
            " before it was replaced may be lost, so the next flush fails: " + result.message());
    }
    std::erase_if(leaving_, [&](const auto& each) { return each.get() == &leaving; });
}

/// What an operation's result is to whoever asked for it.
std::error_code Service::told(Operation::Kind kind, std::error_code result) noexcept {
    if (kind != Operation::Kind::flush || result == std::errc::no_such_device) return result;
    const bool lost = std::exchange(has_lost_, false);
    return lost && !result ? std::make_error_code(std::errc::io_error) : result;
}

}  // namespace aoe::target
