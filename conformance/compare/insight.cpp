// SPDX-License-Identifier: MIT
#include "conformance/compare/insight.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

#include "conformance/report/digest.h"

namespace aoe::conformance {

namespace {

constexpr std::array<const char*, 4> level_names{"MUST", "SHOULD", "MAY", "PRACTICE"};

struct ImpactWords {
    const char* impact;
    const char* verb;
};
// As far as a storage admin has to act on them.
constexpr std::array<ImpactWords, 5> admin_impacts{
    ImpactWords{"data loss", "Can lose or damage data"},
    ImpactWords{"leak", "Lets in or tells those whom it should not"},
    ImpactWords{"crash", "Can be brought down by a frame"},
    ImpactWords{"hang", "Can leave an initiator hanging"},
    ImpactWords{"lock-out", "Can lock its users out"}};

std::string times(std::size_t count, const char* what) {
    return fmt::format("{} {}", what, count == 1 ? "once" : fmt::format("{} times", count));
}

// Nothing where it was not asked.
std::optional<Verdict> answer(const Column& column, const Row& row) {
    const Cell* cell = find_cell(column, row.id);
    if (cell == nullptr || !is_answered(cell->verdict)) return std::nullopt;
    return cell->verdict;
}

}  // namespace

std::vector<std::size_t> judged_columns(const Matrix& matrix) {
    std::vector<std::size_t> judged;
    for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
        const State state = matrix.columns[i].state;
        if (state == State::judged || state == State::partly) judged.push_back(i);
    }
    return judged;
}

bool is_unmet(Verdict verdict) {
    return verdict == Verdict::fail || verdict == Verdict::warn || verdict == Verdict::flaky ||
           verdict == Verdict::xfail;
}

bool is_answered(Verdict verdict) {
    return verdict != Verdict::skip && verdict != Verdict::not_applicable &&
           verdict != Verdict::error;
}

std::vector<LevelScore> scores(const Matrix& matrix, const Column& column) {
    std::vector<LevelScore> levels;
    for (const char* level : level_names) {
        LevelScore score{.level = level};
        for (const Row& row : matrix.rows) {
            if (row.level != level) continue;
            const auto verdict = answer(column, row);
            if (!verdict) {
                ++score.unjudged;
            } else if (is_unmet(*verdict)) {
                ++score.unmet;
            } else {
                ++(*verdict == Verdict::info ? score.noted : score.met);
            }
        }
        levels.push_back(score);
    }
    return levels;
}

std::vector<Harms> harms(const Matrix& matrix, const Column& column) {
    std::vector<Harms> all;
    for (const ImpactWords& words : admin_impacts) {
        Harms harms{.impact = words.impact, .verb = words.verb, .harms = {}};
        for (const Row& row : matrix.rows) {
            if (row.impact != words.impact) continue;
            const auto verdict = answer(column, row);
            if (!verdict || !is_unmet(*verdict)) continue;
            harms.harms.push_back({.row = &row, .cell = find_cell(column, row.id)});
        }
        if (!harms.harms.empty()) all.push_back(std::move(harms));
    }
    return all;
}

std::string harm_text(const Harm& harm) {
    std::vector<std::string> tried;
    for (const Evidence& evidence : harm.cell->evidence) {
        const bool known = std::find(tried.begin(), tried.end(), evidence.summary) != tried.end();
        if (is_unmet(evidence.verdict) && !known && !evidence.summary.empty()) {
            tried.push_back(evidence.summary);
        }
    }
    return fmt::format("{}{}{}", harm.row->why,
                       tried.empty() ? "" : " Not so: ", fmt::join(tried, " "));
}

std::string harmless_text(const Matrix& matrix, const Column& column) {
    std::size_t judged = 0;
    for (const Row& row : matrix.rows) {
        const bool matters =
            std::any_of(admin_impacts.begin(), admin_impacts.end(),
                        [&](const auto& each) { return row.impact == each.impact; });
        judged += matters && answer(column, row) ? 1U : 0U;
    }
    if (judged == 0) return "What could lose or leak data, crash, hang or lock out was not judged";
    return fmt::format(
        "Nothing that loses or leaks data, crashes, hangs or locks out was found, in {} judged",
        plural(judged, "such requirement"));
}

