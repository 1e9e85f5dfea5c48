// SPDX-License-Identifier: MIT
// A comparison as one JSON object, and back.
#pragma once

#include <string>

#include "conformance/compare/matrix.h"
#include "wire/expected.h"

namespace aoe::conformance {

inline constexpr int matrix_schema_version = 1;

/// Ends with a line feed.
std::string matrix_json(const Matrix& matrix);

/// On failure one sentence; `name` is the file's.
Expected<Matrix, std::string> read_matrix(const std::string& text, const std::string& name);

}  // namespace aoe::conformance
