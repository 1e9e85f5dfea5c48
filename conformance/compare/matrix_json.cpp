// SPDX-License-Identifier: MIT
#include "conformance/compare/matrix_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "conformance/compare/performance_json.h"
#include "conformance/report/escape.h"

namespace aoe::conformance {

namespace {

using nlohmann::ordered_json;

constexpr const char* format_name = "aoe-conform comparison";

// Empty texts are left out: most of them are.
void put(ordered_json& json, const char* key, const std::string& text) {
    if (!text.empty()) json[key] = text;
}

std::string text(const ordered_json& json, const char* key) {
    return json.contains(key) ? printable(json.at(key).get<std::string>()) : std::string();
}

std::string lines(const ordered_json& json, const char* key) {
    return json.contains(key) ? printable_lines(json.at(key).get<std::string>()) : std::string();
}

std::vector<std::string> texts(const ordered_json& json, const char* key) {
    std::vector<std::string> found;
    if (!json.contains(key)) return found;
    for (const auto& each : json.at(key)) found.push_back(printable(each.get<std::string>()));
    return found;
}

template <typename Enum> Enum word(const ordered_json& json, const char* key, std::size_t count) {
    const auto text = json.at(key).get<std::string>();
    for (std::size_t i = 0; i < count; ++i) {
        if (name(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
    }
    throw std::runtime_error(fmt::format("'{}' is no {}", text, key));
}

Verdict verdict_in(const ordered_json& json) {
    return word<Verdict>(json, "verdict", verdict_count);
}

ordered_json to_json(const Evidence& evidence) {
    ordered_json json{{"case", evidence.id}, {"verdict", name(evidence.verdict)}};
    put(json, "summary", evidence.summary);
    put(json, "expected", evidence.expected);
    put(json, "actual", evidence.actual);
    put(json, "reason", evidence.reason);
    put(json, "request", evidence.request);
    put(json, "bytes", evidence.bytes);
    put(json, "after", evidence.after);
    return json;
}

Evidence evidence_in(const ordered_json& json) {
    return {.id = text(json, "case"),
            .summary = text(json, "summary"),
            .verdict = verdict_in(json),
            .expected = text(json, "expected"),
            .actual = text(json, "actual"),
            .reason = text(json, "reason"),
            .request = lines(json, "request"),
            .bytes = lines(json, "bytes"),
            .after = text(json, "after")};
}

ordered_json to_json(const Cell& cell) {
    ordered_json json{{"verdict", name(cell.verdict)}};
    if (!cell.passed.empty()) json["passed"] = cell.passed;
    for (const Evidence& evidence : cell.evidence) json["evidence"].push_back(to_json(evidence));
    return json;
}

Cell cell_in(const ordered_json& json) {
    Cell cell{.verdict = verdict_in(json), .passed = texts(json, "passed"), .evidence = {}};
    if (!json.contains("evidence")) return cell;
    for (const auto& each : json.at("evidence")) cell.evidence.push_back(evidence_in(each));
    return cell;
}

ordered_json to_json(const Row& row) {
    ordered_json json{{"id", row.id},       {"group", row.group}, {"text", row.text},
                      {"why", row.why},     {"level", row.level}, {"impact", row.impact},
                      {"since", row.since}, {"basis", row.basis}};
    put(json, "condition", row.condition);
    return json;
}

Row row_in(const ordered_json& json) {
    return {.id = text(json, "id"),
            .group = text(json, "group"),
            .text = text(json, "text"),
            .why = text(json, "why"),
            .level = text(json, "level"),
            .condition = text(json, "condition"),
            .impact = text(json, "impact"),
            .since = text(json, "since"),
            .basis = text(json, "basis")};
}

ordered_json to_json(const Column& column) {
    ordered_json json{{"name", column.name},
                      {"title", column.title},
                      {"kind", column.kind},
                      {"how", name(column.how)},
                      {"state", name(column.state)}};
    put(json, "note", column.note);
    json["facts"] = ordered_json::object();
    for (const auto& [key, value] : column.facts) json["facts"][key] = value;
    json["cases"] = ordered_json::object();
    for (std::size_t i = 0; i < verdict_count; ++i) {
        json["cases"][std::string(name(static_cast<Verdict>(i)))] = column.cases[i];
    }
    json["survival"] = {{"crashes", column.survival.crashes},
                        {"lock_outs", column.survival.lock_outs},
                        {"hangs", column.survival.hangs},
                        {"losses", column.survival.losses}};
    if (!column.survival.troubles.empty()) json["survival"]["troubles"] = column.survival.troubles;
    json["cells"] = ordered_json::object();
    for (const auto& [requirement, cell] : column.cells) json["cells"][requirement] = to_json(cell);
    return json;
}

Column column_in(const ordered_json& json) {
    Column column;
    column.name = text(json, "name");
    column.title = text(json, "title");
    column.kind = text(json, "kind");
    column.how = word<How>(json, "how", 3);
    column.state = word<State>(json, "state", 4);
    column.note = lines(json, "note");
    for (const auto& [key, value] : json.at("facts").items()) {
        column.facts.emplace_back(printable(key), printable(value.get<std::string>()));
    }
    for (std::size_t i = 0; i < verdict_count; ++i) {
        const std::string verdict(name(static_cast<Verdict>(i)));
        column.cases[i] = json.at("cases").at(verdict).get<std::size_t>();
    }
    const ordered_json& survival = json.at("survival");
    column.survival = {.crashes = texts(survival, "crashes"),
                       .lock_outs = texts(survival, "lock_outs"),
                       .hangs = texts(survival, "hangs"),
                       .losses = texts(survival, "losses"),
                       .troubles = texts(survival, "troubles")};
    for (const auto& [requirement, cell] : json.at("cells").items()) {
        column.cells.emplace(printable(requirement), cell_in(cell));
    }
    return column;
}

Matrix matrix_in(const ordered_json& json) {
    if (json.is_object() && json.contains("program") && json["program"] == "aoe-bench") {
        throw std::runtime_error("is a report of aoe-bench; --bench NAME=FILE takes it");
    }
    if (!json.is_object() || json.value("format", "") != format_name) {
        throw std::runtime_error("is no comparison of aoe-conform");
    }
    if (json.at("schema") != matrix_schema_version) {
        throw std::runtime_error("is a comparison in another version of the format");
    }
    Matrix matrix;
    matrix.version = text(json, "version");
    for (const auto& row : json.at("requirements")) matrix.rows.push_back(row_in(row));
    for (const auto& column : json.at("targets")) matrix.columns.push_back(column_in(column));
    for (const auto& each : json.at("measurements")) {
        matrix.measurements.push_back({.target = text(each, "target"),
                                       .what = text(each, "what"),
                                       .value = each.at("value").get<double>(),
                                       .unit = text(each, "unit"),
                                       .conditions = text(each, "conditions"),
                                       .note = text(each, "note")});
    }
    // Comparisons that are older have none.
    if (!json.contains("performance")) return matrix;
    for (const auto& each : json.at("performance")) {
        matrix.performance.push_back(performance_in(each));
    }
    return matrix;
}

}  // namespace

std::string matrix_json(const Matrix& matrix) {
    ordered_json json{
        {"format", format_name}, {"schema", matrix_schema_version}, {"version", matrix.version}};
    json["targets"] = ordered_json::array();
    for (const Column& column : matrix.columns) json["targets"].push_back(to_json(column));
    json["requirements"] = ordered_json::array();
    for (const Row& row : matrix.rows) json["requirements"].push_back(to_json(row));
    json["measurements"] = ordered_json::array();
    for (const Measurement& each : matrix.measurements) {
        json["measurements"].push_back({{"target", each.target},
                                        {"what", each.what},
                                        {"value", each.value},
                                        {"unit", each.unit},
                                        {"conditions", each.conditions}});
        put(json["measurements"].back(), "note", each.note);
    }
    json["performance"] = ordered_json::array();
    for (const Performance& each : matrix.performance) {
        json["performance"].push_back(performance_json(each));
    }
    return json.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Expected<Matrix, std::string> read_matrix(const std::string& text, const std::string& name) {
    try {
        return matrix_in(ordered_json::parse(text));
    } catch (const nlohmann::json::exception& error) {
        return Unexpected{
            fmt::format("{} is no comparison that can be read: {}", name, printable(error.what()))};
    } catch (const std::runtime_error& error) {
        return Unexpected{fmt::format("{} {}", name, error.what())};
    }
}

}  // namespace aoe::conformance
