// SPDX-License-Identifier: MIT
// One direction of a faulty wire: decides what becomes of each frame, and holds those that come
// later. What it decides follows from the seed and the frame's place in the order alone.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "wire/fault_link.h"
#include "wire/random.h"

namespace aoe {

/// A frame on its way: in a buffer of the link underneath, or, once `copy` holds it, in its own.
struct Parcel {
    ReceivedFrame frame;  // Of a frame to send only `bytes` counts.
    LentBuffer lent{};    // Where a frame to send lies while it is not copied.
    std::vector<std::byte> copy{};
    bool copied = false;
    std::optional<Time> since{};  // When it began to be held.
};

class FaultLane {
public:
    /// `let_go` gives the buffer of a parcel that is not copied back to the link underneath.
    FaultLane(const Faults& faults, std::uint64_t seed, FaultCounts& counts,
              std::function<void(const Parcel&)> let_go);

    /// Judges one frame; appends to `out` what passes now: nothing, it, or several.
    void pass(Parcel parcel, Time now, std::deque<Parcel>& out);
    /// Appends the delayed frames whose time has come.
    void collect_due(Time now, std::deque<Parcel>& out);
    std::optional<Time> next_due() const;

private:
    struct Fate {
        bool lost, duplicated, reordered, delayed, truncated;
        std::uint64_t delay_draw, cut_draw;
    };
    Fate draw();
    void truncate(Parcel& parcel, std::uint64_t draw);
    void hold(Parcel& parcel, Time now);
    static void emit(Parcel parcel, Time now, std::deque<Parcel>& out);

    Faults faults_;
    Random random_;
    FaultCounts& counts_;
    std::function<void(const Parcel&)> let_go_;
    std::optional<Parcel> overtaken_;
    std::multimap<Time, Parcel> delayed_;
};

}  // namespace aoe
