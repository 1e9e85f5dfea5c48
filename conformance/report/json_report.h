// SPDX-License-Identifier: MIT
// Results as JSON lines: first the run, then each target, one object a case, last the counts;
// docs/aoe-conform-results.schema.json describes every key. A case's verdict may change after the
// case, when a reply comes late: JsonReport writes the lines when the run is over, so that each
// case has one object that is final. JsonDraft writes them as they come, for what is left of a run
// that is killed.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "conformance/report/report.h"

namespace aoe::conformance {

/// Raised whenever a reader of the lines would have to change; docs/aoe-conform.md says more.
inline constexpr int json_schema_version = 1;

class JsonReport final : public Reporter {
public:
    /// `out` must outlive the report.
    explicit JsonReport(std::ostream& out) : out_(out) {}

    void run_started(const RunInfo& info) override;
    void target_started(const TargetFacts& target) override;
    void case_finished(const CaseResult& result) override;
    void case_amended(const CaseResult& result) override;
    void run_finished(const Summary& summary) override;

    const std::vector<CaseResult>& results() const { return results_; }

private:
    std::ostream& out_;
    std::vector<std::string> targets_;
    std::vector<CaseResult> results_;
};

/// Each line at once and whole; a case that is amended has one more. Without the last line, which
/// makes a run complete.
class JsonDraft final : public Reporter {
public:
    /// `out` must outlive the draft.
    explicit JsonDraft(std::ostream& out) : out_(out) {}

    void run_started(const RunInfo& info) override;
    void target_started(const TargetFacts& target) override;
    void case_finished(const CaseResult& result) override;
    void case_amended(const CaseResult& result) override;

private:
    std::ostream& out_;
};

}  // namespace aoe::conformance
