// SPDX-License-Identifier: MIT
// Starts somebody's target for a run: a command, on a scratch disk, in a process group of its own
// that does not outlive us. Used by whatever needs a live target.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "conformance/liveness.h"

namespace aoe::conformance {

/// A file of zeros that has no name any more, so that nothing stays behind however we end; path()
/// is good as long as this object lives.
class ScratchDisk {
public:
    /// In TMPDIR or /tmp. Throws std::system_error.
    explicit ScratchDisk(std::uint64_t size_bytes);
    ScratchDisk(const ScratchDisk&) = delete;
    ScratchDisk& operator=(const ScratchDisk&) = delete;
    ~ScratchDisk();

    std::string path() const;
    /// Cuts it shorter, or adds zeros. Throws std::system_error.
    void resize(std::uint64_t size_bytes);

private:
    int fd_ = -1;
};

struct LaunchOptions {
    std::string command;            // For /bin/sh, placeholders filled in.
    std::string title{};            // What sentences call it; empty: the command.
    int stop_patience_ms = 2000;    // Between asking it to end and ending it.
    std::string stop_command;       // Instead of SIGTERM, for daemons and modules; may be empty.
    std::function<bool()> answers;  // Waits a little and says whether the target answers.
    unsigned patience = 1;          // So many times ten seconds for the first answer.
    const std::atomic<bool>* stop = nullptr;  // Set when nobody wants to wait any longer.
    int network = -1;                         // A network namespace for the commands; -1: ours.
};

class TargetProcess final : public TargetControl {
public:
    explicit TargetProcess(LaunchOptions options);
    ~TargetProcess() override;

    /// Starts it and waits until it answers. Empty, or one sentence: what went wrong.
    std::string start();
    /// Ends it: stop command or SIGTERM, then SIGKILL when its patience is over, or soon
    /// when nobody wants to wait.
    void stop();

    std::optional<std::string> ended() override;
    bool restart() override;
    std::vector<std::string> last_output() override;
    std::optional<long> process_id() const override {
        return pid_ > 0 ? std::optional<long>(pid_) : std::nullopt;
    }

private:
    void spawn();
    void drain();
    void kill_group(int signal) const;
    bool wait_for_end(int milliseconds);
    bool hurries() const;
    const std::string& title() const;

    LaunchOptions options_;
    pid_t pid_ = -1;
    int output_ = -1;  // What the target prints, both streams.
    std::optional<int> status_;
    std::deque<std::string> lines_;
};

}  // namespace aoe::conformance
