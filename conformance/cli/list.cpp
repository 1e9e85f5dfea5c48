// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "conformance/case.h"
#include "conformance/catalogue.h"
#include "conformance/cli/commands.h"
#include "conformance/judge/rule.h"
#include "conformance/report/digest.h"
#include "conformance/selection.h"

namespace aoe::conformance {

namespace {

using nlohmann::ordered_json;

ordered_json door_names(Doors doors) {
    ordered_json names = ordered_json::array();
    if (doors.empty()) return names;
    std::string_view list;
    const std::string text = to_string(doors);
    for (list = text; !list.empty();) {
        const std::string_view door = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), door.size() + 1));
        names.push_back(door);
    }
    return names;
}

ordered_json need_names(Needs needs) {
    ordered_json names = ordered_json::array();
    for (unsigned bit = 1; bit <= needs.bits; bit <<= 1U) {
        if ((needs.bits & bit) != 0) names.push_back(name(static_cast<Need>(bit)));
    }
    return names;
}

ordered_json command_names(const Case& test) {
    ordered_json names = ordered_json::array();
    for (const std::string_view id : test.requirements) {
        const std::string_view command = command_of(id);
        const bool known = std::find(names.begin(), names.end(), command) != names.end();
        if (!command.empty() && !known) names.push_back(command);
    }
    return names;
}

ordered_json json_of(const Case& test) {
    const Requirement& about = *find_requirement(test.requirements.front());
    return {{"id", test.id},
            {"summary", test.summary},
            {"requirements", test.requirements},
            {"level", name(about.level)},
            {"impact", name(about.impact)},
            {"basis", basis(about)},
            {"section", about.section},
            {"revision", name(about.since)},
            {"commands", command_names(test)},
            {"doors", door_names(test.doors)},
            {"needs", need_names(test.needs)},
            {"since", test.since}};
}

}  // namespace

void list_cases(std::ostream& out, const ListArguments& arguments) {
    std::vector<Case> rules;
    for (const Rule& rule : all_rules()) rules.push_back(rule.test);
    const auto cases = select_cases(arguments.rules ? std::span<const Case>(rules) : all_cases(),
                                    {arguments.tests, arguments.skip, arguments.as_of});
    if (!cases) throw UsageError(cases.error());
    for (const Case* test : *cases) {
        if (arguments.json) {
            out << json_of(*test).dump() << '\n';
        } else {
            out << fmt::format("{:<44} {} (doors: {}; {}; since {})\n", test->id, test->summary,
                               to_string(test->doors), fmt::join(test->requirements, " "),
                               test->since);
        }
    }
    if (!arguments.json) out << plural(cases->size(), arguments.rules ? "rule" : "case") << '\n';
}

}  // namespace aoe::conformance
