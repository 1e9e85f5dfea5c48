// SPDX-License-Identifier: MIT
// A disk as the daemon sees it: what can be had at once is, and for the rest nobody waits.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <system_error>

#include "target/responder.h"
#include "wire/bytes.h"

namespace aoe::target {

/// An operation that takes its time. Whoever wants it derives from this and keeps it until done().
struct Work {
    Work() = default;
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;
    virtual ~Work() = default;
    /// Called once, by the loop, never from within start(). An error is what Disk says it is.
    virtual void done(std::error_code result) = 0;

    std::size_t sectors() const noexcept { return data.size() / sector_size; }

    Operation::Kind kind = Operation::Kind::flush;
    bool durable = false;  // Of a write: done() means that it would survive a loss of power.
    std::uint64_t sector = 0;
    MutableBytes data{};  // Whole sectors in memory aligned for direct transfers.
};

/// Spans are whole sectors within the disk. Works may be done in any order: who needs one keeps it
/// with a WorkQueue.
class Storage {
public:
    Storage() = default;
    Storage(const Storage&) = delete;
    Storage& operator=(const Storage&) = delete;
    virtual ~Storage() = default;

    virtual std::uint64_t sectors() const noexcept = 0;
    /// The result, when the operation could be performed without waiting; nothing when start() has
    /// to do it, in which case sectors may have been read or written already.
    virtual std::optional<std::error_code> at_once(const Operation& operation) = 0;
    virtual void start(Work& work) = 0;
    /// There are writes that were done, and that a loss of power may still take back.
    virtual bool has_unflushed() const noexcept = 0;
};

using StoragePtr = std::shared_ptr<Storage>;

}  // namespace aoe::target
