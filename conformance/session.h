// SPDX-License-Identifier: MIT
// A whole run over a link: finds the targets, learns what they are, saves their state, runs the
// cases on each and puts everything back. The same over a real interface and in memory.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/discover.h"
#include "conformance/doors.h"
#include "conformance/expectations.h"
#include "conformance/guard.h"
#include "conformance/liveness.h"
#include "conformance/report/report.h"
#include "conformance/runner.h"

namespace aoe::conformance {

struct SessionOptions {
    Wanted wanted;
    FactOptions facts;
    Doors open;
    std::vector<const Case*> cases;
    unsigned repeat = 1;
    std::optional<unsigned> retries;  // None: one, and what it shows still counts as a failure.
    std::uint64_t seed = 1;
    std::optional<std::chrono::nanoseconds> max_time;
    std::vector<Expectation> expectations;
    bool strict = false;
    bool force = false;  // Run although somebody else seems to use the target.
    bool private_network = false;
    bool own_target = false;  // We started it on a scratch disk: nothing needs to be saved.
    std::string interface;    // For the journal.
    std::filesystem::path
        journal;  // Where to save before the first change; empty: a name of its own.
    RunInfo info;
    const std::atomic<bool>* stop = nullptr;
};

/// A run or a restore cannot begin. what() is one sentence; a run reports it and ends with
/// status 2.
struct CannotBegin : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Runs and reports. Returns the exit status, 0 to 5. Throws std::system_error when the link or the
/// journal fails.
int run_session(Link& link, Clock& clock, const SessionOptions& options, Reporter& reporter,
                TargetControl* control);

/// Puts a journal's state back: the exit status, with a sentence in `text`. Throws CannotBegin.
int restore_from_journal(Link& link, Clock& clock, const Journal& journal, double timeout_factor,
                         std::string& text);

}  // namespace aoe::conformance
