// SPDX-License-Identifier: MIT
// All cases by group, targets side by side, and what was not judged.
#include <fmt/format.h>
#include <set>

#include "conformance/report/digest.h"
#include "conformance/report/escape.h"
#include "conformance/report/html_parts.h"

namespace aoe::conformance::html {

namespace {

bool is_left_out(const CaseRecord& record) {
    return record.verdict == Verdict::skip || record.verdict == Verdict::not_applicable;
}

// Radio buttons, which the style sheet reads: the arrow keys move between them.
void write_filter(std::ostream& out, const Results& results) {
    out << "<fieldset class=\"filter\">\n<legend>Show</legend>\n"
           "<label><input type=\"radio\" name=\"only\" id=\"only-all\" checked> all "
        << results.cases.size() << "</label>\n";
    const auto counts = results.counts();
    for (const Verdict verdict : reading_order) {
        const std::size_t count = counts[static_cast<std::size_t>(verdict)];
        if (count == 0) continue;
        out << fmt::format(
            "<label><input type=\"radio\" name=\"only\" id=\"only-{0}\"> "
            "{1} {2}</label>\n",
            name(verdict), badge(verdict), count);
    }
    out << "</fieldset>\n";
}

void write_case(std::ostream& out, const Results& results, std::size_t index,
                const Anchors& anchors) {
    const CaseRecord& record = results.cases[index];
    const std::string target =
        results.targets.size() > 1 ? markup(record.target) + " " : std::string();
    out << fmt::format("<li class=\"{}\">{} ", name(record.verdict), badge(record.verdict));
    if (anchors[index].empty()) {
        out << fmt::format("<span class=\"name\">{}<code>{}</code></span> ", target,
                           markup(case_name(record)));
    } else {
        out << fmt::format("<a class=\"name\" href=\"#{}\">{}<code>{}</code></a> ", anchors[index],
                           target, markup(case_name(record)));
    }
    out << fmt::format("<span class=\"time\">{}</span> <span class=\"what\">{}",
                       duration(record.duration_us), markup(record.summary));
    if (anchors[index].empty() && !record.reason.empty()) {
        out << fmt::format(" <span class=\"why\">{}</span>", markup(explanation(record)));
    }
    out << "</span></li>\n";
}

}  // namespace

void write_cases(std::ostream& out, const Results& results, const Anchors& anchors) {
    if (results.cases.empty()) return;
    out << "<section id=\"cases\">\n<h2>All cases</h2>\n";
    write_filter(out, results);
    std::vector<std::string> groups;
    std::map<std::string, std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < results.cases.size(); ++i) {
        const std::string group = results.cases[i].group();
        if (!members.contains(group)) groups.push_back(group);
        members[group].push_back(i);
    }
    for (const std::string& group : groups) {
        out << fmt::format("<div class=\"group\">\n<h3>{}</h3>\n<ul class=\"list\">\n",
                           markup(group_title(group)));
        for (const std::size_t index : members[group]) write_case(out, results, index, anchors);
        out << "</ul>\n</div>\n";
    }
    out << "</section>\n";
}

void write_differences(std::ostream& out, const Results& results) {
    if (results.targets.size() < 2) return;
    std::vector<std::string> order;
    std::map<std::string, std::map<std::string, Verdict>> verdicts;
    for (const CaseRecord& record : results.cases) {
        const std::string name = case_name(record);
        if (!verdicts.contains(name)) order.push_back(name);
        verdicts[name].emplace(record.target, record.verdict);
    }
    std::string rows;
    std::size_t differing = 0;
    for (const std::string& name : order) {
        std::set<Verdict> distinct;
        for (const auto& [target, verdict] : verdicts[name]) distinct.insert(verdict);
        if (distinct.size() < 2 && verdicts[name].size() == results.targets.size()) continue;
        ++differing;
        rows += fmt::format("<tr><th scope=\"row\"><code>{}</code></th>", markup(name));
        for (const TargetRecord& target : results.targets) {
            const auto found = verdicts[name].find(target.name);
            rows += found == verdicts[name].end() ? std::string("<td>-</td>")
                                                  : "<td>" + badge(found->second) + "</td>";
        }
        rows += "</tr>\n";
    }
    out << "<section id=\"differences\">\n<h2>Side by side</h2>\n<p class=\"soft\">"
        << fmt::format("{} with the same verdict on each target, {} without.</p>\n",
                       plural(order.size() - differing, "case"), differing);
    if (differing > 0) {
        out << "<div class=\"wide\" role=\"region\" aria-label=\"Side by side\" tabindex=\"0\">\n"
               "<table class=\"side\">\n<thead><tr><th scope=\"col\">case</th>";
        for (const TargetRecord& target : results.targets) {
            out << fmt::format("<th scope=\"col\">{} <span class=\"soft\">{}</span></th>",
                               markup(target.name), markup(target.model));
        }
        out << "</tr></thead>\n<tbody>\n" << rows << "</tbody>\n</table>\n</div>\n";
    }
    out << "</section>\n";
}

void write_skips(std::ostream& out, const Results& results) {
    std::vector<std::string> order;
    std::map<std::string, std::vector<std::string>> cases;
    for (const CaseRecord& record : results.cases) {
        if (!is_left_out(record)) continue;
        // How a step failed differs from case to case; its own case tells.
        const std::string why = record.code == "setup"
                                    ? "a step on the way failed, which has a case of its own"
                                    : record.reason;
        const std::string reason =
            fmt::format("{} <span class=\"soft\">[{}]</span>", markup(why), markup(record.code));
        if (!cases.contains(reason)) order.push_back(reason);
        cases[reason].push_back(case_name(record));
    }
    if (order.empty()) return;
    out << "<section id=\"skips\">\n<h2>Not judged</h2>\n";
    for (const std::string& reason : order) {
        out << fmt::format("<details>\n<summary>{}: {}</summary>\n<ul class=\"names\">\n",
                           plural(cases[reason].size(), "case"), reason);
        for (const std::string& name : cases[reason]) {
            out << "<li><code>" << markup(name) << "</code></li>\n";
        }
        out << "</ul>\n</details>\n";
    }
    out << "</section>\n";
}

}  // namespace aoe::conformance::html
