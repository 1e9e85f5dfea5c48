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

/// The frames of a case into its result: the numbers of all, and the last ones as they were.
void keep_frames(const std::vector<TranscriptEntry>& frames, CaseResult& result);

}  // namespace aoe::conformance
