// SPDX-License-Identifier: MIT
// An AoE frame as fields with their names, for people and for programs. Any bytes are safe.
#pragma once

#include <string>

#include "initiator/cli/json_text.h"
#include "wire/bytes.h"

namespace aoe::initiator {

/// Several lines, indented by two; the bytes last.
std::string frame_text(Bytes frame);
/// An object; "bytes" holds them all, "problem" says why something was not decoded.
Json frame_json(Bytes frame);

}  // namespace aoe::initiator
