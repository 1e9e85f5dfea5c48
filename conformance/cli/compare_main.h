// SPDX-License-Identifier: MIT
// The command line of `aoe-conform compare`.
#pragma once

#include <CLI/CLI.hpp>

namespace aoe::conformance {

/// Adds the subcommand, which leaves its exit status in `status` when it was given.
void add_compare(CLI::App& app, int& status);

}  // namespace aoe::conformance
