// SPDX-License-Identifier: MIT
// The comparison itself: a row for each requirement on a target, a column for each implementation.
// It is written as one JSON object (matrix_json.h); everything that people read is made of that, so
// the same results always give the same bytes: there is no time and no duration in it.
//
// Strings can be shown as they are, like those of report/results.h.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/compare/plan.h"
#include "conformance/report/results.h"

namespace aoe::conformance {

/// From what a cell was judged.
enum class How : std::uint8_t {
    live,      // By asking the target.
    replayed,  // By asking a recording of it.
    judged     // From traffic that others recorded.
};
std::string_view name(How how);

enum class State : std::uint8_t {
    judged,
    partly,   // Not to the end; the note says why.
    failed,   // Nothing was judged; the note says why.
    missing,  // It is not installed; the note says what to do.
};
std::string_view name(State state);

/// One side of a finding, as far as it explains a cell.
struct Evidence {
    std::string id;       // Of the case, or what a capture calls the exchange.
    std::string summary;  // Of the case: one sentence.
    Verdict verdict{};
    std::string expected, actual, reason;
    std::string request, bytes;  // Hexadecimal, lines.
    std::string after;           // What became of the target; mostly empty.
};

struct Cell {
    Verdict verdict = Verdict::skip;
    std::vector<std::string> passed;  // Ids of cases.
    std::vector<Evidence> evidence;   // Of everything that is no plain pass.
};

struct Row {
    std::string id, group, text, why, level, condition, impact, since, basis;
};

/// What a target went through, besides verdicts.
struct Survival {
    std::vector<std::string> crashes, lock_outs, hangs, losses;  // Ids of cases, each with how.
    std::vector<std::string> troubles{};  // Of the whole run: "sent more than ...".
};

struct Column {
    std::string name, title, kind;
    How how = How::live;
    State state = State::judged;
    std::string note;  // One sentence or more; empty when all went well.
    std::vector<std::pair<std::string, std::string>> facts;  // "model", "firmware", ...
    std::array<std::size_t, verdict_count> cases{};          // By verdict.
    Survival survival;
    std::map<std::string, Cell> cells;  // By requirement; none: it has no case.
};

struct Matrix {
    std::string version;    // Of this program.
    std::vector<Row> rows;  // Groups in the catalogue's order, worst impact first in each.
    std::vector<Column> columns;
    std::vector<Measurement> measurements;
    std::vector<Performance> performance{};
};

/// A column of what a run came to; `results` may be cut short.
Column make_column(const Plan& plan, const Results& results, How how);
/// One of which nothing is known but why.
Column empty_column(const Plan& plan, State state, std::string note);
/// The requirements on a target that the catalogue has.
std::vector<Row> catalogue_rows();

/// Nothing when the column was not judged by it.
const Cell* find_cell(const Column& column, const std::string& requirement);

}  // namespace aoe::conformance
