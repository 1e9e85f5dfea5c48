// SPDX-License-Identifier: MIT
// One command of a target's set-up or end, run to its own end: a stop command, or the loading of a
// kernel module.
#pragma once

#include <chrono>
#include <string>

namespace aoe::conformance {

struct ShellEnd {
    int status = -1;  // As of waitpid(); -1 when its time was over, and it was killed.
    std::string said{};
};

/// Runs it by /bin/sh in a process group of its own, with what it prints kept, and waits. `network`
/// is a descriptor of the network namespace that it shall be in; -1: ours. What it leaves running
/// is left alone. Throws std::system_error when no process can be started.
ShellEnd run_shell(const std::string& command, std::chrono::milliseconds limit, int network = -1);

/// "exited with status 1", "was killed by signal 9 (Killed)".
std::string end_text(int status);

}  // namespace aoe::conformance
