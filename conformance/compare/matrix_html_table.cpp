// SPDX-License-Identifier: MIT
// The matrix itself, and the evidence behind its cells.
#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "conformance/compare/insight.h"
#include "conformance/compare/matrix_html_parts.h"
#include "conformance/report/digest.h"
#include "conformance/report/escape.h"
#include "conformance/report/html_parts.h"

namespace aoe::conformance::html {

namespace {

void write_choice(std::ostream& out, const char* value, const char* text, bool chosen) {
    out << fmt::format(
        "<label><input type=\"radio\" name=\"rows\" value=\"{0}\" id=\"rows-{0}\"{1}>{2}"
        "</label>\n",
        value, chosen ? " checked" : "", text);
}

// What there is of one property, in the order of the rows.
void write_select(std::ostream& out, const Matrix& matrix, const char* name, const char* label,
                  std::string Row::*property) {
    out << fmt::format("<label>{} <select id=\"choose-{}\"><option value=\"\">any</option>\n",
                       label, name);
    std::set<std::string> seen;
    for (const Row& row : matrix.rows) {
        if (!seen.insert(row.*property).second) continue;
        const bool group = property == &Row::group;
        out << fmt::format("<option value=\"{}\">{}</option>\n", markup(row.*property),
                           markup(group ? group_title(row.*property) : row.*property));
    }
    out << "</select></label>\n";
}

void write_controls(std::ostream& out, const Matrix& matrix) {
    out << "<form class=\"controls\" hidden>\n<fieldset class=\"filter\"><legend>Show</legend>\n";
    write_choice(out, "all", "all", true);
    write_choice(out, "differ", "where they disagree", false);
    write_choice(out, "unmet", "what somebody does not meet", false);
    write_choice(out, "only", "what only one does not meet", false);
    out << "</fieldset>\n";
    write_select(out, matrix, "group", "Group", &Row::group);
    write_select(out, matrix, "impact", "Impact", &Row::impact);
    write_select(out, matrix, "level", "Level", &Row::level);
    out << "<label>Find <input type=\"search\" id=\"find\" autocomplete=\"off\"></label>\n"
           "<p role=\"status\" id=\"count\"></p>\n</form>\n";
}

std::string word_of(Verdict verdict) {
    if (verdict == Verdict::skip) return "<span class=\"none\">not judged</span>";
    return badge(verdict);
}

void write_cell(std::ostream& out, const Cell* cell, std::size_t row, std::size_t column) {
    if (cell == nullptr) {
        out << "<td><span class=\"none\">no case</span></td>";
    } else if (cell->evidence.empty()) {
        out << "<td>" << word_of(cell->verdict) << "</td>";
    } else {
        out << fmt::format("<td><a class=\"opens\" href=\"#{}\">{}</a></td>",
                           evidence_id(row, column), word_of(cell->verdict));
    }
}

// What a row is about, on demand; and what passed, since that has no evidence of its own.
void write_row_head(std::ostream& out, const Matrix& matrix, const Row& row) {
    out << fmt::format(
        "<th scope=\"row\"><details><summary>{} <span class=\"level\">{}{}{}, {}</span><span "
        "class=\"what\">{}</span></summary>\n<p class=\"soft\">{}</p>\n<p class=\"soft\">Basis: "
        "{}</p>\n",
        markup(row.id), markup(row.level), row.condition.empty() ? "" : " ", markup(row.condition),
        markup(row.impact), markup(row.text), markup(row.why), markup(row.basis));
    for (const Column& column : matrix.columns) {
        const Cell* cell = find_cell(column, row.id);
        if (cell == nullptr || cell->passed.empty()) continue;
        out << fmt::format("<p class=\"soft\">{} passed {}</p>\n", markup(column.title),
                           markup(fmt::format("{}", fmt::join(cell->passed, ", "))));
    }
    out << "</details></th>";
}

class Marks {
public:
    explicit Marks(const Matrix& matrix) {
        for (const Row* row : disagreements(matrix)) differ_.insert(row);
        for (const Column& column : matrix.columns) {
            for (const Row* row : only_this_fails(matrix, column)) only_.insert(row);
            for (const Row& row : matrix.rows) {
                const Cell* cell = find_cell(column, row.id);
                if (cell != nullptr && is_unmet(cell->verdict)) unmet_.insert(&row);
            }
        }
    }
    /// For the script: the choices that show this row.
    std::string of(const Row& row) const {
        return fmt::format("all{}{}{}", differ_.contains(&row) ? " differ" : "",
                           unmet_.contains(&row) ? " unmet" : "",
                           only_.contains(&row) ? " only" : "");
    }

private:
    std::set<const Row*> differ_, only_, unmet_;
};

void write_rows(std::ostream& out, const Matrix& matrix, const std::vector<std::size_t>& columns) {
    const Marks marks(matrix);
    std::string group;
    for (std::size_t i = 0; i < matrix.rows.size(); ++i) {
        const Row& row = matrix.rows[i];
        if (i == 0 || row.group != group) {
            out << (i == 0 ? "" : "</tbody>\n")
                << fmt::format(
                       "<tbody>\n<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{}\">{}</th>"
                       "</tr>\n",
                       columns.size() + 1, markup(group_title(row.group)));
        }
        group = row.group;
        out << fmt::format(
            "<tr id=\"{}\" data-in=\"{}\" data-group=\"{}\" data-impact=\"{}\" "
            "data-level=\"{}\">",
            row_id(i), marks.of(row), markup(row.group), markup(row.impact), markup(row.level));
        write_row_head(out, matrix, row);
        for (const std::size_t column : columns) {
            write_cell(out, find_cell(matrix.columns[column], row.id), i, column);
        }
        out << "</tr>\n";
    }
    if (!matrix.rows.empty()) out << "</tbody>\n";
}

void write_bytes(std::ostream& out, const char* which, const std::string& bytes) {
    if (bytes.empty()) return;
    out << fmt::format("<details>\n<summary>Bytes of the {}</summary>\n<pre>{}</pre>\n</details>\n",
                       which, markup(bytes));
}

void write_finding(std::ostream& out, const Evidence& evidence) {
    out << fmt::format("<div class=\"finding\">\n<p>{} <code>{}</code> {}</p>\n",
                       badge(evidence.verdict), markup(evidence.id), markup(evidence.summary));
    out << "<dl class=\"sides\">\n";
    const auto side = [&](const char* key, const std::string& text) {
        if (!text.empty()) out << fmt::format("<dt>{}</dt><dd>{}</dd>\n", key, markup(text));
    };
    side("expected", evidence.expected);
    side(evidence.expected.empty() ? "seen" : "actual", evidence.actual);
    side("reason", evidence.reason);
    side("after it", evidence.after);
    out << "</dl>\n";
    write_bytes(out, "request", evidence.request);
    write_bytes(out, "reply", evidence.bytes);
    out << "</div>\n";
}

void write_article(std::ostream& out, const Matrix& matrix, std::size_t row_place,
                   std::size_t column_place, const Cell& cell) {
    const Row& row = matrix.rows[row_place];
    const Column& column = matrix.columns[column_place];
    out << fmt::format(
        "<article id=\"{}\" class=\"proof {}\" tabindex=\"-1\">\n<h3>{}: <a href=\"#{}\">{}</a> {} "
        "{}</h3>\n<p><b>{}{}{}, impact: {}.</b> {}</p>\n<p>{}</p>\n",
        evidence_id(row_place, column_place), name(cell.verdict), markup(column.title),
        row_id(row_place), markup(row.id), badge(cell.verdict), state_badge(column),
        markup(row.level), row.condition.empty() ? "" : " ", markup(row.condition),
        markup(row.impact), markup(row.text), markup(row.why));
    for (const Evidence& evidence : cell.evidence) write_finding(out, evidence);
    if (!cell.passed.empty()) {
        out << fmt::format("<p class=\"soft\">Passed: {}</p>\n",
                           markup(fmt::format("{}", fmt::join(cell.passed, ", "))));
    }
    out << fmt::format("<p class=\"soft\">Basis: {}</p>\n</article>\n", markup(row.basis));
}

}  // namespace

std::string evidence_id(std::size_t row, std::size_t column) {
    return fmt::format("e{}-{}", row + 1, column + 1);
}

std::string row_id(std::size_t row) {
    return fmt::format("r{}", row + 1);
}

void write_matrix_table(std::ostream& out, const Matrix& matrix) {
    const std::vector<std::size_t> columns = judged_columns(matrix);
    out << "<section id=\"matrix\">\n<h2>The matrix</h2>\n";
    write_controls(out, matrix);
    out << "<div class=\"wide tall\" role=\"region\" aria-label=\"The matrix\" tabindex=\"0\">\n"
           "<table class=\"matrix\">\n<caption>Requirements, the worst impact of each group first; "
           "a verdict that is a link has evidence</caption>\n<colgroup><col width=\"290\">";
    for (std::size_t i = 0; i < columns.size(); ++i) out << "<col width=\"112\">";
    // Widths that are given let a browser lay out what it shows alone.
    out << "</colgroup>\n<thead><tr>"
           "<th scope=\"col\">requirement</th>";
    for (const std::size_t column : columns) {
        out << fmt::format("<th scope=\"col\">{}<br>{}</th>", markup(matrix.columns[column].title),
                           state_badge(matrix.columns[column]));
    }
    out << "</tr></thead>\n";
    write_rows(out, matrix, columns);
    out << "</table>\n</div>\n</section>\n";
}

void write_evidence(std::ostream& out, const Matrix& matrix) {
    out << "<section id=\"evidence\">\n<h2>Evidence</h2>\n";
    for (std::size_t row = 0; row < matrix.rows.size(); ++row) {
        for (const std::size_t column : judged_columns(matrix)) {
            const Cell* cell = find_cell(matrix.columns[column], matrix.rows[row].id);
            if (cell == nullptr || cell->evidence.empty()) continue;
            write_article(out, matrix, row, column, *cell);
        }
    }
    out << "</section>\n";
}

}  // namespace aoe::conformance::html
