// SPDX-License-Identifier: MIT
// A faulty wire: a decorator that loses, repeats, reorders, delays and truncates what passes, by a
// seed, so that the same seed does the same to the same frames.
#pragma once

#include <chrono>
#include <cstdint>

#include "wire/link.h"

namespace aoe {

/// Chances in 0..1, drawn for each frame by itself.
struct Faults {
    double loss = 0;
    double duplicate = 0;
    double reorder = 0;   // Overtaken by the next frame of its direction that passes.
    double delay = 0;     // Held for a time between zero and `longest_delay`.
    double truncate = 0;  // Cut at a random byte after the Ethernet header.
    std::chrono::nanoseconds longest_delay = std::chrono::milliseconds(5);
};

struct FaultPlan {
    Faults sent{};      // What the user of the decorated link sends.
    Faults received{};  // What it receives.
    std::uint64_t seed = 1;
};

/// Every frame is either passed or lost; the other counts say what else was done to those passed.
struct FaultCounts {
    std::uint64_t passed = 0, lost = 0, duplicated = 0, reordered = 0, delayed = 0, truncated = 0;
};

class FaultLink : public Link {
public:
    /// What the plan has done so far, both directions together.
    virtual FaultCounts counts() const noexcept = 0;
};

/// `clock` must outlive the link; delays are on its scale.
std::unique_ptr<FaultLink> make_fault_link(LinkPtr inner, const FaultPlan& plan,
                                           const Clock& clock);

}  // namespace aoe
