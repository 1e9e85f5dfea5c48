// SPDX-License-Identifier: MIT
// What a run comes to: passes every event on and keeps of each result what decides the summary and
// the exit status.
#pragma once

#include <string>
#include <vector>

#include "conformance/report/report.h"

namespace aoe::conformance {

/// What a run, or a part of one, tells besides its results.
struct RunEnd {
    bool our_error = false;  // A part of our own broke down.
    bool target_lost = false;
    bool unjudged_left = false;
    bool nothing_judged = false;  // In a part of what was given; a problem says in which.
    std::vector<std::string> problems{};
    std::vector<std::string> remarks{};  // On targets, of Summary.

    /// Adds what another part tells. A problem or remark that both have stays one.
    void add(const RunEnd& other);
};

class RunRecord final : public Reporter {
public:
    explicit RunRecord(Reporter& inner) : inner_(inner) {}

    void run_started(const RunInfo& info) override { inner_.run_started(info); }
    void target_started(const TargetFacts& target) override { inner_.target_started(target); }
    void case_started(const Case& test) override { inner_.case_started(test); }
    void case_finished(const CaseResult& result) override;
    void case_amended(const CaseResult& result) override;

    /// Reports the end and returns the exit status, 0 to 5.
    int finish(RunEnd end, const FailureRules& rules, double seconds);

private:
    struct Result {
        const Case* test = nullptr;
        std::string target;
        unsigned repetition = 1;
        Verdict verdict{};
        bool setup_failed = false;  // Skipped, since a step on the way failed.
        bool stale = false;         // Skipped, since a recording does not hold what it asks.
    };
    static Result kept(const CaseResult& result);

    Reporter& inner_;
    std::vector<Result> results_;
};

}  // namespace aoe::conformance
