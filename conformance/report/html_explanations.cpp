// SPDX-License-Identifier: MIT
// What failed, with everything that is known about it.
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <set>

#include "conformance/report/digest.h"
#include "conformance/report/escape.h"
#include "conformance/report/html_parts.h"

namespace aoe::conformance::html {

namespace {

enum class Part { none, failures, warnings, others };

Part part_of(const Results& results, const CaseRecord& record) {
    if (is_failure(results, record)) return Part::failures;
    if (record.verdict == Verdict::warn) return Part::warnings;
    if (record.verdict == Verdict::xfail || record.verdict == Verdict::flaky) return Part::others;
    return Part::none;
}

// The bytes of fields that differ are marked.
bool is_marked(const std::vector<FieldRecord>& fields, std::uint64_t byte) {
    return std::any_of(fields.begin(), fields.end(), [byte](const FieldRecord& field) {
        return field.differs && byte >= field.offset && byte - field.offset < field.size;
    });
}

// One line: "0010  01 02 00 ..."; anything else is shown as it is.
std::string dump_line(std::string_view line, const std::vector<FieldRecord>& fields) {
    std::uint64_t byte = 0;
    const char* start = line.data();
    const auto offset =
        std::from_chars(start, start + std::min<std::size_t>(4, line.size()), byte, 16);
    const bool known = line.size() > 6 && offset.ec == std::errc() && offset.ptr == start + 4 &&
                       line.substr(4, 2) == "  ";
    if (!known) return markup(line);
    std::string out = fmt::format("<span class=\"offset\">{}</span>  ", markup(line.substr(0, 4)));
    for (std::size_t i = 6; i < line.size(); i += 3, ++byte) {
        const std::string digits = markup(line.substr(i, 2));
        out += is_marked(fields, byte) ? "<mark>" + digits + "</mark>" : digits;
        if (i + 2 < line.size()) out += markup(line.substr(i + 2, 1));
    }
    return out;
}

void write_dump(std::ostream& out, const char* which, std::uint64_t frame, const std::string& bytes,
                const std::vector<FieldRecord>& fields) {
    if (bytes.empty()) return;
    out << fmt::format("<details>\n<summary>Bytes of the {}, frame {}</summary>\n<pre>", which,
                       frame);
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        out << dump_line(rest.substr(0, end), fields) << '\n';
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    out << "</pre>\n</details>\n";
}

void write_table(std::ostream& out, const std::vector<FieldRecord>& fields, bool all) {
    out << "<div class=\"wide\" role=\"region\" aria-label=\"Fields of the reply\" "
           "tabindex=\"0\">\n<table class=\"fields\">\n<thead><tr><th scope=\"col\">field</th>"
           "<th scope=\"col\">bytes</th><th scope=\"col\">actual</th><th scope=\"col\">expected"
           "</th></tr></thead>\n<tbody>\n";
    for (const FieldRecord& field : fields) {
        if (!all && !field.differs) continue;
        std::string bytes = field.size == 0 ? "-" : std::to_string(field.offset);
        if (field.size > 1) bytes += fmt::format("-{}", field.offset + field.size - 1);
        out << fmt::format(
            "<tr{}><th scope=\"row\">{}{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            field.differs ? " class=\"differs\"" : "",
            field.differs ? "<span class=\"mark\" title=\"differs\">≠</span> " : "",
            markup(field.name), bytes, markup(field.actual), markup(field.expected));
    }
    out << "</tbody>\n</table>\n</div>\n";
}

// What differs at once, the whole reply on demand.
void write_fields(std::ostream& out, const std::vector<FieldRecord>& fields) {
    if (fields.empty()) return;
    const bool differ = std::any_of(fields.begin(), fields.end(),
                                    [](const FieldRecord& field) { return field.differs; });
    if (differ) write_table(out, fields, false);
    out << fmt::format("<details>\n<summary>All fields of the reply ({})</summary>\n",
                       fields.size());
    write_table(out, fields, true);
    out << "</details>\n";
}

void write_finding(std::ostream& out, const CaseRecord& record, const FindingRecord& finding) {
    out << "<div class=\"finding\">\n";
    if (finding.requirement != record.requirement) {
        out << fmt::format("<p><b>{}</b> {}</p>\n", markup(finding.requirement),
                           markup(finding.requirement_text));
    }
    out << "<dl class=\"sides\">\n";
    if (!finding.expected.empty()) {
        out << fmt::format("<dt>expected</dt><dd>{}</dd>\n", markup(finding.expected));
    }
    out << fmt::format("<dt>{}</dt><dd>{}</dd>\n</dl>\n",
                       finding.expected.empty() ? "seen" : "actual", markup(finding.actual));
    write_fields(out, finding.fields);
    write_dump(out, "reply", finding.frame, finding.bytes, finding.fields);
    write_dump(out, "request", finding.request_frame, finding.request, {});
    out << "</div>\n";
}

void write_article(std::ostream& out, const Results& results, const CaseRecord& record,
                   const std::string& anchor) {
    out << fmt::format(
        "<article id=\"{0}\" class=\"{1}\">\n<h3>{2} <a href=\"#{0}\"><code>{3}</code></a>{4}</h3>"
        "\n<p class=\"what\">{5}</p>\n",
        anchor, name(record.verdict), badge(record.verdict), markup(case_name(record)),
        results.targets.size() > 1 ? " on " + markup(record.target) : "", markup(record.summary));
    out << fmt::format(
        "<p class=\"requirement\"><b>{}</b> <span class=\"soft\">{}{}{}, since {}, impact: "
        "{}</span><br>{} {}</p>\n<p class=\"basis\"><span class=\"soft\">Basis:</span> {}</p>\n",
        markup(record.requirement), markup(record.level), record.condition.empty() ? "" : " ",
        markup(record.condition), markup(record.since), markup(record.impact),
        markup(record.requirement_text), markup(record.why), markup(record.basis));
    // The reason is what the findings say once more, unless something happened to the target.
    const std::string why = record.liveness.empty() ? remark(record) : explanation(record);
    if (!why.empty()) out << "<p class=\"why\">" << markup(why) << "</p>\n";
    for (const FindingRecord& finding : record.findings) write_finding(out, record, finding);
    if (!record.frames.empty()) {
        out << "<details>\n<summary>" << fmt::format("The last {}", record.frames.size())
            << " frames (&gt; sent, &lt; received)</summary>\n<ol class=\"frames\">\n";
        for (const std::string& frame : record.frames) out << "<li>" << markup(frame) << "</li>\n";
        out << "</ol>\n</details>\n";
    }
    out << "<p class=\"again\"><span class=\"soft\">Again:</span> <code>"
        << markup(again(results, record)) << "</code></p>\n</article>\n";
}

}  // namespace

Anchors make_anchors(const Results& results) {
    Anchors anchors;
    std::set<std::string> taken;
    for (const CaseRecord& record : results.cases) {
        anchors.emplace_back();
        if (part_of(results, record) == Part::none) continue;
        std::string anchor;
        for (const char c : record.target + "-" + case_name(record)) {
            const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                               (c >= '0' && c <= '9') || c == '.' || c == '-';
            anchor += plain ? c : '_';
        }
        // A letter first, whatever the target is called; short, whatever the case is.
        anchor = "case-" + anchor.substr(0, 100);
        while (!taken.insert(anchor).second) anchor += "_";
        anchors.back() = anchor;
    }
    return anchors;
}

void write_explanations(std::ostream& out, const Results& results, const Anchors& anchors) {
    const auto section = [&](Part part, const char* id, const char* title) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < results.cases.size(); ++i) {
            if (part_of(results, results.cases[i]) != part) continue;
            if (count++ == 0) {
                out << fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n", id, title);
            }
            write_article(out, results, results.cases[i], anchors[i]);
        }
        if (count > 0) out << "</section>\n";
    };
    section(Part::failures, "failures", "Failures");
    section(Part::warnings, "warnings", "Warnings");
    section(Part::others, "expected", "Failures that do not count");
}

}  // namespace aoe::conformance::html
