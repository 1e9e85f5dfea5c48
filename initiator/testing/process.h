// SPDX-License-Identifier: MIT
// Runs real programs for tests: what they print, how they end, what they do at a terminal.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace aoe::initiator::testing {

struct ProcessOptions {
    std::string input{};               // Its standard input.
    bool output_is_terminal = false;   // Standard output then ends up in Ended::terminal.
    bool errors_are_terminal = false;  // Likewise standard error.
    bool without_raw_sockets = false;  // CAP_NET_RAW taken away for good.
    /// Called with the process's id about a hundred times a second until it ends.
    std::function<void(pid_t)> meanwhile{};
};

struct Ended {
    int status = -1;  // As a shell has it: 128 and the number after a signal.
    std::string out{}, err{}, terminal{};
};

/// Waits for its end, for a minute at most.
Ended run_program(const std::vector<std::string>& words, const ProcessOptions& options = {});

/// A program in the background, killed at the latest with this object.
class Background {
public:
    /// What it prints goes nowhere.
    explicit Background(const std::vector<std::string>& words);
    ~Background() { kill(); }
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    void signal(int number) const;
    void kill();

private:
    pid_t pid_;
};

}  // namespace aoe::initiator::testing
