// SPDX-License-Identifier: MIT
// Copying and comparing in one call each. Under coverage instrumentation an algorithm's loop is
// counted byte by byte, which halves the speed of a harness; these calls are not, and the engine
// learns from what memcmp() was given.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstring>

#include "wire/bytes.h"

namespace aoe::fuzz {

inline bool equal(Bytes left, Bytes right) noexcept {
    return left.size() == right.size() &&
           (left.empty() || std::memcmp(left.data(), right.data(), left.size()) == 0);
}

inline void copy(Bytes from, MutableBytes to) noexcept {
    assert(to.size() >= from.size());
    if (!from.empty()) {
        std::memcpy(to.data(), from.data(), from.size());
    }
}

}  // namespace aoe::fuzz
