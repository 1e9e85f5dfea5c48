// SPDX-License-Identifier: MIT
// The numbers of a comparison, in the same order and words for terminal, Markdown and HTML. A chart
// holds what was measured under the same conditions on the same machine and day; nothing else is
// worth the same scale.
#pragma once

#include <string>
#include <vector>

#include "conformance/compare/matrix.h"

namespace aoe::conformance {

/// A number of one target; where `least` and `most` are the same, there is nothing between them.
struct Bar {
    std::string name;  // As above its column.
    std::string text;  // The number, for people.
    double value = 0, least = 0, most = 0;
    std::vector<std::string> cells;  // What else is known, as Chart::heads calls it.
    std::string how, command;        // What was measured, and by what; may be empty.
};

struct Chart {
    std::string title;       // "Random reads, 2 sectors, 32 outstanding"
    std::string conditions;  // One sentence, without its full stop.
    std::string unit;        // "requests/s"
    std::vector<std::string> heads;
    std::vector<Bar> bars;             // In the order of the columns.
    std::vector<std::string> remarks;  // Sentences on the whole.
};

/// What to say before all of them.
inline constexpr const char* compared_where =
    "What stands together was measured under the same conditions; numbers of different tables are "
    "not to be held against each other.";

/// What aoe-bench measured first, then what a TARGETS file told.
std::vector<Chart> charts(const Matrix& matrix);

/// The end of the longest bar, or of what its runs reached; above 0.
double scale_end(const Chart& chart);

}  // namespace aoe::conformance
