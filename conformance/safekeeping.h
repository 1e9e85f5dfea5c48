// SPDX-License-Identifier: MIT
// A target's state in our care while a run changes it: saved to a journal before the first change,
// given back at the end, or by restore_from_journal() when a run was killed.
#pragma once

#include <filesystem>
#include <string>

#include "conformance/state.h"
#include "wire/clock.h"
#include "wire/link.h"

namespace aoe::conformance {

/// What a run may change and must put back.
inline constexpr Doors saved_doors = Doors(Door::write) | Door::config | Door::mask | Door::reserve;

struct SafekeepingOptions {
    Doors open;
    bool force = false;             // Although somebody else seems to use the target.
    std::string interface;          // For the journal.
    std::filesystem::path journal;  // Empty: a name of its own.
};

class Safekeeping {
public:
    /// Reads the state behind the open doors and writes the journal. Throws CannotBegin when the
    /// state cannot be read, somebody else uses the target, or a journal is there already.
    Safekeeping(Peer& peer, const TargetFacts& facts, const SafekeepingOptions& options);

    const TargetState& home() const { return home_; }
    /// Puts everything back and removes the journal. Empty, or one sentence: what is not as it was
    /// and how to get it back. Nothing is tried with a target that is lost.
    std::string give_back(Peer& peer, const TargetFacts& facts, bool lost) const;

private:
    TargetState home_;
    std::filesystem::path journal_;  // Empty: nothing was to be saved.
};

/// Puts a journal's state back: the exit status, with a sentence in `text`. Throws CannotBegin.
int restore_from_journal(Link& link, Clock& clock, const Journal& journal, double timeout_factor,
                         std::string& text);

}  // namespace aoe::conformance
