// SPDX-License-Identifier: MIT
// What a comparison says, in the same words for terminal, Markdown and HTML.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conformance/compare/matrix.h"

namespace aoe::conformance {

/// Columns of which something was judged, by their place in Matrix::columns.
std::vector<std::size_t> judged_columns(const Matrix& matrix);

/// How many requirements of one level a column meets.
struct LevelScore {
    std::string level;
    std::size_t met = 0, noted = 0, unmet = 0, unjudged = 0;
};
/// MUST, SHOULD, MAY, PRACTICE.
std::vector<LevelScore> scores(const Matrix& matrix, const Column& column);

/// Fail and warn, whether a retry repeated them or somebody expected them.
bool is_unmet(Verdict verdict);
/// Whether the target was asked and there is an answer.
bool is_answered(Verdict verdict);

/// A requirement that is not met, as it concerns who keeps data there.
struct Harm {
    const Row* row = nullptr;
    const Cell* cell = nullptr;
};
/// "A machine keeps its access. Not so: An empty list is empty." Why it matters, and what was
/// tried and did not hold.
std::string harm_text(const Harm& harm);
/// Those of one impact. Only what loses or leaks data, crashes, hangs or locks out is counted.
struct Harms {
    std::string impact;  // "data loss"
    std::string verb;    // "Can lose or damage data"
    std::vector<Harm> harms;
};
std::vector<Harms> harms(const Matrix& matrix, const Column& column);
/// "Nothing ... was found, in 12 such requirements judged", of a column without harms.
std::string harmless_text(const Matrix& matrix, const Column& column);

/// Rows on which at least two judged columns differ.
std::vector<const Row*> disagreements(const Matrix& matrix);
/// Rows that this column does not meet, and every other one that was judged by them does.
std::vector<const Row*> only_this_fails(const Matrix& matrix, const Column& column);

/// "AOE-CFG-01 (fail, MUST, hang): what is required"
std::string alone_text(const Row& row, const Cell& cell);

/// "not installed", "judged live", ...
std::string state_text(const Column& column);
/// "died once, fell silent for a while 2 times"; empty when nothing happened to it.
std::string survival_text(const Survival& survival);
/// The same, or what else is known: what others once asked tells nothing of it.
std::string survived_text(const Column& column);
/// A line for each time, worst first: the case, and what happened.
std::vector<std::string> survival_lines(const Survival& survival);
/// "5 of 106 MUST not met, 8 of 77 SHOULD not met"
std::string verdict_text(const Matrix& matrix, const Column& column);
/// One sentence on the whole.
std::string headline(const Matrix& matrix);

}  // namespace aoe::conformance
