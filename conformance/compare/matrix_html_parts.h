// SPDX-License-Identifier: MIT
// The parts of the HTML file of a comparison; each writes whole elements.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>

#include "conformance/compare/matrix.h"

namespace aoe::conformance::html {

/// Where the evidence for a cell stands, by their places in the matrix.
std::string evidence_id(std::size_t row, std::size_t column);
/// Where a requirement's row stands.
std::string row_id(std::size_t row);
/// "live", "replayed", ..., with its class.
std::string state_badge(const Column& column);

/// What every implementation came to, and what that means for whoever keeps data there.
void write_implementations(std::ostream& out, const Matrix& matrix);
/// What only one of them fails, and what they survived.
void write_peculiar(std::ostream& out, const Matrix& matrix);
/// A table with bars for each chart, with its conditions; nothing when there are none.
void write_performance(std::ostream& out, const Matrix& matrix);
/// All requirements, with the controls that choose among them.
void write_matrix_table(std::ostream& out, const Matrix& matrix);
/// What every cell that is no plain pass rests on.
void write_evidence(std::ostream& out, const Matrix& matrix);

}  // namespace aoe::conformance::html
