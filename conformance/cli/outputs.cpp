// SPDX-License-Identifier: MIT
#include "conformance/cli/outputs.h"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <stdexcept>

#include "conformance/cli/commands.h"
#include "conformance/report/results.h"
#include "conformance/report/whole_file.h"

namespace aoe::conformance {

Outputs::Outputs(const std::vector<std::string>& wanted) {
    events_.add(json_);
    for (const std::string& output : wanted) add(output);
    // Only now is each of them known to be possible.
    for (const Output& output : outputs_) {
        if (output.format != nullptr || output.file == "-" || is_special(output.file)) continue;
        draft_files_.push_back(std::make_unique<std::ofstream>(output.file));
        draft_reports_.push_back(std::make_unique<JsonDraft>(*draft_files_.back()));
        events_.add(*draft_reports_.back());
    }
}

void Outputs::add(const std::string& wanted) {
    const std::size_t equals = wanted.find('=');
    const std::string kind = wanted.substr(0, equals);
    Output output{.format = find_format(kind), .file = {}};
    if (equals != std::string::npos) output.file = wanted.substr(equals + 1);
    if (output.file.empty() || (kind != "json" && output.format == nullptr)) {
        throw UsageError(
            fmt::format("-o takes json=FILE, or {} in place of json, with - for standard output, "
                        "not '{}'",
                        format_names(), wanted));
    }
    for (const Output& other : outputs_) {
        if (other.file != output.file) continue;
        throw UsageError(fmt::format("two reports cannot both go to {}",
                                     output.file == "-" ? "standard output" : output.file));
    }
    if (output.file != "-") {
        const std::string why_not = why_not_writable(output.file);
        if (!why_not.empty()) {
            throw UsageError(fmt::format("cannot write {}: {}", output.file, why_not));
        }
    }
    outputs_.push_back(output);
}

bool Outputs::uses_stdout() const {
    return std::any_of(outputs_.begin(), outputs_.end(),
                       [](const Output& output) { return output.file == "-"; });
}

void Outputs::run_started(const RunInfo& info) {
    started_ = true;
    events_.run_started(info);
}
void Outputs::target_started(const TargetFacts& target) {
    events_.target_started(target);
}
void Outputs::case_finished(const CaseResult& result) {
    events_.case_finished(result);
}
void Outputs::case_amended(const CaseResult& result) {
    events_.case_amended(result);
}

void Outputs::run_finished(const Summary& summary) {
    events_.run_finished(summary);
    finished_ = true;
    std::istringstream lines(lines_.str());
    const auto results = read_results(lines, "the run");
    if (!results) throw std::logic_error("our own results cannot be read: " + results.error());
    for (const Output& output : outputs_) {
        if (output.format == nullptr) {
            write(output, lines_.str());
            continue;
        }
        std::ostringstream text;
        output.format->write(text, *results);
        write(output, text.str());
    }
}

void Outputs::write(const Output& output, const std::string& text) {
    if (output.file == "-") {
        std::cout << text << std::flush;
        if (!std::cout) failed_ = "standard output";
    } else if (!write_whole(output.file, text).empty()) {
        failed_ = output.file;
    }
}

void Outputs::give_up(const RunInfo& info, const std::string& problem, int exit_status) {
    if (finished_) return;
    if (!started_) run_started(info);
    Summary summary = summarize(json_.results());
    summary.problems.push_back(problem);
    summary.exit_status = exit_status;
    run_finished(summary);
}

}  // namespace aoe::conformance
