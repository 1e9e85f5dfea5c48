// SPDX-License-Identifier: MIT
// The frames that are plainer than a given one, for the shrinker.
#pragma once

#include <vector>

#include "fuzz/field_values.h"
#include "fuzz/fields.h"

namespace aoe::fuzz {

/// Shorter ones, ones with a usual header, with fewer entries, with zeros: the boldest first. Each
/// is plainer by one measure and no less plain by the others, so that taking one again and again
/// ends. Tags stay.
std::vector<FrameBytes> plainer_frames(const FrameBytes& frame, const World& world);

}  // namespace aoe::fuzz
