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

ordered_json case_json(const CaseResult& result) {
    const Requirement& about = result.requirement();
    ordered_json json{{"type", "case"},
                      {"id", result.test->id},
                      {"requirements", result.test->requirements},
                      {"level", name(about.level)},
                      {"verdict", name(result.verdict)},
                      {"summary", result.test->summary},
                      {"target", result.target},
                      {"since", name(about.since)},
                      {"basis", basis(about)},
                      {"impact", name(about.impact)},
                      {"why", about.why},
                      {"doors", to_string(result.test->doors)},
                      {"repetition", result.repetition},
                      {"duration_us", result.duration_us}};
    if (!result.reason.empty()) json["reason"] = result.reason;
    if (!result.code.empty()) json["code"] = result.code;
    if (!result.liveness.empty()) json["liveness"] = result.liveness;
    for (const Finding& finding : result.findings) {
        json["findings"].push_back(finding_json(finding));
    }
    if (!result.findings.empty()) json["frames"] = result.frames;
    return json;
}

}  // namespace

void JsonReport::run_started(const RunInfo& info) {
    ordered_json parameters = ordered_json::object();
    for (const auto& [key, value] : info.parameters) parameters[key] = value;
    out_ << line({{"type", "run"},
                  {"schema", json_schema_version},
                  {"program", "aoe-conform"},
                  {"version", info.version},
                  {"parameters", parameters},
                  {"command", info.command},
                  {"cases", info.cases}});
}

void JsonReport::target_started(const TargetFacts& target) {
    targets_.push_back(line({{"type", "target"},
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
                             {"revision_reason", target.revision_reason}}));
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
    for (const CaseResult& result : results_) out_ << line(case_json(result));
    ordered_json counts = ordered_json::object();
    for (std::size_t i = 0; i < verdict_count; ++i) {
        counts[std::string(name(static_cast<Verdict>(i)))] = summary.counts[i];
    }
    out_ << line({{"type", "summary"},
                  {"cases", summary.cases()},
                  {"counts", counts},
                  {"requirements_judged", summary.judged.size()},
                  {"requirements_in_all", summary.requirements_in_all},
                  {"problems", summary.problems},
                  {"seconds", summary.seconds},
                  {"exit_status", summary.exit_status}});
    out_.flush();
}

}  // namespace aoe::conformance
