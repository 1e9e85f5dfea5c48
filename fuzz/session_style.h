// SPDX-License-Identifier: MIT
// What session_mutator.cpp has to know of a harness whose inputs are sessions.
#pragma once

#include "fuzz/field_values.h"
#include "fuzz/session.h"

namespace aoe::fuzz {

struct SessionStyle {
    World world;
    bool instructions = false;  // What is too short for an Ethernet frame means something.
    bool replies = false;       // The frames are replies rather than requests.
};

/// Each such harness defines it.
SessionStyle session_style();

}  // namespace aoe::fuzz
