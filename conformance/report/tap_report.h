// SPDX-License-Identifier: MIT
// Results as TAP version 13, for `prove` and whatever reads the Test Anything Protocol: diagnostics
// in YAML blocks, `# SKIP` with the reason, and the directive for known failures where a case fails
// as expected. What keeps a run from being whole is a "Bail out!" after the cases that there are.
#pragma once

#include <ostream>

#include "conformance/report/results.h"

namespace aoe::conformance {

void write_tap(std::ostream& out, const Results& results);

}  // namespace aoe::conformance
