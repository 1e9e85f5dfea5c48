// SPDX-License-Identifier: MIT
#include "conformance/cli/commands.h"

#include <array>
#include <fmt/format.h>
#include <map>

#include "conformance/case.h"
#include "conformance/catalogue.h"
#include "conformance/safekeeping.h"
#include "conformance/selection.h"
#include "conformance/session.h"
#include "wire/packet_link.h"

namespace aoe::conformance {

void list_cases(std::ostream& out, const std::string& tests) {
    const auto cases = select_cases(all_cases(), {.tests = tests});
    if (!cases) throw UsageError(cases.error());
    for (const Case* test : *cases) {
        std::string requirements;
        for (const std::string_view id : test->requirements) {
            requirements += (requirements.empty() ? "" : " ") + std::string(id);
        }
        out << fmt::format("{:<44} {} (doors: {}; {}; since {})\n", test->id, test->summary,
                           to_string(test->doors), requirements, test->since);
    }
    out << cases->size() << " cases\n";
}

void print_coverage(std::ostream& out) {
    std::map<std::string_view, std::vector<std::string_view>> judging;
    for (const Case& test : all_cases()) {
        for (const std::string_view id : test.requirements) judging[id].push_back(test.id);
    }
    struct Count {
        std::size_t judged = 0, all = 0;
    };
    std::map<Level, Count> levels;
    for (const Requirement& requirement : catalogue()) {
        std::string cases;
        for (const std::string_view id : judging[requirement.id]) {
            cases += (cases.empty() ? "" : " ") + std::string(id);
        }
        if (cases.empty()) cases = "no case: " + requirement.unjudged;
        out << fmt::format("{:<13} {:<8} {}\n", requirement.id, name(requirement.level), cases);
        if (requirement.applies_to != AppliesTo::target) continue;
        ++levels[requirement.level].all;
        if (!judging[requirement.id].empty()) ++levels[requirement.level].judged;
    }
    out << '\n';
    Count total;
    for (const auto& [level, count] : levels) {
        out << fmt::format("{:<8} {:>3} of {:>3} requirements on targets have a case\n",
                           name(level), count.judged, count.all);
        total.judged += count.judged;
        total.all += count.all;
    }
    out << fmt::format("{:<8} {:>3} of {:>3}\n", "all", total.judged, total.all);
}

int restore(const std::string& journal_file, const std::string& interface, double timeout_factor) {
    const auto journal = read_journal(journal_file);
    if (!journal) throw UsageError(journal.error());
    const LinkPtr link = open_packet_link(
        {.interface = interface.empty() ? journal->interface : interface, .see_everything = true});
    SystemClock clock;
    std::string text;
    const int status = restore_from_journal(*link, clock, *journal, timeout_factor, text);
    fmt::print(status == 0 ? stdout : stderr, "{}{}\n", status == 0 ? "" : "aoe-conform: ", text);
    if (status == 0) std::filesystem::remove(journal_file);
    return status;
}

}  // namespace aoe::conformance
