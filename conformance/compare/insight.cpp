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
    return text;
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
    std::size_t any = 0, all_met = 0;
    for (const Row& row : matrix.rows) {
        bool answered = false, unmet = false;
        for (const std::size_t column : judged) {
            const auto verdict = answer(matrix.columns[column], row);
            answered = answered || verdict.has_value();
            unmet = unmet || (verdict && is_unmet(*verdict));
        }
        any += answered ? 1U : 0U;
        all_met += answered && !unmet ? 1U : 0U;
    }
    return fmt::format(
        "{} of {} judged by {} of {} requirements: {} met by everyone, {} not, and {} on which "
        "they differ",
        judged.size(), plural(matrix.columns.size(), "implementation"), any, matrix.rows.size(),
        all_met, any - all_met, disagreements(matrix).size());
}

}  // namespace aoe::conformance
