// SPDX-License-Identifier: MIT
// Numbers as tables, which are read aloud and printed, with a bar in each row.
#include <algorithm>
#include <fmt/format.h>

#include "conformance/compare/charts.h"
#include "conformance/compare/matrix_html_parts.h"
#include "conformance/report/escape.h"

namespace aoe::conformance::html {

namespace {

// Of the length of the row's bar, as a share of the longest; a thin line is what its runs spanned.
void write_bar(std::ostream& out, const Bar& bar, double end) {
    const auto place = [&](double value) { return std::clamp(100 * value / end, 0.0, 100.0); };
    out << fmt::format(
        "<td class=\"bar\"><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" "
        "aria-hidden=\"true\"><rect class=\"track\" width=\"100\" height=\"10\"/>"
        "<rect class=\"done\" width=\"{:.1f}\" height=\"10\"/>",
        place(bar.value));
    if (bar.least < bar.most) {
        out << fmt::format(
            "<rect class=\"span\" x=\"{:.1f}\" y=\"4\" width=\"{:.1f}\" "
            "height=\"2\"/>",
            place(bar.least), place(bar.most) - place(bar.least));
    }
    out << "</svg></td>";
}

void write_table(std::ostream& out, const Chart& chart) {
    const bool numbers = chart.heads.size() > 1;
    out << fmt::format(
        "<div class=\"wide\" role=\"region\" aria-label=\"{0}\" tabindex=\"0\">\n"
        "<table class=\"measured{1}\">\n<thead><tr><th scope=\"col\">implementation</th>"
        "<th scope=\"col\">{2}</th><td class=\"bar\"></td>",
        markup(chart.title), numbers ? " numbers" : "", markup(chart.unit));
    for (const std::string& head : chart.heads) {
        out << fmt::format("<th scope=\"col\">{}</th>", markup(head));
    }
    out << "</tr></thead>\n<tbody>\n";
    const double end = scale_end(chart);
    for (const Bar& bar : chart.bars) {
        out << fmt::format("<tr><th scope=\"row\">{}</th><td class=\"value\">{}</td>",
                           markup(bar.name), markup(bar.text));
        write_bar(out, bar, end);
        for (const std::string& cell : bar.cells) out << "<td>" << markup(cell) << "</td>";
        out << "</tr>\n";
    }
    out << "</tbody>\n</table>\n</div>\n";
}

void write_chart(std::ostream& out, const Chart& chart) {
    out << fmt::format("<article class=\"chart\">\n<h3>{}</h3>\n<p class=\"soft\">{}.</p>\n",
                       markup(chart.title), markup(chart.conditions));
    write_table(out, chart);
    for (const std::string& remark : chart.remarks) {
        out << fmt::format("<p>{}.</p>\n", markup(remark));
    }
    const bool told = !chart.bars.empty() && !chart.bars.front().how.empty();
    if (told) out << "<details>\n<summary>What was measured</summary>\n<ul class=\"harms\">\n";
    for (const Bar& bar : chart.bars) {
        if (!told) break;
        out << fmt::format("<li><b>{}</b> {}<br><code>{}</code></li>\n", markup(bar.name),
                           markup(bar.how), markup(bar.command));
    }
    if (told) out << "</ul>\n</details>\n";
    out << "</article>\n";
}

}  // namespace

void write_performance(std::ostream& out, const Matrix& matrix) {
    const std::vector<Chart> all = charts(matrix);
    if (all.empty()) return;
    out << fmt::format(
        "<section id=\"performance\">\n<h2>Performance</h2>\n<p>{}{}</p>\n", markup(compared_where),
        matrix.performance.empty() ? ""
                                   : " A line across the end of a bar is what its runs spanned.");
    for (const Chart& chart : all) write_chart(out, chart);
    out << "</section>\n";
}

}  // namespace aoe::conformance::html
