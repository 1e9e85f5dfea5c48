// SPDX-License-Identifier: MIT
// What a fuzz harness says when a promise does not hold. Unlike assert() it speaks in every build,
// because a harness without its promises finds nothing but crashes.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace aoe::fuzz {

/// Ends the process when `holds` is false; `promise` is what should have been, as a sentence.
inline void require(bool holds, const char* promise) {
    if (!holds) {
        std::fprintf(stderr, "Broken promise: %s\n", promise);
        std::abort();
    }
}

}  // namespace aoe::fuzz
