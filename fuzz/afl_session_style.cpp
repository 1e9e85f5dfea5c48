// SPDX-License-Identifier: MIT
// What AFL++'s mutator of sessions takes every harness for: the default target, and what is too
// short for a frame may mean something.
#include "fuzz/session_style.h"

aoe::fuzz::SessionStyle aoe::fuzz::session_style() {
    return {.world = {}, .instructions = true};
}
