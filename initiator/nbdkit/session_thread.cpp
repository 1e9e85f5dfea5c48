// SPDX-License-Identifier: MIT
#include "initiator/nbdkit/session_thread.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace aoe::initiator::nbdkit {

void WakingClock::wait(Link& link, Time deadline) {
    const Time until = std::min(deadline, link.next_due().value_or(deadline));
    const Time start = now();
    wait_readable(link, std::max(until, start) - start, wakeup_.descriptor());
}

SessionThread::SessionThread(Link& link, std::uint64_t tag_seed, const Timing& timing)
    : clock_(wakeup_),
      session_(link, clock_, {.tag_seed = tag_seed, .timing = timing, .interrupted = [this] {
                                  return called_.load(std::memory_order_relaxed);
                              }}) {}

SessionThread::~SessionThread() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        called_ = true;
        wakeup_.set(true);
    }
    thread_.join();
}

void SessionThread::start() {
    assert(!thread_.joinable());
    thread_ = std::thread([this] { serve(); });
}

std::error_code SessionThread::perform(Request request) {
    Job job{.request = request, .error = {}, .finished = {}};
    std::unique_lock lock(mutex_);
    new_jobs_.push_back(&job);
    called_ = true;
    wakeup_.set(true);
    job.finished.wait(lock, [&job] { return job.done; });
    return job.error;
}

void SessionThread::serve() {
    while (submit_new()) {
        auto completion = session_.wait_for_completion(Time::max());
        for (; completion; completion = session_.initiator().next_completion()) {
            finish(*completion);
        }
    }
}

/// False when there will be no more.
bool SessionThread::submit_new() {
    std::vector<Job*> jobs;
    {
        const std::lock_guard lock(mutex_);
        if (ending_) return false;
        jobs.swap(new_jobs_);
        called_ = false;
        wakeup_.set(false);
    }
    for (Job* const job : jobs) {
        job->request.id = next_id_++;
        jobs_.emplace(job->request.id, job);
        session_.initiator().submit(job->request);
    }
    return true;
}

void SessionThread::finish(const Completion& completion) {
    const auto found = jobs_.find(completion.id);
    assert(found != jobs_.end());
    Job& job = *found->second;
    jobs_.erase(found);
    // The job is gone as soon as its owner sees that it is done, so the lock is held to the end.
    const std::lock_guard lock(mutex_);
    job.error = completion.error;
    job.done = true;
    job.finished.notify_one();
}

}  // namespace aoe::initiator::nbdkit
