// SPDX-License-Identifier: MIT
// How -j divides a run: the cases between copies of a target that we start, or the slots that
// answer on an interface between workers.
#pragma once

#include <vector>

#include "conformance/lab/started_target.h"
#include "conformance/session.h"
#include "conformance/workers/crew.h"

namespace aoe::conformance {

/// Each with a private network, a scratch disk and a target of its own, at the same address: the
/// report is that of one target. No more parts than there are cases.
std::vector<Part> started_parts(const StartOptions& start, const SessionOptions& options,
                                std::size_t at_most);

/// One for each target that was found, with a link of its own.
std::vector<Part> slot_parts(const std::vector<Reply>& found, const SessionOptions& options);

}  // namespace aoe::conformance
