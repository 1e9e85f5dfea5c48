// SPDX-License-Identifier: MIT
// Ctrl-C and kill as a question that loops ask, so that a command can say how far it got.
#pragma once

#include <string>

#include "initiator/cli/exit_status.h"

namespace aoe::initiator {

/// From now on SIGINT and SIGTERM are remembered; a second one ends the process at once. SIGPIPE is
/// ignored: writing to a closed pipe is an error like any other.
void watch_signals();
bool interrupted() noexcept;
/// "interrupted: SENTENCE", with the exit status that a shell gives such an end: 130 or 143.
CommandError interruption(const std::string& sentence);

}  // namespace aoe::initiator
