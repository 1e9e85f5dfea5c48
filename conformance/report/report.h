// SPDX-License-Identifier: MIT
// What a run tells about itself while it goes: one stream of events, and those who listen. Console
// and files are listeners; none of them decides anything.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/facts.h"
#include "conformance/verdict.h"

namespace aoe::conformance {

struct RunInfo {
    std::string version;                                          // Of this program.
    std::vector<std::pair<std::string, std::string>> parameters;  // As given or chosen.
    std::string command;  // How to run again with the same target; cases are added to it.
    std::size_t cases = 0;
    std::vector<std::string> remarks{};  // A line each, for the summary: "shuffled by seed 7".
    std::string started{};               // When, in ISO 8601; may be empty.
    bool strict = false;                 // A warn counts as a failure.
    bool flaky_excused = false;          // A flaky case does not: --retries was given.
};

/// The problem of a run that was stopped from outside.
inline constexpr std::string_view interrupted_text = "interrupted before every case had run";

/// What a run may have to remark on a target, whose name comes before it; without numbers, which
/// another run would have others of.
inline constexpr std::string_view flooded_text =
    "sent more than 100 frames a second that nobody asked for";
inline constexpr std::string_view lossy_text =
    "answered more than one request in twenty only when it was sent again";

/// Counts of all targets together.
struct Summary {
    std::array<std::size_t, verdict_count> counts{};
    std::set<std::string_view> judged;    // Ids of requirements.
    std::size_t requirements_in_all = 0;  // That apply to a target.
    std::size_t stale = 0;  // Skipped: a recording that was run from does not hold what they ask.
    std::vector<std::string> problems;   // Target lost, time over, ...: why a run is not whole.
    std::vector<std::string> remarks{};  // On targets, as flooded_text and its like say.
    int exit_status = 0;
    double seconds = 0;

    std::size_t count(Verdict verdict) const { return counts[static_cast<std::size_t>(verdict)]; }
    std::size_t cases() const;
};

class Reporter {
public:
    Reporter() = default;
    Reporter(const Reporter&) = delete;
    Reporter& operator=(const Reporter&) = delete;
    virtual ~Reporter() = default;

    virtual void run_started(const RunInfo&) {}
    virtual void target_started(const TargetFacts&) {}
    virtual void case_started(const Case&) {}
    virtual void case_finished(const CaseResult&) {}
    /// A result that was finished already is another one now: a reply came late.
    virtual void case_amended(const CaseResult&) {}
    virtual void run_finished(const Summary&) {}
};

/// Passes every event on, in order.
class Reporters final : public Reporter {
public:
    void add(Reporter& reporter) { all_.push_back(&reporter); }
    void run_started(const RunInfo& info) override;
    void target_started(const TargetFacts& target) override;
    void case_started(const Case& test) override;
    void case_finished(const CaseResult& result) override;
    void case_amended(const CaseResult& result) override;
    void run_finished(const Summary& summary) override;

private:
    std::vector<Reporter*> all_;
};

/// Which verdicts the run's owner counts as a failure, besides fail.
struct FailureRules {
    bool strict = false;        // A warn.
    bool excuse_flaky = false;  // --retries was given: not a flaky.
};

/// Fail and error do, warn and flaky as the rules say.
bool counts_as_failure(Verdict verdict, const FailureRules& rules);

/// What decides the exit status, besides the verdicts.
struct Ending {
    bool our_error = false;  // A part of our own broke down.
    bool target_lost = false;
    bool unjudged_left = false;   // Out of time before every case had run.
    bool nothing_judged = false;  // In a part of what was given, although there was time.
    bool setup_failed = false;    // A case was skipped since a step before it failed.
    FailureRules rules{};
};

/// 0 all required passed; 1 not; 2 nothing judged; 3 target lost; 4 our own error; 5 only
/// unexpected passes. The first that applies of 4, 3, 2, 1, 5, 0.
int exit_status(const std::array<std::size_t, verdict_count>& counts, const Ending& ending);

/// Of a run without a result so far.
Summary empty_summary();
/// Adds one result.
void count(Summary& summary, const Case& test, Verdict verdict);
/// Counts results and the requirements that they judge.
Summary summarize(const std::vector<CaseResult>& results);

}  // namespace aoe::conformance
