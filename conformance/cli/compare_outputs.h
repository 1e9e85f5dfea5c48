// SPDX-License-Identifier: MIT
// The files that -o asks for of a comparison, and the matrix for the terminal. What can be known to
// go wrong with the files is found before anything else happens.
#pragma once

#include <string>
#include <vector>

#include "conformance/compare/matrix.h"

namespace aoe::conformance {

class CompareOutputs {
public:
    /// Each "json=FILE", markdown= or html=, with - for standard output once, which then has no
    /// matrix for the terminal. Throws UsageError.
    CompareOutputs(const std::vector<std::string>& wanted, bool all_rows);

    /// False when one could not be written whole: it is named on standard error.
    bool write(const Matrix& matrix) const;

private:
    struct Output {
        std::string format, file;
    };
    /// What Markdown links to.
    std::string page_beside(const Output& output) const;

    std::vector<Output> outputs_;
    bool all_rows_ = false;
};

}  // namespace aoe::conformance
