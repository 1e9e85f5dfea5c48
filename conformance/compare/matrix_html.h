// SPDX-License-Identifier: MIT
// A comparison as one HTML file that needs nothing else: no request, no font. What it means for
// whoever keeps data there comes first, then the matrix, then the evidence behind each cell.
//
// Everything is there without its script, which filters the rows of the matrix and opens evidence
// where the reader is. Verdicts are words and signs besides colours; it is worked by keyboard, read
// aloud, printed, and dark where the reader's system is.
#pragma once

#include <ostream>

#include "conformance/compare/matrix.h"

namespace aoe::conformance {

void write_matrix_html(std::ostream& out, const Matrix& matrix);

}  // namespace aoe::conformance
