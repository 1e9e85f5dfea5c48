// SPDX-License-Identifier: MIT
// The words of the command line as values.
#pragma once

#include <string>

#include "fuzz/live/run.h"

namespace aoe::fuzz {

/// The FILE of json=FILE; empty for nothing. Throws UsageError.
std::string json_file(const std::string& output);

/// The words with which `aoe-conform replay` starts the same target in the same network.
std::string start_words(const FuzzArguments& arguments);

}  // namespace aoe::fuzz
