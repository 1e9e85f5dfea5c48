// SPDX-License-Identifier: MIT
// The options of TargetArguments, for the mains of all programs that have them; a program that says
// more of one gives it another description.
#pragma once

#include "conformance/cli/target_arguments.h"

namespace CLI {
class App;
}

namespace aoe::conformance {

/// Under a heading of --help each: the target, and what may be done to it. The heading stays.
void add_target_options(CLI::App& app, TargetArguments& target);
void add_permissions(CLI::App& app, TargetArguments& target);
/// Without a heading of its own.
void add_timeout(CLI::App& app, TargetArguments& target);

}  // namespace aoe::conformance
