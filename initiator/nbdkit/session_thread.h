// SPDX-License-Identifier: MIT
// Lets many threads use one session, each waiting for its own request: all that they ask is under
// way at once. The session runs in a thread of its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "initiator/session.h"
#include "wire/clock.h"
#include "wire/descriptor.h"
#include "wire/link.h"

namespace aoe::initiator::nbdkit {

/// The system's clock; a wait ends, too, when the wakeup is set.
class WakingClock final : public Clock {
public:
    explicit WakingClock(const Wakeup& wakeup) : wakeup_(wakeup) {}
    Time now() const noexcept override { return system_.now(); }
    void wait(Link& link, Time deadline) override;

private:
    SystemClock system_;
    const Wakeup& wakeup_;
};

class SessionThread {
public:
    /// `link` must outlive it. Throws std::system_error when the system grants no descriptor.
    SessionThread(Link& link, std::uint64_t tag_seed, const Timing& timing);
    ~SessionThread();
    SessionThread(const SessionThread&) = delete;
    SessionThread& operator=(const SessionThread&) = delete;

    /// For use before start() only.
    Session& session() noexcept { return session_; }
    /// Throws std::system_error when there can be no thread.
    void start();

    /// Submits the request, whose id is chosen here, and returns its completion's error. From any
    /// thread but the session's own, after start().
    std::error_code perform(Request request);

private:
    struct Job {
        Request request;
        std::error_code error;
        bool done = false;
        std::condition_variable finished;
    };

    void serve();
    bool submit_new();
    void finish(const Completion& completion);

    std::mutex mutex_;
    std::vector<Job*> new_jobs_;
    bool ending_ = false;
    std::atomic<bool> called_ = false;  // There are new jobs, or it is to end.
    Wakeup wakeup_;                     // Set while called_ is.
    WakingClock clock_;
    Session session_;
    // The thread's own.
    std::unordered_map<std::uint64_t, Job*> jobs_;
    std::uint64_t next_id_ = 0;
    std::thread thread_;
};

}  // namespace aoe::initiator::nbdkit
