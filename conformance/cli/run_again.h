// SPDX-License-Identifier: MIT
// The command that runs one case of a run again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aoe::conformance {

/// The words of a command line as a shell takes them, without those that choose cases, order and
/// workers or write files: --tests and a case can be added.
std::string run_again(const std::vector<std::string_view>& words);

}  // namespace aoe::conformance
