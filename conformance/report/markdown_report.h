// SPDX-License-Identifier: MIT
// Results as Markdown, short enough for a comment on a pull request or the summary of a job: the
// outcome, the counts, what failed with its explanation, what was not judged and why.
#pragma once

#include <ostream>

#include "conformance/report/results.h"

namespace aoe::conformance {

/// At most 64 000 bytes, which is what GitHub takes for a comment; what is left out is said to be.
void write_markdown(std::ostream& out, const Results& results);

}  // namespace aoe::conformance
