// SPDX-License-Identifier: MIT
// Chapters that are too long for one file: their second parts, which the functions of case.h add to
// the first.
#pragma once

#include <vector>

#include "conformance/case.h"

namespace aoe::conformance {

std::vector<Case> header_reply_cases();
std::vector<Case> config_set_cases();

/// One list after another.
std::vector<Case> joined(std::vector<std::vector<Case>> parts);

}  // namespace aoe::conformance
