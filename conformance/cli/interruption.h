// SPDX-License-Identifier: MIT
// Ctrl-C and its kin, and a reader of our output who leaves: noticed instead of obeyed, so that a
// run puts everything back and its reports are written.
#pragma once

#include <atomic>

namespace aoe::conformance {

/// From now on SIGINT, SIGTERM, SIGHUP and SIGPIPE only set the flags below, and end a wait.
void catch_interruptions();
/// One of them came.
const std::atomic<bool>& interrupted();
/// It was SIGPIPE.
bool reader_left();

}  // namespace aoe::conformance
