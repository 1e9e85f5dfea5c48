// SPDX-License-Identifier: MIT
// From what the options say to a device that is identified and served: the interface is opened, the
// target is looked for, queried and identified.
#pragma once

#include <memory>

#include "initiator/nbdkit/byte_device.h"
#include "initiator/nbdkit/options.h"
#include "initiator/nbdkit/session_thread.h"

namespace aoe::initiator::nbdkit {

class Connection {
public:
    /// Throws std::runtime_error (std::system_error for the interface) with a sentence for the
    /// user.
    explicit Connection(const Options& options);

    /// Starts the thread, which a process does not keep when it forks. Before the first request.
    void start() { thread_->start(); }

    ByteDevice& disk() noexcept { return *disk_; }
    bool can_flush() const noexcept { return can_flush_; }

private:
    LinkPtr link_;
    std::unique_ptr<SessionThread> thread_;
    std::unique_ptr<ByteDevice> disk_;
    bool can_flush_ = false;
};

}  // namespace aoe::initiator::nbdkit
