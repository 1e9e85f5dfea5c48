// SPDX-License-Identifier: MIT
#include "conformance/report/html_report.h"

#include <fmt/format.h>
#include <string_view>

#include "conformance/report/digest.h"
#include "conformance/report/escape.h"
#include "conformance/report/html_parts.h"

namespace aoe::conformance {

// Of html_report.css, compiled in.
extern const std::string_view html_style;
extern const std::string_view html_style_sha256_base64;

namespace {

std::string target_names(const Results& results) {
    std::string names;
    for (const TargetRecord& target : results.targets) {
        names += (names.empty() ? "" : ", ") + target.name;
    }
    return names;
}

// A tab shows how it ended.
std::string icon(bool good) {
    return fmt::format(
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
        "%3Ccircle cx='8' cy='8' r='8' fill='%23{}'/%3E%3Cpath d='{}' stroke='%23fff' "
        "stroke-width='2' fill='none'/%3E%3C/svg%3E",
        good ? "1b6b37" : "a3161a", good ? "M4 8.5l3 3 5-6.5" : "M5 5l6 6M11 5l-6 6");
}

void write_head(std::ostream& out, const Results& results) {
    const bool good = passed(results);
    const std::string names = target_names(results);
    out << fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta name=\"generator\" content=\"aoe-conform {}\">\n"
        "<link rel=\"icon\" href=\"{}\">\n<title>{} {}{}{} - aoe-conform</title>\n<style>",
        html_style_sha256_base64, markup(results.run.version), icon(good), good ? "✓" : "✗",
        markup(names), names.empty() ? "" : " ", markup(outcome(results)));
    out << html_style << "</style>\n</head>\n";
}

std::string lede(const Results& results) {
    std::string text;
    for (const TargetRecord& target : results.targets) {
        if (!text.empty()) text += "; ";
        text += fmt::format("<b>{}</b>{}{}", markup(target.name), target.model.empty() ? "" : ", ",
                            markup(target.model));
    }
    if (results.targets.empty()) text = "No target was judged";
    if (!results.run.started.empty()) {
        text +=
            fmt::format(". Run of <time datetime=\"{0}\">{0}</time>", markup(results.run.started));
    }
    return text + ".";
}

void write_problems(std::ostream& out, const Results& results) {
    const std::vector<std::string> sentences = problems(results);
    if (sentences.empty()) return;
    out << "<section class=\"problem\" aria-labelledby=\"problem\">\n"
           "<h2 id=\"problem\"><span aria-hidden=\"true\">⚠</span> This run is not whole</h2>\n"
           "<ul>\n";
    for (const std::string& sentence : sentences) {
        out << "<li>" << markup(sentence) << "</li>\n";
    }
    out << "</ul>\n</section>\n";
}

void write_contents(std::ostream& out, const Results& results) {
    out << "<nav aria-label=\"Parts of this report\">\n<ul>\n";
    const auto link = [&](const char* part, const std::string& text) {
        out << fmt::format("<li><a href=\"#{}\">{}</a></li>\n", part, text);
    };
    const auto counts = results.counts();
    const auto count = [&](Verdict verdict) { return counts[static_cast<std::size_t>(verdict)]; };
    link("overview", "Overview");
    if (failures(results) > 0) link("failures", plural(failures(results), "failure"));
    if (count(Verdict::warn) > 0 && !results.run.strict) {
        link("warnings", plural(count(Verdict::warn), "warning"));
    }
    if (results.targets.size() > 1) link("differences", "Side by side");
    if (!results.cases.empty()) link("cases", "All cases");
    if (count(Verdict::skip) + count(Verdict::not_applicable) > 0) link("skips", "Not judged");
    link("run", "How it was run");
    out << "</ul>\n</nav>\n";
}

void write_run(std::ostream& out, const RunDetails& run) {
    out << "<section id=\"run\">\n<h2>How it was run</h2>\n<pre class=\"command\"><code>"
        << markup(run.command) << "</code></pre>\n";
    for (const std::string& remark : run.remarks) out << "<p>" << markup(remark) << "</p>\n";
    if (!run.parameters.empty()) out << "<ul class=\"facts\">\n";
    for (const auto& [key, value] : run.parameters) {
        out << fmt::format("<li><span class=\"key\">{}</span> {}</li>\n", markup(key),
                           value.empty() ? "-" : markup(value));
    }
    if (!run.parameters.empty()) out << "</ul>\n";
    out << "</section>\n";
}

}  // namespace

void write_html(std::ostream& out, const Results& results) {
    const bool good = passed(results);
    write_head(out, results);
    out << "<body>\n<a class=\"skip-link\" href=\"#content\">Skip to the results</a>\n<header>\n"
           "<p class=\"kicker\">ATA over Ethernet conformance</p>\n";
    std::string title = outcome(results);
    title[0] = static_cast<char>(title[0] >= 'a' && title[0] <= 'z' ? title[0] - 32 : title[0]);
    out << fmt::format("<h1 class=\"{}\"><span aria-hidden=\"true\">{}</span> {}</h1>\n",
                       good ? "pass" : "fail", good ? "✓" : "✗", markup(title));
    out << "<p class=\"lede\">" << lede(results) << "</p>\n";
    write_contents(out, results);
    out << "</header>\n<main id=\"content\">\n";
    write_problems(out, results);
    const html::Anchors anchors = html::make_anchors(results);
    html::write_overview(out, results);
    html::write_explanations(out, results, anchors);
    html::write_differences(out, results);
    html::write_cases(out, results, anchors);
    html::write_skips(out, results);
    write_run(out, results.run);
    out << fmt::format(
        "</main>\n<footer>\n<p>Written by aoe-conform {}. The specification's text "
        "was not at hand when the catalogue was made: every verdict says on what "
        "it rests.</p>\n</footer>\n</body>\n</html>\n",
        markup(results.run.version));
}

}  // namespace aoe::conformance
