// SPDX-License-Identifier: MIT
// What was judged, in numbers.
#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "conformance/report/digest.h"
#include "conformance/report/escape.h"
#include "conformance/report/html_parts.h"

namespace aoe::conformance::html {

namespace {

using Counts = std::array<std::size_t, verdict_count>;

std::size_t of(const Counts& counts, Verdict verdict) {
    return counts[static_cast<std::size_t>(verdict)];
}

void write_targets(std::ostream& out, const Results& results) {
    for (const TargetRecord& target : results.targets) {
        out << "<ul class=\"facts\">\n";
        const auto fact = [&](const char* name, const std::string& value) {
            out << fmt::format("<li><span class=\"key\">{}</span> {}</li>\n", name,
                               value.empty() ? "-" : markup(value));
        };
        fact("target", target.name);
        fact("model", target.model);
        fact("serial", target.serial);
        fact("firmware", target.firmware);
        fact("address", target.mac);
        fact("sectors", std::to_string(target.sectors));
        fact("Buffer Count", std::to_string(target.buffer_count));
        fact("Sector Count", std::to_string(target.sector_count));
        fact("MTU", std::to_string(target.mtu));
        fact("judged as", target.revision + ": " + target.revision_reason);
        out << "</ul>\n";
    }
}

// All cases in one bar; the list below it says the same in words.
void write_counts(std::ostream& out, const Results& results) {
    const Counts counts = results.counts();
    out << fmt::format(
        "<svg class=\"strip\" viewBox=\"0 0 {} 10\" preserveAspectRatio=\"none\" "
        "aria-hidden=\"true\">",
        results.cases.size());
    std::size_t x = 0;
    for (const Verdict verdict : reading_order) {
        if (of(counts, verdict) == 0) continue;
        out << fmt::format("<rect class=\"{}\" x=\"{}\" width=\"{}\" height=\"10\"/>",
                           name(verdict), x, of(counts, verdict));
        x += of(counts, verdict);
    }
    out << "</svg>\n<ul class=\"counts\">\n";
    for (const Verdict verdict : reading_order) {
        if (of(counts, verdict) == 0 && verdict != Verdict::fail) continue;
        out << fmt::format("<li><b>{}</b> {}</li>\n", of(counts, verdict), badge(verdict));
    }
    out << "</ul>\n";
}

void write_groups(std::ostream& out, const Results& results) {
    const Counts all = results.counts();
    std::vector<std::string> groups;
    std::map<std::string, Counts> counts;
    for (const CaseRecord& record : results.cases) {
        if (!counts.contains(record.group())) groups.push_back(record.group());
        ++counts[record.group()][static_cast<std::size_t>(record.verdict)];
    }
    out << "<div class=\"wide\" role=\"region\" aria-label=\"Cases by group\" tabindex=\"0\">\n"
           "<table class=\"numbers\">\n<caption>Cases by group</caption>\n<thead><tr>"
           "<th scope=\"col\">group</th>";
    for (const Verdict verdict : reading_order) {
        if (of(all, verdict) > 0) out << "<th scope=\"col\">" << badge(verdict) << "</th>";
    }
    out << "</tr></thead>\n<tbody>\n";
    for (const std::string& group : groups) {
        out << fmt::format("<tr><th scope=\"row\">{}</th>", markup(group_title(group)));
        for (const Verdict verdict : reading_order) {
            if (of(all, verdict) == 0) continue;
            const std::size_t count = of(counts[group], verdict);
            out << (count == 0 ? "<td class=\"none\">-</td>" : fmt::format("<td>{}</td>", count));
        }
        out << "</tr>\n";
    }
    out << "</tbody>\n</table>\n</div>\n";
}

void write_coverage(std::ostream& out, const SummaryRecord& summary) {
    out << "<div class=\"wide\" role=\"region\" aria-label=\"Requirements judged\" "
           "tabindex=\"0\">\n<table class=\"numbers coverage\">\n"
           "<caption>Requirements judged</caption>\n<thead><tr><th scope=\"col\">level</th>"
           "<th scope=\"col\">judged</th><th scope=\"col\">of</th>"
           "<td class=\"bar\"></td></tr></thead>\n<tbody>\n";
    const auto row = [&](const std::string& level, std::uint64_t judged, std::uint64_t in_all) {
        out << fmt::format(
            "<tr><th scope=\"row\">{0}</th><td>{1}</td><td>{2}</td><td class=\"bar\">"
            "<svg viewBox=\"0 0 {3} 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
            "<rect class=\"track\" width=\"{3}\" height=\"10\"/>"
            "<rect class=\"done\" width=\"{1}\" height=\"10\"/></svg></td></tr>\n",
            markup(level), judged, in_all, std::max<std::uint64_t>(1, in_all));
    };
    for (const LevelRecord& level : summary.coverage) row(level.level, level.judged, level.in_all);
    row("all", summary.requirements_judged, summary.requirements_in_all);
    out << "</tbody>\n</table>\n</div>\n";
}

}  // namespace

const char* sign(Verdict verdict) {
    switch (verdict) {
        case Verdict::pass:
            return "✓";
        case Verdict::info:
            return "ℹ";
        case Verdict::warn:
            return "▲";
        case Verdict::fail:
            return "✗";
        case Verdict::flaky:
            return "≈";
        case Verdict::skip:
            return "–";
        case Verdict::not_applicable:
            return "∅";
        case Verdict::xfail:
            return "⊘";
        case Verdict::xpass:
            return "↑";
        case Verdict::error:
            return "‼";
    }
    return "";
}

std::string badge(Verdict verdict) {
    return fmt::format(
        "<span class=\"verdict {0}\"><span aria-hidden=\"true\">{1}</span> "
        "{0}</span>",
        name(verdict), sign(verdict));
}

std::string duration(double us) {
    if (us < 1000) return fmt::format("{:.0f} µs", us);
    if (us < 1e6) return fmt::format("{:.3g} ms", us / 1e3);
    return fmt::format("{:.2f} s", us / 1e6);
}

std::string group_title(const std::string& group) {
    static const std::map<std::string, std::string> titles{
        {"hdr", "header"},       {"cfg", "config string"},  {"ann", "announcements"},
        {"ata", "ATA commands"}, {"atae", "ATA errors"},    {"atai", "IDENTIFY DEVICE"},
        {"rel", "reliability"},  {"mask", "MAC mask list"}, {"res", "reserve list"}};
    const auto found = titles.find(group);
    return found == titles.end() ? group : fmt::format("{} ({})", found->second, group);
}

void write_overview(std::ostream& out, const Results& results) {
    out << "<section id=\"overview\">\n<h2>Overview</h2>\n";
    if (!results.cases.empty()) write_counts(out, results);
    write_targets(out, results);
    if (!results.cases.empty() || results.summary) out << "<div class=\"tables\">\n";
    if (!results.cases.empty()) write_groups(out, results);
    if (results.summary) write_coverage(out, *results.summary);
    if (!results.cases.empty() || results.summary) out << "</div>\n";
    if (results.summary) {
        out << fmt::format(
            "<p class=\"soft\">{} in {:.2f} s. <code>aoe-conform coverage</code> "
            "says why the other requirements were not judged.</p>\n",
            plural(results.cases.size(), "case"), results.summary->seconds);
    }
    out << "</section>\n";
}

}  // namespace aoe::conformance::html
