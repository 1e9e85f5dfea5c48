// SPDX-License-Identifier: MIT
// Frames of a capture as one line of text each.
#pragma once

#include <string>

#include "conformance/judge/seen_frame.h"

namespace aoe::conformance {

/// "12 0.004331 02:..:02 > 02:..:01 ATA request e7.3 tag 0x1: READ SECTORS, 2 at 5, 60 bytes".
/// `start` is the time of the first frame.
std::string list_frame(const SeenFrame& frame, Time start);

}  // namespace aoe::conformance
