// SPDX-License-Identifier: MIT
// A Side in a process of its own, so that each has its own private network, core and heap, and two
// can take turns. It ends with its parent, and puts back first what was overwritten.
#pragma once

#include <stdexcept>
#include <string>

#include <sys/types.h>

#include "bench/live/side.h"

namespace aoe::bench {

class SideProcess {
public:
    /// Starts the side and waits until it is ready for these jobs. Throws SideLost for whatever
    /// keeps it from being so, and std::invalid_argument for what the command line should not have
    /// said.
    SideProcess(const SideOptions& options, std::span<const Job> jobs);
    SideProcess(SideProcess&& other) noexcept;
    SideProcess(const SideProcess&) = delete;
    SideProcess& operator=(const SideProcess&) = delete;
    SideProcess& operator=(SideProcess&&) = delete;
    ~SideProcess();

    const SideFacts& facts() const { return facts_; }
    /// Throws SideLost.
    Sample run(const Job& job);
    /// Empty, or one sentence: what was not put back.
    std::string finish();

private:
    SideFacts facts_;
    int channel_ = -1;
    pid_t pid_ = -1;
};

}  // namespace aoe::bench
