// SPDX-License-Identifier: MIT
// Is the target still there, and if not, what happened to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/peer.h"

namespace aoe::conformance {

class Lab;

/// A target that the suite started, as far as the runner needs it. Required of whoever starts
/// targets; absent for targets that were there before.
class TargetControl {
public:
    virtual ~TargetControl() = default;
    /// Nothing while it runs; else how it ended: "was killed by signal 11 (Segmentation fault)".
    virtual std::optional<std::string> ended() = 0;
    /// Ends it if need be, starts it again and waits until it answers. False when it does not.
    virtual bool restart() = 0;
    /// The last lines that it printed.
    virtual std::vector<std::string> last_output() = 0;
    /// What cases may do around the target; null where there is nothing of the kind. Optional.
    virtual Lab* lab() { return nullptr; }
    /// Of the process that was started, for a debugger; nothing when there is none. Optional.
    virtual std::optional<long> process_id() const { return std::nullopt; }
};

enum class Liveness : std::uint8_t {
    alive,
    locked_out,  // Answers another address of ours, not this one.
    hung,        // Answers nobody; its process runs, or is not ours to look at.
    crashed,     // Its process has ended.
    link_down,
};

struct Diagnosis {
    Liveness liveness = Liveness::alive;
    std::string text;  // One sentence; empty while alive.
};

/// Asks the target; when it stays silent finds out why. `second_mac` is used when given, and
/// `control` when not null.
Diagnosis diagnose(Peer& peer, const std::optional<Mac>& second_mac, TargetControl* control);

/// Tries to get back in from the second address: our own is added to the mask list.
bool rescue(Peer& peer, const Mac& second_mac);

}  // namespace aoe::conformance
