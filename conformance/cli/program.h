// SPDX-License-Identifier: MIT
// How a program ends that uses the suite's session, as aoe-fuzz and aoe-bench do: its exit statuses
// for what it cannot do are aoe-conform's.
#pragma once

#include <functional>
#include <string>

namespace aoe::conformance {

/// The exit status of `work`, which may throw. Then one sentence goes to standard error, and it is
/// 2 for UsageError, CannotBegin and std::system_error (what the system refused), else 4.
int run_program(const std::string& name, const std::function<int()>& work);

}  // namespace aoe::conformance
