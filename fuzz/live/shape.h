// SPDX-License-Identifier: MIT
// What is the same of frames that differ only in what seldom matters: the command, what it is told
// to do, and whether its counts and lengths are true. For telling findings apart.
#pragma once

#include <string>

#include "wire/bytes.h"

namespace aoe::fuzz {

/// "ATA", "config", "mask", "reserve", "another command", "no AoE".
std::string command_words(Bytes frame);

/// "mask edit: add, delete", "config set, length beyond the frame", "ATA read, count 0".
/// `most_bytes` is the largest frame that the target's MTU lets through.
std::string shape_of(Bytes frame, std::size_t most_bytes);

}  // namespace aoe::fuzz
