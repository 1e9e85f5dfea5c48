// SPDX-License-Identifier: MIT
// Threads for what may block, and the way their results take back to the loop.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "wire/descriptor.h"

namespace aoe::target {

/// Calls that threads leave for the loop.
class Completions {
public:
    /// Throws std::system_error.
    Completions();
    /// Readable while something is left.
    int descriptor() const noexcept { return event_.get(); }
    /// From any thread.
    void post(std::function<void()> call);
    /// From the loop: makes the calls.
    void run();

private:
    Descriptor event_;
    std::mutex mutex_;
    std::vector<std::function<void()>> calls_;
};

class Workers {
public:
    /// Threads begin when there is something for them to do; no more than `most_threads`. The
    /// completions are borrowed.
    Workers(Completions& completions, std::size_t most_threads)
        : completions_(completions), most_threads_(most_threads) {}
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    /// Waits for what runs; the rest is left.
    ~Workers();

    using Job = std::function<std::error_code()>;
    using Then = std::function<void(std::error_code)>;
    /// Runs the job in a thread, and `then` with its result in the loop. In order of their coming
    /// with one thread.
    void submit(Job job, Then then);

private:
    void work();

    Completions& completions_;
    std::size_t most_threads_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::pair<Job, Then>> jobs_;
    std::size_t idle_ = 0;
    bool ending_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace aoe::target
