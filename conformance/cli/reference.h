// SPDX-License-Identifier: MIT
// What the program wants of the reference target: one case, run in memory with a virtual clock, for
// explain, and a side of lock-step. The suite knows no target: target/reference/ keeps the promise.
#pragma once

#include <memory>

#include "conformance/cli/explain.h"
#include "conformance/compare/lockstep.h"

namespace aoe::conformance {

/// Runs the case against a fresh reference target with every door open. No frames when the case
/// needs what memory does not have; then the result's reason says what.
Rehearsal rehearse(const Case& test);

/// The reference target, fresh at each reset; for lock-step.
std::unique_ptr<LockstepSide> reference_side();

}  // namespace aoe::conformance
