// SPDX-License-Identifier: MIT
// What the comparison means, before any of its details.
#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "conformance/compare/insight.h"
#include "conformance/compare/matrix_html_parts.h"
#include "conformance/report/digest.h"
#include "conformance/report/escape.h"
#include "conformance/report/html_parts.h"

namespace aoe::conformance::html {

namespace {

bool is_judged_column(const Column& column) {
    return column.state == State::judged || column.state == State::partly;
}

std::size_t row_place(const Matrix& matrix, const Row& row) {
    return static_cast<std::size_t>(&row - matrix.rows.data());
}
std::size_t column_place(const Matrix& matrix, const Column& column) {
    return static_cast<std::size_t>(&column - matrix.columns.data());
}

std::string evidence_link(const Matrix& matrix, const Column& column, const Row& row) {
    return fmt::format("<a class=\"opens\" href=\"#{}\">{}</a>",
                       evidence_id(row_place(matrix, row), column_place(matrix, column)),
                       markup(row.id));
}

void write_score(std::ostream& out, const LevelScore& score) {
    const std::size_t judged = score.met + score.noted + score.unmet;
    const std::size_t all = std::max<std::size_t>(1, judged + score.unjudged);
    out << fmt::format(
        "<tr><th scope=\"row\">{0}</th><td>{1}</td><td>{2}</td><td>{3}</td><td>{4}</td>"
        "<td class=\"bar\"><svg viewBox=\"0 0 {5} 10\" preserveAspectRatio=\"none\" "
        "aria-hidden=\"true\"><rect class=\"track\" width=\"{5}\" height=\"10\"/>"
        "<rect class=\"pass\" width=\"{1}\" height=\"10\"/>"
        "<rect class=\"info\" x=\"{1}\" width=\"{2}\" height=\"10\"/>"
        "<rect class=\"fail\" x=\"{6}\" width=\"{3}\" height=\"10\"/></svg></td></tr>\n",
        markup(score.level), score.met, score.noted, score.unmet, score.unjudged, all,
        score.met + score.noted);
}

void write_scores(std::ostream& out, const Matrix& matrix, const Column& column) {
    out << "<table class=\"numbers coverage\">\n<thead><tr><th scope=\"col\">level</th>"
           "<th scope=\"col\">met</th><th scope=\"col\">other choice</th>"
           "<th scope=\"col\">not met</th><th scope=\"col\">not judged</th>"
           "<td class=\"bar\"></td></tr></thead>\n<tbody>\n";
    for (const LevelScore& score : scores(matrix, column)) write_score(out, score);
    out << "</tbody>\n</table>\n";
}

void write_harms(std::ostream& out, const Matrix& matrix, const Column& column) {
    const std::vector<Harms> all = harms(matrix, column);
    const std::string survived = survival_text(column.survival);
    if (!survived.empty()) {
        out << fmt::format("<p><b>While it was judged it {}.</b></p>\n", markup(survived));
    }
    if (all.empty()) {
        out << fmt::format("<p>{}.</p>\n", markup(harmless_text(matrix, column)));
        return;
    }
    for (const Harms& group : all) {
        out << fmt::format("<h4>{}</h4>\n<ul class=\"harms\">\n", markup(group.verb));
        for (const Harm& harm : group.harms) {
            out << fmt::format("<li>{} {} {}</li>\n", badge(harm.cell->verdict),
                               evidence_link(matrix, column, *harm.row), markup(harm_text(harm)));
        }
        out << "</ul>\n";
    }
}

void write_column(std::ostream& out, const Matrix& matrix, const Column& column) {
    out << fmt::format("<article class=\"target\">\n<h3>{} {}</h3>\n<p class=\"sum\">{}.</p>\n",
                       markup(column.title), state_badge(column),
                       markup(verdict_text(matrix, column)));
    if (!column.note.empty()) {
        out << fmt::format("<p class=\"note\">{}</p>\n", markup(column.note));
    }
    write_scores(out, matrix, column);
    write_harms(out, matrix, column);
    if (!column.facts.empty()) {
        out << "<details>\n<summary>What it says of itself</summary>\n<ul class=\"facts\">\n";
        for (const auto& [key, value] : column.facts) {
            out << fmt::format("<li><span class=\"key\">{}</span> {}</li>\n", markup(key),
                               value.empty() ? "-" : markup(value));
        }
        out << "</ul>\n</details>\n";
    }
    out << "</article>\n";
}

}  // namespace

std::string state_badge(const Column& column) {
    const char* kind = is_judged_column(column)         ? name(column.how).data()
                       : column.state == State::missing ? "missing"
                                                        : "broken";
    return fmt::format("<span class=\"state {}\">{}</span>", kind, markup(state_text(column)));
}

void write_implementations(std::ostream& out, const Matrix& matrix) {
    out << "<section id=\"implementations\">\n<h2>For whoever keeps data there</h2>\n";
    out << "<div class=\"targets\">\n";
    for (const Column& column : matrix.columns) {
        if (is_judged_column(column)) write_column(out, matrix, column);
    }
    out << "</div>\n";
    const bool all = judged_columns(matrix).size() == matrix.columns.size();
    if (!all) out << "<h3>Not judged</h3>\n<ul class=\"absent\">\n";
    for (const Column& column : matrix.columns) {
        if (is_judged_column(column)) continue;
        out << fmt::format("<li><b>{}</b> {} {}</li>\n", markup(column.title), state_badge(column),
                           markup(column.note));
    }
    out << (all ? "</section>\n" : "</ul>\n</section>\n");
}

void write_peculiar(std::ostream& out, const Matrix& matrix) {
    out << "<section id=\"peculiar\">\n<h2>Only this one fails</h2>\n";
    bool any = false;
    for (const Column& column : matrix.columns) {
        const std::vector<const Row*> rows = only_this_fails(matrix, column);
        const std::vector<std::string> survival = survival_lines(column.survival);
        const std::vector<std::string>& troubles = column.survival.troubles;
        const bool quiet = rows.empty() && survival.empty() && troubles.empty();
        if (!is_judged_column(column) || quiet) continue;
        any = true;
        out << fmt::format("<h3>{}</h3>\n<ul class=\"harms\">\n", markup(column.title));
        for (const std::string& line : survival) out << "<li>" << markup(line) << "</li>\n";
        for (const std::string& trouble : troubles) {
            out << "<li>while it was judged it " << markup(trouble) << "</li>\n";
        }
        for (const Row* row : rows) {
            out << fmt::format("<li>{} {} <span class=\"soft\">{}, {}</span> {}</li>\n",
                               badge(find_cell(column, row->id)->verdict),
                               evidence_link(matrix, column, *row), markup(row->level),
                               markup(row->impact), markup(row->text));
        }
        out << "</ul>\n";
    }
    if (!any)
        out << "<p>None fails what all others meet, and none that was asked here died or fell "
               "silent.</p>\n";
    out << "</section>\n";
}

}  // namespace aoe::conformance::html
