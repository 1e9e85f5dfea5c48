// SPDX-License-Identifier: MIT
// The part of the program that brings suite and reference target together: one case, run in memory
// with a virtual clock, for explain. The suite's library knows no target.
#pragma once

#include "conformance/cli/explain.h"

namespace aoe::conformance {

/// Runs the case against a fresh reference target with every door open. No frames when the case
/// needs what memory does not have; then the result's reason says what.
Rehearsal rehearse(const Case& test);

}  // namespace aoe::conformance
