// SPDX-License-Identifier: MIT
// A comparison for a terminal and as Markdown. Both show what breaks for whom and where the
// implementations disagree; every single cell is in the HTML file and in the JSON.
#pragma once

#include <ostream>

#include "conformance/compare/matrix.h"

namespace aoe::conformance {

/// In lines of 100 columns; `all_rows` also shows those that everybody meets.
void write_matrix_text(std::ostream& out, const Matrix& matrix, bool all_rows);

/// With a link to `page`, the HTML file beside it, unless that is empty.
void write_matrix_markdown(std::ostream& out, const Matrix& matrix, const std::string& page);

}  // namespace aoe::conformance
