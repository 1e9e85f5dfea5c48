// SPDX-License-Identifier: MIT
// How works reach a file without anybody waiting: io_uring, or threads where that is forbidden.
#pragma once

#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

#include <sys/uio.h>

#include "target/daemon/storage.h"

namespace aoe::target {

/// A work and the place of its sectors in a file. Short transfers are continued; one that moves
/// nothing is an I/O error.
struct FileTransfer {
    std::uint64_t end_bytes() const noexcept;
    /// That much of it is done.
    void drop_front(std::size_t size_bytes);

    int file = -1;
    bool is_device = false;  // Of blocks: to start a transfer there takes no time.
    std::uint64_t offset_bytes = 0;
    Operation::Kind kind = Operation::Kind::flush;
    bool durable = false;
    std::vector<iovec> pieces{};  // One behind the other in the file; none is empty.
};

/// What a loop waits for on behalf of many files. Outlives every queue that it gave.
class IoEngine {
public:
    IoEngine() = default;
    IoEngine(const IoEngine&) = delete;
    IoEngine& operator=(const IoEngine&) = delete;
    virtual ~IoEngine() = default;

    /// For one file; the slowness of one is no other's.
    class Queue {
    public:
        Queue() = default;
        Queue(const Queue&) = delete;
        Queue& operator=(const Queue&) = delete;
        virtual ~Queue() = default;
        /// work.done() comes from finish_ready(). The work keeps the transfer's data until then.
        virtual void start(const FileTransfer& transfer, Work& work) = 0;
    };
    virtual std::unique_ptr<Queue> make_queue() = 0;

    /// "io_uring" or "threads"
    virtual std::string_view name() const noexcept = 0;
    /// Readable when finish_ready() has something to do.
    virtual int descriptor() const noexcept = 0;
    virtual void finish_ready() = 0;
    /// Sends what start() took on. To be called before waiting.
    virtual void submit() {}
};

enum class IoKind { any, io_uring, threads };
/// io_uring where the system allows it, and else threads; transfers that continue each other are
/// merged. Throws std::system_error when the one
/// that is asked for cannot be had.
std::unique_ptr<IoEngine> make_io_engine(IoKind kind = IoKind::any);

}  // namespace aoe::target
