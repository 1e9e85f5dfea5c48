// SPDX-License-Identifier: MIT
// A whole run over a link: finds the targets, learns what they are, saves their state, runs the
// cases on each and puts everything back. The same over a real interface and in memory, and for a
// worker that does a part of a run.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
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
#include "conformance/run_record.h"
#include "conformance/runner.h"
#include "conformance/selection.h"

namespace aoe::conformance {

struct SessionOptions {
    Wanted wanted;
    FactOptions facts;
    Doors open;
    std::vector<const Case*> cases;
    Selection selection;  // How they were chosen, for recordings.
    unsigned repeat = 1;
    bool until_fail = false;          // Ends with the first case that counts as a failure.
    bool shuffle = false;             // By the seed.
    std::size_t part = 0, parts = 1;  // Of these parts of the cases this one only.
    std::optional<unsigned> retries;  // None: one, and what it shows still counts as a failure.
    std::uint64_t seed = 1;
    std::optional<std::uint64_t> contents_seed;  // Of random contents; none: the same one.
    std::optional<std::chrono::nanoseconds> max_time;
    std::vector<Expectation> expectations;
    Day today{};  // For the expectations.
    Time soak{};  // For cases that wait, each; none run when zero.
    bool strict = false;
    bool force = false;  // Run although somebody else seems to use the target.
    bool private_network = false;
    bool own_target = false;  // We started it on a scratch disk: nothing needs to be saved.
    std::string interface;    // For the journal.
    std::filesystem::path
        journal;  // Where to save before the first change; empty: a name of its own.
    std::filesystem::path record;      // Folder for a recording of each target; empty: none.
    std::chrono::nanoseconds epoch{};  // The Unix time when the clock showed 0, for recordings.
    std::function<void(const TranscriptEntry&)> on_frame;  // Told of every frame; may be empty.
    RunInfo info;
    const std::atomic<bool>* stop = nullptr;
    std::function<void(const Case&)> before_case;  // See RunnerOptions; may be empty.

    FailureRules failures() const {
        return {.strict = strict, .excuse_flaky = retries.has_value()};
    }
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

// The parts of run_session(), for whoever divides a run, or makes another one.

/// A second source address of ours: locally administered, made from the interface's own.
Mac second_address(Mac mac);

/// Who answers. Throws CannotBegin when two machines answer for one address.
std::vector<Reply> find_targets(Link& link, Clock& clock, const SessionOptions& options);

/// What to say when nobody does.
std::string nobody_answers(Link& link, const SessionOptions& options);

/// Judges whoever answers; reports targets and cases, but neither the run's start nor its end.
/// Throws CannotBegin.
RunEnd judge_targets(Link& link, Clock& clock, const SessionOptions& options, Reporter& reporter,
                     TargetControl* control);

}  // namespace aoe::conformance
