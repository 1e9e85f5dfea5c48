// SPDX-License-Identifier: MIT
// Results as JSON lines: first the run, then one object a case, last the counts. The lines are
// written when the run is over, so that each case has one object that is final.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "conformance/report/report.h"

namespace aoe::conformance {

/// Raised whenever a reader of the lines would have to change; docs/aoe-conform.md describes them.
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

private:
    std::ostream& out_;
    std::vector<std::string> targets_;
    std::vector<CaseResult> results_;
};

}  // namespace aoe::conformance
