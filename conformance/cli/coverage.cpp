// SPDX-License-Identifier: MIT
// The coverage subcommand.
#include "conformance/coverage.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "conformance/cli/commands.h"

namespace aoe::conformance {

namespace {

using nlohmann::ordered_json;

std::string cell(const CoverageCount& counted) {
    return counted.all == 0 ? "-" : fmt::format("{}/{}", counted.judged, counted.all);
}

void print_group(std::ostream& out, const CoverageGroup& group) {
    out << fmt::format("{:<6}", group.name);
    for (const CoverageCount& level : group.levels) out << fmt::format(" {:>9}", cell(level));
    out << fmt::format(" {:>9}\n", cell(group.total()));
}

void print_table(std::ostream& out, const Coverage& coverage) {
    out << "Requirements on targets that a case judges, of those there are:\n\n      ";
    for (const Level level : all_levels) out << fmt::format(" {:>9}", name(level));
    out << fmt::format(" {:>9}\n", "all");
    for (const CoverageGroup& group : coverage.groups) print_group(out, group);
    print_group(out, coverage.sum);
}

void print_cases(std::ostream& out, const Coverage& coverage) {
    out << '\n';
    for (const RequirementCoverage& row : coverage.requirements) {
        if (row.cases.empty()) continue;
        std::string ids;
        for (const Case* test : row.cases) ids += " " + std::string(test->id);
        out << fmt::format("{:<13} {:<8}{}\n", row.requirement->id, name(row.requirement->level),
                           ids);
    }
}

void print_unjudged(std::ostream& out, const Coverage& coverage) {
    out << "\nWithout a case:\n";
    for (const RequirementCoverage& row : coverage.requirements) {
        if (!row.cases.empty()) continue;
        out << fmt::format("{:<13} {:<8} {}\n", row.requirement->id, name(row.requirement->level),
                           row.requirement->unjudged);
    }
}

ordered_json json_of(const CoverageCount& counted) {
    return {{"judged", counted.judged}, {"all", counted.all}};
}

ordered_json json_of(const CoverageGroup& group) {
    ordered_json json = ordered_json::object();
    for (const Level level : all_levels) {
        json[std::string(name(level))] = json_of(group.levels[static_cast<std::size_t>(level)]);
    }
    json["all"] = json_of(group.total());
    return json;
}

ordered_json json_of(const RequirementCoverage& row) {
    const Requirement& requirement = *row.requirement;
    ordered_json cases = ordered_json::array();
    for (const Case* test : row.cases) cases.push_back(test->id);
    ordered_json json{{"id", requirement.id},
                      {"group", group_of(requirement)},
                      {"level", name(requirement.level)},
                      {"impact", name(requirement.impact)},
                      {"applies_to", name(requirement.applies_to)},
                      {"text", requirement.text},
                      {"cases", cases}};
    if (row.cases.empty()) json["unjudged"] = requirement.unjudged;
    return json;
}

}  // namespace

void print_coverage(std::ostream& out, const CoverageArguments& arguments) {
    const Coverage coverage = coverage_of(all_cases(), catalogue());
    if (arguments.json) {
        ordered_json groups = ordered_json::object(), requirements = ordered_json::array();
        for (const CoverageGroup& group : coverage.groups) {
            groups[std::string(group.name)] = json_of(group);
        }
        for (const RequirementCoverage& row : coverage.requirements) {
            requirements.push_back(json_of(row));
        }
        out << ordered_json{{"groups", groups},
                            {"all", json_of(coverage.sum)},
                            {"requirements", requirements}}
                   .dump(2)
            << '\n';
        return;
    }
    print_table(out, coverage);
    if (arguments.cases) print_cases(out, coverage);
    print_unjudged(out, coverage);
}

}  // namespace aoe::conformance
