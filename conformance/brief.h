// SPDX-License-Identifier: MIT
// A frame as one line of a conversation: what it asks or answers, and of the header only what is
// out of the ordinary. describe.h tells everything.
#pragma once

#include <string>
#include <vector>

#include "conformance/message.h"

namespace aoe::conformance {

/// "config force set, length 40, "abcdefgh"", "READ SECTORS EXT LBA 5, count 1", "ATA reply, ..."
std::string brief(const Reply& frame);
/// "#17 > config read": the number within the run, > sent, < received.
std::string brief(const TranscriptEntry& frame);

}  // namespace aoe::conformance
