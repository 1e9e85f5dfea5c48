// SPDX-License-Identifier: MIT
#include "conformance/report/report.h"

#include <algorithm>
#include <numeric>

namespace aoe::conformance {

std::size_t Summary::cases() const {
    return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

void Reporters::run_started(const RunInfo& info) {
    for (Reporter* reporter : all_) reporter->run_started(info);
}
void Reporters::target_started(const TargetFacts& target) {
    for (Reporter* reporter : all_) reporter->target_started(target);
}
void Reporters::case_started(const Case& test) {
    for (Reporter* reporter : all_) reporter->case_started(test);
}
void Reporters::case_finished(const CaseResult& result) {
    for (Reporter* reporter : all_) reporter->case_finished(result);
}
void Reporters::case_amended(const CaseResult& result) {
    for (Reporter* reporter : all_) reporter->case_amended(result);
}
void Reporters::run_finished(const Summary& summary) {
    for (Reporter* reporter : all_) reporter->run_finished(summary);
}

bool counts_as_failure(Verdict verdict, const FailureRules& rules) {
    return verdict == Verdict::fail || verdict == Verdict::error ||
           (verdict == Verdict::flaky && !rules.excuse_flaky) ||
           (verdict == Verdict::warn && rules.strict);
}

int exit_status(const std::array<std::size_t, verdict_count>& counts, const Ending& ending) {
    const auto any = [&](Verdict verdict) { return counts[static_cast<std::size_t>(verdict)] > 0; };
    bool judged = false, failed = false;
    for (std::size_t i = 0; i < verdict_count; ++i) {
        const auto verdict = static_cast<Verdict>(i);
        judged = judged || (counts[i] > 0 && is_judged(verdict));
        failed = failed || (counts[i] > 0 && counts_as_failure(verdict, ending.rules));
    }
    if (any(Verdict::error) || ending.our_error) return 4;
    if (ending.target_lost) return 3;
    if (!judged || ending.nothing_judged) return 2;
    if (failed || ending.unjudged_left) return 1;
    // A step that fails has a case of its own. When none of those says so, something was missed.
    const bool explained = any(Verdict::warn) || any(Verdict::flaky) || any(Verdict::xfail);
    if (ending.setup_failed && !explained) return 1;
    if (any(Verdict::xpass)) return 5;
    return 0;
}

Summary empty_summary() {
    Summary summary;
    const auto all = catalogue();
    summary.requirements_in_all = static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const Requirement& requirement) {
            return requirement.applies_to == AppliesTo::target;
        }));
    return summary;
}

void count(Summary& summary, const Case& test, Verdict verdict) {
    ++summary.counts[static_cast<std::size_t>(verdict)];
    if (!is_judged(verdict)) return;
    summary.judged.insert(test.requirements.begin(), test.requirements.end());
}

Summary summarize(const std::vector<CaseResult>& results) {
    Summary summary = empty_summary();
    for (const CaseResult& result : results) count(summary, *result.test, result.verdict);
    return summary;
}

}  // namespace aoe::conformance
