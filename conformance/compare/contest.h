// SPDX-License-Identifier: MIT
// Runs several targets one after the other, or a few at once, each in a process of its own: what
// one of them does, dying, hanging or flooding, ends with its process and touches no other.
//
// Nothing of a target outlives its process, whether that ended by itself, was told to or had to be
// killed: what it started is our descendant, and is looked for when it has ended.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace aoe::conformance {

struct ContestOptions {
    unsigned at_once = 1;
    /// How long one of them may take; then it is told to end, and killed when it does not.
    std::chrono::milliseconds limit{std::chrono::minutes(10)};
    const std::atomic<bool>* stop = nullptr;  // Set by a signal: all of them are told to end.
};

struct Entrant {
    std::string name;
    /// Called in a process of its own, with standard output going nowhere and what it writes to
    /// standard error kept. Its value becomes the process's exit status.
    std::function<int()> run;
    /// With it once it was told to end, before it is killed.
    std::chrono::milliseconds patience{std::chrono::seconds(10)};
};

struct Finish {
    int status = -1;  // Of the process; -1 when it was killed or never started.
    bool timed_out = false;
    bool interrupted = false;  // Before it began, or while it ran.
    std::string said{};        // On standard error.
};

/// Told of each as it ends, by its place; of those that never began it is not told.
using OnFinish = std::function<void(std::size_t, const Finish&)>;

/// Throws std::system_error when no process can be started; nothing runs any more then.
void run_contest(const std::vector<Entrant>& entrants, const ContestOptions& options,
                 const OnFinish& on_finish);

/// A folder that is removed with all that is in it.
class TemporaryFolder {
public:
    /// In TMPDIR or /tmp. Throws std::system_error.
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace aoe::conformance
