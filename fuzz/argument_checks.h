// SPDX-License-Identifier: MIT
// What must hold for the argument of each command, whatever its bytes: what is refused is refused
// for the reason that the bytes give; what is accepted and written again is the same message, and
// the same bytes, apart from reserved ones, which the builders write as zero. Ends the process when
// a promise breaks.
#pragma once

#include <cstdint>

#include "wire/bytes.h"

namespace aoe::fuzz {

/// `argument` is what stands behind the header of a frame with this command.
void check_argument(std::uint8_t command, Bytes argument);

}  // namespace aoe::fuzz
