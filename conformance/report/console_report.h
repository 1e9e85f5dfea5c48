// SPDX-License-Identifier: MIT
// Results for people: failures as they happen, each explaining itself, then a table and the counts.
// Colour and a progress line on a terminal only; piped, there is neither escape nor carriage
// return.
#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "conformance/report/report.h"

namespace aoe::conformance {

struct ConsoleStyle {
    bool colour = false;
    bool progress = false;   // A line that is overwritten while cases run.
    unsigned verbosity = 0;  // 1: a line for every case; 2: its frames too.
};

class ConsoleReport final : public Reporter {
public:
    /// Problems that keep a run from being whole go to `err`; both must outlive the report.
    ConsoleReport(std::ostream& out, std::ostream& err, const ConsoleStyle& style)
        : out_(out), err_(err), style_(style) {}

    void run_started(const RunInfo& info) override;
    void target_started(const TargetFacts& target) override;
    void case_started(const Case& test) override;
    void case_finished(const CaseResult& result) override;
    void case_amended(const CaseResult& result) override;
    void run_finished(const Summary& summary) override;

private:
    void clear_progress();
    void print_line(const CaseResult& result);
    void print_block(const CaseResult& result);
    void print_table();
    void print_differences();
    void print_skips();
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
