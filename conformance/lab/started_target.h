// SPDX-License-Identifier: MIT
// A private network with our end, the target's end and a scratch disk in it, and somebody's target
// started there.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "conformance/lab/launcher.h"
#include "wire/clock.h"
#include "wire/link.h"

namespace aoe::conformance {

struct StartOptions {
    // With {shelf} {slot} {iface} {file} to be filled in.
    std::string command;
    std::string stop_command;  // Instead of SIGTERM; may be empty.
    std::string interface;     // Our end of the link.
    std::uint16_t shelf = 0;
    std::uint8_t slot = 0;
    std::size_t mtu = 1500;
    std::uint32_t first_tag = 0;  // Of the questions whether it answers yet.
};

class StartedTarget {
public:
    /// Moves the process into a private network and starts the target; `clock` must outlive this.
    /// Throws std::invalid_argument for a placeholder that does not exist, std::system_error for
    /// what the system refuses.
    StartedTarget(const StartOptions& options, Clock& clock);

    Link& link() { return *link_; }
    TargetControl& control() { return *process_; }
    /// Empty, or why the target does not answer.
    const std::string& failure() const { return failure_; }

private:
    bool answers();

    StartOptions options_;
    Clock& clock_;
    ScratchDisk disk_;
    LinkPtr link_;
    std::unique_ptr<TargetProcess> process_;
    std::string failure_;
};

}  // namespace aoe::conformance
