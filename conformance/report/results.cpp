// SPDX-License-Identifier: MIT
#include "conformance/report/results.h"

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <tuple>

#include "conformance/report/escape.h"
#include "conformance/report/json_report.h"

namespace aoe::conformance {

namespace {

using nlohmann::ordered_json;

// What is wrong with a line; the reader adds which.
struct Malformed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

const ordered_json& member(const ordered_json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end()) throw Malformed(fmt::format("has no \"{}\"", key));
    return *found;
}

template <typename Value> Value value(const ordered_json& object, const char* key) {
    try {
        return member(object, key).get<Value>();
    } catch (const ordered_json::exception&) {
        throw Malformed(fmt::format("has a \"{}\" of the wrong type", key));
    }
}

template <typename Value>
Value value_or(const ordered_json& object, const char* key, Value otherwise) {
    return object.contains(key) ? value<Value>(object, key) : otherwise;
}

std::string text(const ordered_json& object, const char* key) {
    return printable(value<std::string>(object, key));
}

std::string text_or_nothing(const ordered_json& object, const char* key) {
    return object.contains(key) ? text(object, key) : std::string();
}

std::vector<std::string> texts(const ordered_json& object, const char* key) {
    auto strings = value_or<std::vector<std::string>>(object, key, {});
    for (std::string& string : strings) string = printable(string);
    return strings;
}

std::uint64_t number(const ordered_json& object, const char* key) {
    if (!member(object, key).is_number_unsigned()) {
        throw Malformed(fmt::format("has a \"{}\" of the wrong type", key));
    }
    return value<std::uint64_t>(object, key);
}

Verdict verdict(const ordered_json& object, const char* key) {
    const std::string wanted = value<std::string>(object, key);
    for (std::size_t i = 0; i < verdict_count; ++i) {
        if (name(static_cast<Verdict>(i)) == wanted) return static_cast<Verdict>(i);
    }
    throw Malformed(fmt::format("has an unknown {}, '{}'", key, printable(wanted)));
}

const ordered_json& list(const ordered_json& object, const char* key) {
    static const ordered_json none = ordered_json::array();
    if (!object.contains(key)) return none;
    if (!object[key].is_array()) throw Malformed(fmt::format("has a \"{}\" that is no list", key));
    return object[key];
}

RunDetails run_record(const ordered_json& line) {
    RunDetails run{.version = text(line, "version"),
                   .started = text_or_nothing(line, "started"),
                   .command = text(line, "command"),
                   .parameters = {},
                   .remarks = texts(line, "remarks"),
                   .cases = number(line, "cases"),
                   .strict = value_or(line, "strict", false),
                   .flaky_excused = value_or(line, "flaky_excused", false)};
    const ordered_json& parameters = member(line, "parameters");
    if (!parameters.is_object()) throw Malformed("has \"parameters\" of the wrong type");
    for (const auto& [key, parameter] : parameters.items()) {
        if (!parameter.is_string()) throw Malformed("has a parameter that is no text");
        run.parameters.emplace_back(printable(key), printable(parameter.get<std::string>()));
    }
    return run;
}

TargetRecord target_record(const ordered_json& line) {
    return {.name = text(line, "target"),
            .mac = text(line, "mac"),
            .model = text(line, "model"),
            .serial = text(line, "serial"),
            .firmware = text(line, "firmware"),
            .revision = text(line, "revision"),
            .revision_reason = text(line, "revision_reason"),
            .sectors = number(line, "sectors"),
            .buffer_count = number(line, "buffer_count"),
            .sector_count = number(line, "sector_count"),
            .mtu = number(line, "mtu")};
}

FieldRecord field_record(const ordered_json& object) {
    return {.name = text(object, "name"),
            .offset = number(object, "offset"),
            .size = number(object, "size"),
            .actual = text(object, "actual"),
            .expected = text(object, "expected"),
            .differs = value<bool>(object, "differs")};
}

FindingRecord finding_record(const ordered_json& object) {
    FindingRecord finding{
        .requirement = text(object, "requirement"),
        .requirement_text = text_or_nothing(object, "requirement_text"),
        .severity = verdict(object, "severity"),
        .expected = text(object, "expected"),
        .actual = text(object, "actual"),
        .frame = object.contains("frame") ? number(object, "frame") : 0,
        .bytes = printable_lines(value_or<std::string>(object, "bytes", {})),
        .request_frame = object.contains("request_frame") ? number(object, "request_frame") : 0,
        .request = printable_lines(value_or<std::string>(object, "request", {})),
        .fields = {},
    };
    for (const ordered_json& field : list(object, "fields")) {
        finding.fields.push_back(field_record(field));
    }
    return finding;
}

CaseRecord case_record(const ordered_json& line) {
    CaseRecord record{.id = text(line, "id"),
                      .summary = text(line, "summary"),
                      .target = text(line, "target"),
                      .requirements = texts(line, "requirements"),
                      .requirement = text(line, "requirement"),
                      .requirement_text = text(line, "requirement_text"),
                      .level = text(line, "level"),
                      .condition = text_or_nothing(line, "condition"),
                      .since = text(line, "since"),
                      .basis = text(line, "basis"),
                      .impact = text(line, "impact"),
                      .why = text_or_nothing(line, "why"),
                      .doors = text(line, "doors"),
                      .verdict = verdict(line, "verdict"),
                      .reason = text_or_nothing(line, "reason"),
                      .code = text_or_nothing(line, "code"),
                      .liveness = text_or_nothing(line, "liveness"),
                      .findings = {},
                      .frames = texts(line, "frames"),
                      .repetition = number(line, "repetition"),
                      .duration_us = value<double>(line, "duration_us")};
    for (const ordered_json& finding : list(line, "findings")) {
        record.findings.push_back(finding_record(finding));
    }
    return record;
}

SummaryRecord summary_record(const ordered_json& line) {
    SummaryRecord summary{.problems = value<std::vector<std::string>>(line, "problems"),
                          .requirements_judged = number(line, "requirements_judged"),
                          .requirements_in_all = number(line, "requirements_in_all"),
                          .coverage = {},
                          .seconds = value<double>(line, "seconds"),
                          .exit_status = value<int>(line, "exit_status"),
                          .remarks = texts(line, "remarks")};
    for (std::string& problem : summary.problems) problem = printable_lines(problem);
    for (const ordered_json& level : list(line, "coverage")) {
        summary.coverage.push_back({.level = text(level, "level"),
                                    .judged = number(level, "judged"),
                                    .in_all = number(level, "in_all")});
    }
    return summary;
}

// Puts lines together, the first of which is the run's.
class Reader {
public:
    void add(const ordered_json& line) {
        const std::string type = value<std::string>(line, "type");
        if (!begun_) return begin(line, type);
        if (results.summary) throw Malformed("follows the summary: a file holds one run");
        if (type == "run") throw Malformed("begins another run: a file holds one");
        // Types that this version does not know are left out.
        if (type == "target") add_target(target_record(line));
        if (type == "case") add_case(case_record(line));
        if (type == "summary") results.summary = summary_record(line);
    }

