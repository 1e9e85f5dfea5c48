// SPDX-License-Identifier: MIT
#include "target/daemon/served_link.h"

namespace aoe::target {

std::optional<LentBuffer> ServedLink::lend() {
    auto buffer = link_->lend();
    if (!buffer) {
        flush();
        buffer = link_->lend();
    }
    return buffer;
}

void ServedLink::queue(const LentBuffer& buffer, std::size_t size) {
    link_->queue(buffer, size);
    has_queued_ = true;
    ++counters_.sent;
    counters_.sent_bytes += size;
}

void ServedLink::flush() {
    if (!has_queued_) return;
    has_queued_ = false;
    if (link_->flush()) ++counters_.send_errors;
}

}  // namespace aoe::target
