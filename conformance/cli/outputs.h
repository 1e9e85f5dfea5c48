// SPDX-License-Identifier: MIT
// The reports that -o asks for. What can be known to go wrong with their files is found before
// anything else happens, so that a run is not lost to a folder that cannot be written.
//
// All of them are written when the run ends, from its JSON lines, by what `render` uses too; each
// file is there whole or not at all. Until then, json=FILE holds the lines as they come: of a run
// that is killed they remain.
#pragma once

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "conformance/report/formats.h"
#include "conformance/report/json_report.h"
#include "conformance/report/report.h"

namespace aoe::conformance {

class Outputs final : public Reporter {
public:
    /// Each "FORMAT=FILE", with - for standard output once. Throws UsageError.
    explicit Outputs(const std::vector<std::string>& wanted);

    bool uses_stdout() const;
    /// For a run that could not begin, or not go on: the reports are written all the same, with
    /// the problem. Does nothing when they are written already.
    void give_up(const RunInfo& info, const std::string& problem, int exit_status);
    /// Empty, or the file that could not be written whole.
    const std::string& failed() const { return failed_; }

    void run_started(const RunInfo& info) override;
    void target_started(const TargetFacts& target) override;
    void case_finished(const CaseResult& result) override;
    void case_amended(const CaseResult& result) override;
    void run_finished(const Summary& summary) override;

private:
    struct Output {
        const Format* format = nullptr;  // None: the JSON lines.
        std::string file;                // "-": standard output.
    };
    void add(const std::string& wanted);
    void write(const Output& output, const std::string& text);

    std::vector<Output> outputs_;
    std::ostringstream lines_;
    JsonReport json_{lines_};
    std::vector<std::unique_ptr<std::ofstream>> draft_files_;
    std::vector<std::unique_ptr<JsonDraft>> draft_reports_;
    Reporters events_;  // To all of these.
    bool started_ = false;
    bool finished_ = false;
    std::string failed_;
};

}  // namespace aoe::conformance
