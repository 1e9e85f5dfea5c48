// SPDX-License-Identifier: MIT
// What AFL++'s mutator of sessions takes every harness for: the default target with the small disk
// that all of them have, and what is too short for a frame may mean something.
#include "fuzz/session_style.h"

aoe::fuzz::SessionStyle aoe::fuzz::session_style() {
    return {.world = {.disk_sectors = 32}, .instructions = true};
}
