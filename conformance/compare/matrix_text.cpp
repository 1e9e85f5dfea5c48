// SPDX-License-Identifier: MIT
#include "conformance/compare/matrix_text.h"

#include <algorithm>
#include <fmt/format.h>

#include "conformance/compare/charts.h"
#include "conformance/compare/insight.h"
#include "conformance/report/digest.h"
#include "conformance/report/escape.h"
#include "conformance/report/wrap.h"

namespace aoe::conformance {

namespace {

constexpr std::size_t longest_title = 20;

// Several lines in one.
std::string in_one_line(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c != '\n') {
            out += c;
        } else if (!out.ends_with(';')) {
            out += ';';
        }
    }
    return out;
}

std::string score_text(const LevelScore& score) {
    const std::size_t judged = score.met + score.noted + score.unmet;
    if (judged == 0) return "-";
    return fmt::format("{}/{}", judged - score.unmet, judged);
}

void write_targets(std::ostream& out, const Matrix& matrix) {
    out << fmt::format(" #  {:<20} {:<9} {:>8} {:>8} {:>8} {:>9}   cases\n", "", "", "MUST",
                       "SHOULD", "MAY", "PRACTICE");
    for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
        const Column& column = matrix.columns[i];
        out << fmt::format("{:>2}  {:<20} ", i + 1, shortened(column.title, longest_title));
        const bool judged = column.state == State::judged || column.state == State::partly;
        if (judged) {
            const std::vector<LevelScore> levels = scores(matrix, column);
            out << fmt::format("{:<9} {:>8} {:>8} {:>8} {:>9}   {}\n", name(column.how),
                               score_text(levels[0]), score_text(levels[1]), score_text(levels[2]),
                               score_text(levels[3]), counts_text(column.cases));
        }
        if (!judged || !column.note.empty()) {
            const std::string text =
                fmt::format("{}{}{}", state_text(column), column.note.empty() ? "" : ": ",
                            in_one_line(column.note));
            out << (judged ? "      " : "") << wrapped(text, "      ", judged ? 94 : 75);
        }
    }
}

void write_harms(std::ostream& out, const Matrix& matrix, const Column& column) {
    const std::vector<Harms> all = harms(matrix, column);
    const std::string survived = survival_text(column.survival);
    out << '\n' << column.title << ": " << verdict_text(matrix, column) << '\n';
    const std::vector<std::string> events = survival_lines(column.survival);
    if (!survived.empty()) {
        out << "  while it was judged it "
            << wrapped(survived + (events.empty() ? "" : ":"), "    ", 94);
    }
    for (const std::string& line : events) {
        out << "    " << wrapped(line, "      ", 96);
    }
    if (all.empty()) out << "  " << wrapped(harmless_text(matrix, column), "    ", 98);
    for (const Harms& group : all) {
        out << "  " << group.verb << ":\n";
        for (const Harm& harm : group.harms) {
            const std::string text =
                fmt::format("{} ({}): {}", harm.row->id, name(harm.cell->verdict), harm_text(harm));
            out << "    " << wrapped(text, "      ", 96);
        }
    }
    const std::vector<const Row*> alone = only_this_fails(matrix, column);
    if (!alone.empty()) out << "  Only this one fails:\n";
    for (const Row* row : alone) {
        out << "    " << wrapped(alone_text(*row, *find_cell(column, row->id)), "      ", 96);
    }
}

std::string verdict_at(const Column& column, const Row& row) {
    const Cell* cell = find_cell(column, row.id);
    if (cell == nullptr || cell->verdict == Verdict::skip) return "-";
    return cell->verdict == Verdict::not_applicable ? "n/a" : std::string(name(cell->verdict));
}

void write_rows(std::ostream& out, const Matrix& matrix, const std::vector<const Row*>& rows) {
    const std::vector<std::size_t> judged = judged_columns(matrix);
    out << fmt::format("  {:<12} {:<8} {:<14}", "", "", "");
    for (const std::size_t column : judged) out << fmt::format(" {:<6}", column + 1);
    out << fmt::format("\n  {:<12} {:<8} {:<14}", "", "", "");
    for (const std::size_t column : judged) {
        out << fmt::format(" {:<6.6}", name(matrix.columns[column].how));
    }
    out << '\n';
    for (const Row* row : rows) {
        std::string line = fmt::format("  {:<12} {:<8} {:<14}", row->id, row->level, row->impact);
        for (const std::size_t column : judged) {
            line += fmt::format(" {:<6}", verdict_at(matrix.columns[column], *row));
        }
        out << wrapped(line + " " + row->text, std::string(line.size() + 1, ' '), 120);
    }
}

void write_chart(std::ostream& out, const Chart& chart) {
    constexpr std::size_t least_width = 6;
    std::vector<std::size_t> widths{std::max(least_width, chart.unit.size())};
    for (const std::string& head : chart.heads) {
        widths.push_back(std::max(least_width, head.size()));
    }
    for (const Bar& bar : chart.bars) {
        widths[0] = std::max(widths[0], bar.text.size());
        for (std::size_t i = 0; i < bar.cells.size(); ++i) {
            widths[i + 1] = std::max(widths[i + 1], bar.cells[i].size());
        }
    }
    out << "\n  " << chart.title << "\n  " << wrapped(chart.conditions, "  ", 98);
    const auto line = [&](const std::string& name, const std::string& number,
                          const std::vector<std::string>& cells) {
        std::string text = fmt::format("  {:<{}} {:>{}}", shortened(name, longest_title),
                                       longest_title, number, widths[0]);
        for (std::size_t i = 0; i < cells.size(); ++i) {
            text += fmt::format("  {:>{}}", cells[i], widths[i + 1]);
        }
        out << text << '\n';
    };
    line("", chart.unit, chart.heads);
    for (const Bar& bar : chart.bars) line(bar.name, bar.text, bar.cells);
    for (const std::string& remark : chart.remarks) out << "  " << wrapped(remark, "  ", 98);
    for (const Bar& bar : chart.bars) {
        if (!bar.how.empty()) out << "  " << wrapped(bar.name + ": " + bar.how, "    ", 98);
    }
}

void write_performance(std::ostream& out, const Matrix& matrix) {
    const std::vector<Chart> all = charts(matrix);
    if (all.empty()) return;
    out << "\nPerformance\n  " << wrapped(compared_where, "  ", 98);
    for (const Chart& chart : all) write_chart(out, chart);
}

std::vector<const Row*> rows_to_show(const Matrix& matrix, bool all_rows) {
    if (!all_rows) return disagreements(matrix);
    std::vector<const Row*> rows;
    for (const Row& row : matrix.rows) rows.push_back(&row);
    return rows;
}

}  // namespace

void write_matrix_text(std::ostream& out, const Matrix& matrix, bool all_rows) {
    write_targets(out, matrix);
    for (const std::size_t column : judged_columns(matrix)) {
        write_harms(out, matrix, matrix.columns[column]);
    }
    const std::vector<const Row*> rows = rows_to_show(matrix, all_rows);
    if (!rows.empty()) {
        out << (all_rows ? "\nAll requirements\n" : "\nWhere they disagree\n");
        write_rows(out, matrix, rows);
    }
    write_performance(out, matrix);
    out << '\n' << headline(matrix) << '\n';
}

}  // namespace aoe::conformance
