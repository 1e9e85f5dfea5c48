// SPDX-License-Identifier: MIT
// Results as one HTML file that needs nothing else: no script, no font, no request. The outcome
// first, then what was judged and how much of the catalogue that is, every failure with its whole
// explanation, targets side by side when there are several, and all cases.
//
// Verdicts are words and signs besides colours; it is read by keyboard, printed, and dark where the
// reader's system is.
#pragma once

#include <ostream>

#include "conformance/report/results.h"

namespace aoe::conformance {

void write_html(std::ostream& out, const Results& results);

}  // namespace aoe::conformance
