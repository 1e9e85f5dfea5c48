// SPDX-License-Identifier: MIT
// docs/targets.md: what is known of each implementation, from the same data by which it is started.
#pragma once

#include <ostream>
#include <vector>

#include "conformance/compare/plan.h"

namespace aoe::conformance {

void write_targets_page(std::ostream& out, const std::vector<Plan>& plans);

}  // namespace aoe::conformance
