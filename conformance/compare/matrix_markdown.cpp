// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "conformance/compare/charts.h"
#include "conformance/compare/insight.h"
#include "conformance/compare/matrix_text.h"
#include "conformance/report/digest.h"
#include "conformance/report/escape.h"
#include "conformance/report/markdown_text.h"

namespace aoe::conformance {

namespace {

// Within a table.
std::string in_table(const std::string& text) {
    std::string out;
    for (const char c : shortened(text, longest_markdown_text)) {
        if (c == '\n') {
            out += ' ';
        } else {
            out += c;
        }
    }
    return markdown_plain(out);
}

std::string score_text(const LevelScore& score) {
    const std::size_t judged = score.met + score.noted + score.unmet;
    return judged == 0 ? "-" : fmt::format("{} of {}", judged - score.unmet, judged);
}

void write_targets(std::ostream& out, const Matrix& matrix) {
    out << "| implementation | judged | MUST met | SHOULD | MAY | PRACTICE | while it was judged "
           "|\n"
           "|---|---|---|---|---|---|---|\n";
    for (const Column& column : matrix.columns) {
        const bool judged = column.state == State::judged || column.state == State::partly;
        std::string state = state_text(column);
        if (!column.note.empty()) state += ": " + column.note;
        const std::vector<LevelScore> levels = scores(matrix, column);
        out << fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", in_table(column.title),
                           in_table(state), score_text(levels[0]), score_text(levels[1]),
                           score_text(levels[2]), score_text(levels[3]),
                           judged ? survived_text(column) : "-");
    }
}

void write_harms(std::ostream& out, const Matrix& matrix) {
    out << "\n### For whoever keeps data there\n\n";
    for (const std::size_t index : judged_columns(matrix)) {
        const Column& column = matrix.columns[index];
        const std::vector<Harms> all = harms(matrix, column);
        if (all.empty()) {
            out << fmt::format("- **{}**: {} ({})\n", in_table(column.title),
                               harmless_text(matrix, column), name(column.how));
        }
        for (const Harms& group : all) {
            out << fmt::format("- **{}: {}** ({}):\n", in_table(column.title), group.verb,
                               name(column.how));
            for (const Harm& harm : group.harms) {
                out << fmt::format("  - {} ({}): {}\n", harm.row->id, name(harm.cell->verdict),
                                   in_table(harm_text(harm)));
            }
        }
    }
}

// What nobody else does, and what became of it.
void write_peculiar(std::ostream& out, const Matrix& matrix) {
    bool any = false;
    for (const std::size_t index : judged_columns(matrix)) {
        const Column& column = matrix.columns[index];
        const std::vector<const Row*> alone = only_this_fails(matrix, column);
        const std::vector<std::string> events = survival_lines(column.survival);
        if (alone.empty() && events.empty()) continue;
        if (!any) out << "\n### Only this one fails\n\n";
        any = true;
        out << fmt::format("- **{}** ({}):\n", in_table(column.title), name(column.how));
        for (const std::string& event : events) out << fmt::format("  - {}\n", in_table(event));
        for (const Row* row : alone) {
            const std::string text = alone_text(*row, *find_cell(column, row->id));
            out << fmt::format("  - {}\n", in_table(text));
        }
    }
}

void write_matrix_rows(std::ostream& out, const Matrix& matrix) {
    const std::vector<std::size_t> judged = judged_columns(matrix);
    const std::vector<const Row*> rows = disagreements(matrix);
    if (rows.empty()) return;
    out << fmt::format("\n### Where they disagree ({})\n\n| requirement | level | impact |",
                       rows.size());
    for (const std::size_t column : judged) {
        out << fmt::format(" {}, {} |", in_table(matrix.columns[column].title),
                           name(matrix.columns[column].how));
    }
    out << " what is required |\n|---|---|---|";
    for (std::size_t i = 0; i < judged.size(); ++i) out << "---|";
    out << "---|\n";
    for (const Row* row : rows) {
        out << fmt::format("| {} | {} | {} |", row->id, row->level, row->impact);
        for (const std::size_t column : judged) {
            const Cell* cell = find_cell(matrix.columns[column], row->id);
            const bool told = cell != nullptr && cell->verdict != Verdict::skip;
            out << fmt::format(" {} |", told ? name(cell->verdict) : "-");
        }
        out << fmt::format(" {} |\n", in_table(row->text));
    }
}

void write_chart(std::ostream& out, const Chart& chart) {
    out << fmt::format("\n#### {}\n\n{}.\n\n| implementation | {} |", in_table(chart.title),
                       in_table(chart.conditions), in_table(chart.unit));
    for (const std::string& head : chart.heads) out << fmt::format(" {} |", in_table(head));
    out << "\n|---|---:|";
    for (std::size_t i = 0; i < chart.heads.size(); ++i) out << "---|";
    out << '\n';
    for (const Bar& bar : chart.bars) {
        out << fmt::format("| {} | {} |", in_table(bar.name), bar.text);
        for (const std::string& cell : bar.cells) out << fmt::format(" {} |", in_table(cell));
        out << '\n';
    }
    if (!chart.remarks.empty()) out << '\n';
    for (const std::string& remark : chart.remarks) out << in_table(remark) << ".\n";
    const bool told = !chart.bars.empty() && !chart.bars.front().how.empty();
    if (told) out << '\n';
    for (const Bar& bar : chart.bars) {
        if (told) out << fmt::format("- {}: {}\n", in_table(bar.name), in_table(bar.how));
    }
}

void write_performance(std::ostream& out, const Matrix& matrix) {
    const std::vector<Chart> all = charts(matrix);
    if (all.empty()) return;
    out << "\n### Performance\n\n" << compared_where << '\n';
    for (const Chart& chart : all) write_chart(out, chart);
}

}  // namespace

void write_matrix_markdown(std::ostream& out, const Matrix& matrix, const std::string& page) {
    out << fmt::format("## AoE targets compared\n\n{}.\n\n", headline(matrix));
    if (!page.empty()) out << fmt::format("Every cell, with its evidence: [{0}]({0}).\n\n", page);
    write_targets(out, matrix);
    write_harms(out, matrix);
    write_peculiar(out, matrix);
    write_matrix_rows(out, matrix);
    write_performance(out, matrix);
}

}  // namespace aoe::conformance
