// SPDX-License-Identifier: MIT
// Results as JUnit XML, which CI servers show: a test suite for each target, a test case for each
// case. junit.xsd describes exactly what is written.
//
// A warn and an info pass, with what there is to tell in <system-out>; --strict makes the first a
// failure. Whatever keeps a run from being whole is an <error> of its own, so that a file without
// failures and errors is that of a run that passed.
#pragma once

#include <ostream>

#include "conformance/report/results.h"

namespace aoe::conformance {

void write_junit(std::ostream& out, const Results& results);

}  // namespace aoe::conformance
