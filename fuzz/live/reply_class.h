// SPDX-License-Identifier: MIT
// Feedback from a target that nothing is known of: replies that differ in what they say, and not
// in data or counters, come from different places of its program.
#pragma once

#include <cstdint>

#include "wire/bytes.h"

namespace aoe::fuzz {

/// A hash of the features of a request and of the reply to it; an empty reply is silence.
std::uint64_t reply_class(Bytes request, Bytes reply);

}  // namespace aoe::fuzz
