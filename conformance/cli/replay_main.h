// SPDX-License-Identifier: MIT
// The command line of `aoe-conform replay`.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace aoe::conformance {

/// Adds the subcommand, which leaves its exit status in `status` when it was given. `again` is the
/// command line as run_again() makes it.
void add_replay(CLI::App& app, int& status, const std::string& again);

}  // namespace aoe::conformance
