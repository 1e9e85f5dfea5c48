// SPDX-License-Identifier: MIT
// The words of the command line as values. All throw UsageError.
#pragma once

#include <string>

#include "conformance/session.h"
#include "fuzz/live/run.h"

namespace aoe::fuzz {

/// The FILE of json=FILE; empty for nothing.
std::string json_file(const std::string& output);

/// What the suite's session knows of targets serves here too.
conformance::SessionOptions session_options(const FuzzArguments& arguments);

/// The words with which `aoe-conform replay` starts the same target in the same network.
std::string start_words(const FuzzArguments& arguments);

}  // namespace aoe::fuzz
