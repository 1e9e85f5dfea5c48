// SPDX-License-Identifier: MIT
#include "conformance/report/json_report.h"

#include <nlohmann/json.hpp>

#include "conformance/describe.h"

namespace aoe::conformance {

namespace {

using nlohmann::ordered_json;

// Targets put any bytes into their strings; what is no UTF-8 is replaced.
std::string line(const ordered_json& json) {
    return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json field_json(const FieldRow& row) {
    return {{"name", row.name},     {"offset", row.offset},     {"size", row.size},
            {"actual", row.actual}, {"expected", row.expected}, {"differs", row.differs}};
}

ordered_json finding_json(const Finding& finding) {
    ordered_json json{{"requirement", finding.requirement->id},
                      {"requirement_text", finding.requirement->text},
                      {"severity", name(finding.severity)},
                      {"expected", finding.expected},
                      {"actual", finding.actual}};
    if (finding.frame != 0) json["frame"] = finding.frame;
    if (!finding.dump.empty()) json["bytes"] = finding.dump;
    for (const FieldRow& row : finding.fields) json["fields"].push_back(field_json(row));
    if (finding.request_frame != 0) json["request_frame"] = finding.request_frame;
    if (!finding.request.empty()) json["request"] = hex_dump(finding.request);
    return json;
}

std::string case_line(const CaseResult& result) {
    const Requirement& about = result.requirement();
    ordered_json json{{"type", "case"},
                      {"id", result.test->id},
                      {"requirements", result.test->requirements},
                      {"verdict", name(result.verdict)},
                      {"summary", result.test->summary},
                      {"target", result.target},
                      {"requirement", about.id},
                      {"requirement_text", about.text},
                      {"level", name(about.level)},
                      {"since", name(about.since)},
                      {"basis", basis(about)},
                      {"impact", name(about.impact)},
                      {"why", about.why},
                      {"doors", to_string(result.test->doors)},
                      {"repetition", result.repetition},
                      {"duration_us", result.duration_us}};
    if (!about.condition.empty()) json["condition"] = about.condition;
    if (!result.reason.empty()) json["reason"] = result.reason;
    if (!result.code.empty()) json["code"] = result.code;
    if (!result.liveness.empty()) json["liveness"] = result.liveness;
    for (const Finding& finding : result.findings) {
        json["findings"].push_back(finding_json(finding));
    }
    if (!result.findings.empty()) json["frames"] = result.frames;
    if (result.first_frame != 0) {
        json["first_frame"] = result.first_frame;
        json["last_frame"] = result.last_frame;
    }
    if (!result.recording.empty()) json["recording"] = result.recording;
    return line(json);
}

std::string run_line(const RunInfo& info) {
    ordered_json parameters = ordered_json::object();
    for (const auto& [key, value] : info.parameters) parameters[key] = value;
    ordered_json json{{"type", "run"},
                      {"schema", json_schema_version},
                      {"program", "aoe-conform"},
                      {"version", info.version},
                      {"parameters", parameters},
                      {"command", info.command},
                      {"cases", info.cases},
                      {"strict", info.strict},
                      {"flaky_excused", info.flaky_excused}};
    if (!info.started.empty()) json["started"] = info.started;
    if (!info.remarks.empty()) json["remarks"] = info.remarks;
    return line(json);
}

std::string target_line(const TargetFacts& target) {
    return line({{"type", "target"},
                 {"target", target.name()},
                 {"mac", mac_text(target.mac)},
                 {"model", target.model},
                 {"serial", target.serial},
                 {"firmware", target.firmware},
                 {"firmware_version", target.config.firmware_version},
                 {"sectors", target.sectors},
                 {"buffer_count", target.config.buffer_count},
                 {"sector_count", target.config.sector_count},
                 {"mtu", target.mtu},
                 {"revision", name(target.revision)},
                 {"revision_reason", target.revision_reason}});
}

// Requirements on a target, how many of each level were judged.
ordered_json coverage(const std::set<std::string_view>& judged) {
    ordered_json levels = ordered_json::array();
    for (const Level level : {Level::must, Level::should, Level::may, Level::practice}) {
        std::size_t in_all = 0, seen = 0;
        for (const Requirement& requirement : catalogue()) {
            if (requirement.applies_to != AppliesTo::target || requirement.level != level) continue;
            ++in_all;
            if (judged.contains(requirement.id)) ++seen;
        }
        levels.push_back({{"level", name(level)}, {"judged", seen}, {"in_all", in_all}});
    }
    return levels;
}

std::string summary_line(const Summary& summary) {
    ordered_json counts = ordered_json::object();
    for (std::size_t i = 0; i < verdict_count; ++i) {
        counts[std::string(name(static_cast<Verdict>(i)))] = summary.counts[i];
    }
    ordered_json json({{"type", "summary"},
                       {"cases", summary.cases()},
                       {"counts", counts},
                       {"stale", summary.stale},
                       {"requirements_judged", summary.judged.size()},
                       {"requirements_in_all", summary.requirements_in_all},
                       {"coverage", coverage(summary.judged)},
                       {"problems", summary.problems},
                       {"seconds", summary.seconds},
                       {"exit_status", summary.exit_status}});
    if (!summary.remarks.empty()) json["remarks"] = summary.remarks;
    return line(json);
}

}  // namespace

void JsonReport::run_started(const RunInfo& info) {
    out_ << run_line(info);
}

void JsonReport::target_started(const TargetFacts& target) {
    targets_.push_back(target_line(target));
}

void JsonReport::case_finished(const CaseResult& result) {
    results_.push_back(result);
}

void JsonReport::case_amended(const CaseResult& result) {
    for (CaseResult& known : results_) {
        if (known.test == result.test && known.target == result.target &&
            known.repetition == result.repetition) {
            known = result;
        }
    }
}

void JsonReport::run_finished(const Summary& summary) {
    for (const std::string& target : targets_) out_ << target;
    for (const CaseResult& result : results_) out_ << case_line(result);
    out_ << summary_line(summary);
    out_.flush();
}

void JsonDraft::run_started(const RunInfo& info) {
    out_ << run_line(info) << std::flush;
}

void JsonDraft::target_started(const TargetFacts& target) {
    out_ << target_line(target) << std::flush;
}

void JsonDraft::case_finished(const CaseResult& result) {
    out_ << case_line(result) << std::flush;
}

void JsonDraft::case_amended(const CaseResult& result) {
    out_ << case_line(result) << std::flush;
}

}  // namespace aoe::conformance
