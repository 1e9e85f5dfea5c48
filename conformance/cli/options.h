// SPDX-License-Identifier: MIT
// The options of a run, for main.cpp.
#pragma once

#include <string>

#include "conformance/cli/commands.h"

namespace CLI {
class App;
}

namespace aoe::conformance {

/// Every option of a run, under headings of --help.
void add_run_options(CLI::App& app, RunArguments& run);

/// Of those, the target and what may be done to it.
void add_target(CLI::App& app, RunArguments& run);
/// Of those, where the reports go and how much is told.
void add_reports(CLI::App& app, RunArguments& run);

/// Those that choose cases, which list has too.
void add_selection(CLI::App& app, std::string& tests, std::string& skip, std::string& as_of);

}  // namespace aoe::conformance
