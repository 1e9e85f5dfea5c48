// SPDX-License-Identifier: MIT
#include "conformance/run_record.h"

#include <algorithm>
#include <fmt/format.h>

namespace aoe::conformance {

namespace {

void add_new(std::vector<std::string>& all, const std::vector<std::string>& more) {
    for (const std::string& each : more) {
        if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(each);
    }
}

}  // namespace

void RunEnd::add(const RunEnd& other) {
    our_error = our_error || other.our_error;
    target_lost = target_lost || other.target_lost;
    unjudged_left = unjudged_left || other.unjudged_left;
    nothing_judged = nothing_judged || other.nothing_judged;
    add_new(problems, other.problems);
    add_new(remarks, other.remarks);
}

RunRecord::Result RunRecord::kept(const CaseResult& result) {
    return {.test = result.test,
            .target = result.target,
            .repetition = result.repetition,
            .verdict = result.verdict,
            .setup_failed = result.verdict == Verdict::skip && result.code == "setup",
            .stale = result.verdict == Verdict::skip && result.code == stale_code};
}

void RunRecord::case_finished(const CaseResult& result) {
    results_.push_back(kept(result));
    inner_.case_finished(result);
}

void RunRecord::case_amended(const CaseResult& result) {
    for (Result& known : results_) {
        if (known.test == result.test && known.target == result.target &&
            known.repetition == result.repetition) {
            known = kept(result);
        }
    }
    inner_.case_amended(result);
}

int RunRecord::finish(RunEnd end, const FailureRules& rules, double seconds) {
    Ending ending{.our_error = end.our_error,
                  .target_lost = end.target_lost,
                  .unjudged_left = end.unjudged_left,
                  .nothing_judged = end.nothing_judged,
                  .rules = rules};
    Summary summary = empty_summary();
    for (const Result& result : results_) {
        count(summary, *result.test, result.verdict);
        ending.setup_failed = ending.setup_failed || result.setup_failed;
        if (result.stale) ++summary.stale;
    }
    if (summary.stale > 0) {
        ending.unjudged_left = true;
        end.problems.push_back(fmt::format(
            "{} stale: the recording does not hold what this suite asks",
            summary.stale == 1 ? "1 case is" : fmt::format("{} cases are", summary.stale)));
    }
    summary.exit_status = exit_status(summary.counts, ending);
    if (summary.exit_status == 2 && !results_.empty() && !end.nothing_judged) {
        end.problems.emplace_back("nothing was judged: see why each case was skipped");
    }
    summary.problems = std::move(end.problems);
    summary.remarks = std::move(end.remarks);
    summary.seconds = seconds;
    inner_.run_finished(summary);
    return summary.exit_status;
}

}  // namespace aoe::conformance
