// SPDX-License-Identifier: MIT
// Results for people: failures as they happen, each explaining itself, then a table, the failures
// once more, and the counts as the last line. Plain text, with colour where it is asked for.
#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "conformance/report/report.h"

namespace aoe::conformance {

struct ConsoleStyle {
    bool colour = false;
    bool quiet = false;      // What passes prints nothing, but for the last line.
    bool strict = false;     // A warning counts as a failure.
    unsigned verbosity = 0;  // 1: a line for every case; 2: its frames too.
};

class ConsoleReport final : public Reporter {
public:
    /// Problems that keep a run from being whole go to `err`; both must outlive the report.
    ConsoleReport(std::ostream& out, std::ostream& err, const ConsoleStyle& style)
        : out_(out), err_(err), style_(style) {}

    void run_started(const RunInfo& info) override;
    void target_started(const TargetFacts& target) override;
    void case_finished(const CaseResult& result) override;
    void case_amended(const CaseResult& result) override;
    void run_finished(const Summary& summary) override;

private:
    void print_line(const CaseResult& result);
    void print_block(const CaseResult& result);
    void print_table();
    void print_differences();
    void print_skips();
    void print_failures();
    std::string paint(Verdict verdict, const std::string& text) const;

    std::ostream& out_;
    std::ostream& err_;
    ConsoleStyle style_;
    RunInfo info_;
    std::vector<std::string> targets_;   // In the order in which they ran.
    std::vector<std::string> headings_;  // "e7.3  model, firmware ..." of each.
    std::vector<CaseResult> results_;
};

}  // namespace aoe::conformance
