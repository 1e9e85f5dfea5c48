// SPDX-License-Identifier: MIT
#include "target/daemon/workers.h"

#include <csignal>
#include <utility>

#include <sys/eventfd.h>

namespace aoe::target {

Completions::Completions() : event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (!event_) throw_errno("eventfd");
}

void Completions::post(std::function<void()> call) {
    const std::lock_guard lock(mutex_);
    calls_.push_back(std::move(call));
    if (calls_.size() == 1) ::eventfd_write(event_.get(), 1);
}

void Completions::run() {
    std::vector<std::function<void()>> calls;
    {
        const std::lock_guard lock(mutex_);
        eventfd_t count = 0;
        ::eventfd_read(event_.get(), &count);
        calls.swap(calls_);
    }
    for (const auto& call : calls) call();
}

Workers::~Workers() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& each : threads_) each.join();
}

void Workers::submit(Job job, Then then) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.emplace_back(std::move(job), std::move(then));
        if (idle_ >= jobs_.size() || threads_.size() == most_threads_) {
            changed_.notify_one();
            return;
        }
    }
    // Signals are the loop's: a thread begins with those blocked that its maker blocks.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    threads_.emplace_back([this] { work(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Workers::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
        --idle_;
        if (ending_) return;
        auto [job, then] = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        const std::error_code result = job();
        completions_.post([then = std::move(then), result] { then(result); });
        lock.lock();
    }
}

}  // namespace aoe::target
