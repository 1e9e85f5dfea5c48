// SPDX-License-Identifier: MIT
// What a case's findings come to, all together.
#pragma once

#include <string>
#include <vector>

#include "conformance/verdict.h"

namespace aoe::conformance {

/// The verdict of the gravest; pass when there is none.
Verdict worst(const std::vector<Finding>& findings);

/// All of them in one line; empty when there is none.
std::string reason_of(const std::vector<Finding>& findings);

}  // namespace aoe::conformance
