// SPDX-License-Identifier: MIT
// How a recording is played, and how many frames that came to.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "conformance/facts.h"
#include "wire/bytes.h"

namespace aoe::conformance {

struct PlayOptions {
    double speed = 1;                   // Times as fast as recorded; 0: without waiting.
    unsigned window = 1;                // Unsettled requests at any time.
    std::optional<SectorRange> into{};  // Where recorded sectors are moved to.
    std::uint32_t first_tag = 0;
    Mac second{};  // Our second address, for the second initiator; joined when hostile is open.
    const std::atomic<bool>* stop = nullptr;
};

/// How many frames a replay sent, and what became of them.
struct PlayCounts {
    std::uint64_t sent = 0, answered = 0, silent = 0, not_sent = 0, differing = 0, late = 0;

    PlayCounts& operator+=(const PlayCounts& other) {
        sent += other.sent;
        answered += other.answered;
        silent += other.silent;
        not_sent += other.not_sent;
        differing += other.differing;
        late += other.late;
        return *this;
    }
};

}  // namespace aoe::conformance