std::vector<const Row*> disagreements(const Matrix& matrix) {
    std::vector<const Row*> rows;
    const std::vector<std::size_t> judged = judged_columns(matrix);
    for (const Row& row : matrix.rows) {
        std::optional<Verdict> first;
        bool differ = false;
        for (const std::size_t column : judged) {
            const auto verdict = answer(matrix.columns[column], row);
            if (!verdict) continue;
            differ = differ || (first && *first != *verdict);
            if (!first) first = verdict;
        }
        if (differ) rows.push_back(&row);
    }
    return rows;
}

std::vector<const Row*> only_this_fails(const Matrix& matrix, const Column& column) {
    std::vector<const Row*> rows;
    const std::vector<std::size_t> judged = judged_columns(matrix);
    for (const Row& row : matrix.rows) {
        const auto mine = answer(column, row);
        if (!mine || !is_unmet(*mine)) continue;
        std::size_t others = 0, unmet = 0;
        for (const std::size_t other : judged) {
            if (&matrix.columns[other] == &column) continue;
            const auto verdict = answer(matrix.columns[other], row);
            others += verdict ? 1U : 0U;
            unmet += verdict && is_unmet(*verdict) ? 1U : 0U;
        }
        if (others > 0 && unmet == 0) rows.push_back(&row);
    }
    return rows;
}

std::string alone_text(const Row& row, const Cell& cell) {
    return fmt::format("{} ({}, {}, {}): {}", row.id, name(cell.verdict), row.level, row.impact,
                       row.text);
}

std::string state_text(const Column& column) {
    switch (column.state) {
        case State::judged:
            return std::string(name(column.how));
        case State::partly:
            return fmt::format("{}, not to the end", name(column.how));
        case State::failed:
            return "could not be judged";
        case State::missing:
            return "not installed";
    }
    return {};
}

std::string survival_text(const Survival& survival) {
    std::string text;
    const auto add = [&](const std::vector<std::string>& events, const char* what) {
        if (events.empty()) return;
        text += (text.empty() ? "" : ", ") + times(events.size(), what);
    };
    add(survival.crashes, "died");
    add(survival.hangs, "stopped answering");
    add(survival.lock_outs, "locked us out");
    add(survival.losses, "fell silent for a while");
    for (const std::string& trouble : survival.troubles) {
        text += (text.empty() ? "" : ", ") + trouble;
    }
    return text;
}

std::string survived_text(const Column& column) {
    const std::string text = survival_text(column.survival);
    if (!text.empty()) return text;
    return column.how == How::judged ? "not known" : "answered throughout";
}

std::vector<std::string> survival_lines(const Survival& survival) {
    std::vector<std::string> lines;
    for (const auto* events :
         {&survival.crashes, &survival.hangs, &survival.lock_outs, &survival.losses}) {
        lines.insert(lines.end(), events->begin(), events->end());
    }
    return lines;
}

std::string verdict_text(const Matrix& matrix, const Column& column) {
    std::string text;
    for (const LevelScore& score : scores(matrix, column)) {
        if (score.unmet == 0 && score.level != "MUST") continue;
        const std::size_t judged = score.met + score.noted + score.unmet;
        if (judged == 0) continue;
        text += text.empty() ? "" : ", ";
        text += score.unmet == 0
                    ? fmt::format("all {} {} met", judged, score.level)
                    : fmt::format("{} of {} {} not met", score.unmet, judged, score.level);
    }
    return text.empty() ? "nothing judged" : text;
}

std::string headline(const Matrix& matrix) {
    const std::vector<std::size_t> judged = judged_columns(matrix);
    std::size_t any = 0, all_met = 0, few = 0;
    for (const Row& row : matrix.rows) {
        std::size_t answers = 0;
        bool unmet = false;
        for (const std::size_t column : judged) {
            const auto verdict = answer(matrix.columns[column], row);
            answers += verdict ? 1U : 0U;
            unmet = unmet || (verdict && is_unmet(*verdict));
        }
        any += answers > 0 ? 1U : 0U;
        all_met += answers > 0 && !unmet ? 1U : 0U;
        few += answers > 0 && !unmet && answers <= 2 ? 1U : 0U;
    }
    // Where no more than two were asked at all, that says itself.
    const bool tell = few > 0 && judged.size() > 2;
    return fmt::format(
        "{} of {} judged by {} of {} requirements: {} met by all that were asked{}, {} not, and {} "
        "on which they differ",
        judged.size(), plural(matrix.columns.size(), "implementation"), any, matrix.rows.size(),
        all_met, tell ? fmt::format(" ({} of them asked of two or fewer)", few) : "", any - all_met,
        disagreements(matrix).size());
}

}  // namespace aoe::conformance
