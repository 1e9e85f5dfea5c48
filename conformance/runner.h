// SPDX-License-Identifier: MIT
// Runs cases against one target, one after the other: checks what each needs, lets it judge, puts
// the target's state back, looks whether the target is still there, and says what came out.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "conformance/exchange.h"
#include "conformance/expectations.h"
#include "conformance/liveness.h"
#include "conformance/peer.h"
#include "conformance/report/report.h"
#include "conformance/schedule.h"
#include "conformance/state.h"

namespace aoe::conformance {

struct RunnerOptions {
    Doors open;
    Order order;
    bool until_fail = false;  // No case after the first that counts as a failure.
    FailureRules failures;
    unsigned retries = 1;  // Of a failed case, to tell flaky from failed.
    std::uint64_t seed = 1;
    std::optional<Time> deadline;  // On the peer's clock: no case starts after it.
    std::vector<Expectation> expectations;
    Day today{};  // For the expectations.
    Surroundings around{};
    const std::atomic<bool>* stop = nullptr;  // Set by a signal: no further case starts.
    /// Called before each case; the time that it takes does not count against the deadline. May be
    /// empty.
    std::function<void(const Case&)> before_case;
};

/// How a run over one target ended.
struct TargetOutcome {
    std::vector<CaseResult> results;
    bool lost = false;
    bool left_changed = false;  // Something may not be as it was before.
    bool unjudged_left = false;
    bool failed = false;  // With until_fail: that is why it ended.
    Time paused{};        // Spent in before_case.
    std::vector<std::string> problems;
    std::vector<std::string> remarks;  // Of Summary.
};

class Runner {
public:
    /// All references must outlive the runner; `control` may be null. `home` is what the target's
    /// state is put back to after each case.
    Runner(Peer& peer, const TargetFacts& target, const TargetState& home,
           const RunnerOptions& options, Reporter& reporter, TargetControl* control);

    TargetOutcome run(std::span<const Case* const> cases);

private:
    void pause(const Case& test);
    bool time_is_over(const Step& next);
    void run_one(const Case& test, unsigned repetition);
    std::optional<CaseResult> refusal(const Case& test) const;
    CaseResult attempt(const Case& test);
    CaseResult attempt_without_losses(const Case& test);
    void blame_earlier(const Case& test, CaseResult& result);
    bool comes_back();
    bool serves_us();
    void judge(const Case& test, CaseResult& result, Exchange& exchange);
    void recover(const Case& test, CaseResult& result, bool fenced);
    static void end_stale(CaseResult& result, const CaseSkipped& skipped);
    bool put_back_lab(const Case& test);
    void put_back(const Case& test, CaseResult& result);
    void lose(const Case& test, CaseResult& result, const std::string& how);
    void remark();
    void late_reply(std::size_t owner, const Reply& reply);
    void expect(CaseResult& result) const;
    void finish(CaseResult result);
    std::optional<Mac> rescue_mac() const;
    Needs offered() const;

    Peer& peer_;
    const TargetFacts& target_;
    const TargetState& home_;
    const RunnerOptions& options_;
    Reporter& reporter_;
    TargetControl* control_;
    const Time begun_;
    TargetOutcome outcome_;
    std::vector<std::vector<Exchange::Silence>> silences_;  // Of each finished case.
    // Of the last attempt.
    bool silent_ = false;   // A fence went unanswered.
    bool crashed_ = false;  // The target ended.
    Doors shut_;            // What is behind them could not be put back; nobody opens them again.
};

}  // namespace aoe::conformance