    Results results;

private:
    void begin(const ordered_json& line, const std::string& type) {
        if (type != "run" || !line.contains("schema")) throw Malformed("is not how a run begins");
        if (line["schema"] != json_schema_version) {
            throw Malformed(fmt::format("is of schema {}; this version reads schema {}",
                                        shortened(printable(line["schema"].dump()), 40),
                                        json_schema_version));
        }
        results.run = run_record(line);
        begun_ = true;
    }

    void add_target(TargetRecord record) {
        if (!targets_.insert(record.name).second) {
            throw Malformed(fmt::format("describes {} again", record.name));
        }
        results.targets.push_back(std::move(record));
    }

    // The file of a killed run has another line for a case whose verdict changed later.
    void add_case(CaseRecord record) {
        if (!targets_.contains(record.target)) {
            throw Malformed(
                fmt::format("is about {}, which no line before it describes", record.target));
        }
        const auto key = std::tuple(record.target, record.id, record.repetition);
        const auto [known, is_new] = places_.try_emplace(key, results.cases.size());
        if (is_new) {
            results.cases.push_back(std::move(record));
        } else {
            results.cases[known->second] = std::move(record);
        }
    }

    bool begun_ = false;
    std::set<std::string> targets_;
    std::map<std::tuple<std::string, std::string, std::uint64_t>, std::size_t> places_;
};

ordered_json parsed(const std::string& line, bool whole) {
    ordered_json json = ordered_json::parse(line, nullptr, false);
    if (json.is_discarded() && !whole) throw Malformed("ends in the middle: the file was cut");
    if (json.is_discarded()) throw Malformed("is not JSON");
    if (!json.is_object()) throw Malformed("is no JSON object");
    return json;
}

}  // namespace

std::string CaseRecord::group() const {
    return id.substr(0, id.find('.'));
}

std::array<std::size_t, verdict_count> Results::counts() const {
    std::array<std::size_t, verdict_count> counts{};
    for (const CaseRecord& record : cases) ++counts[static_cast<std::size_t>(record.verdict)];
    return counts;
}

Expected<Results, std::string> read_results(std::istream& in, const std::string& name) {
    Reader reader;
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        try {
            reader.add(parsed(line, !in.eof()));
        } catch (const Malformed& wrong) {
            return Unexpected{fmt::format("{}, line {} {}", name, number, wrong.what())};
        }
    }
    if (in.bad()) return Unexpected{fmt::format("{} could not be read to its end", name)};
    if (number == 0) return Unexpected{fmt::format("{} is empty: no run, not even a part", name)};
    return std::move(reader.results);
}

}  // namespace aoe::conformance
