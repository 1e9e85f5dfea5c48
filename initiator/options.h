// SPDX-License-Identifier: MIT
// What an Initiator is told at its start, and what it tells beside the completions.
#pragma once

#include <cstddef>
#include <cstdint>

#include "initiator/round_trip.h"
#include "initiator/tag_table.h"
#include "wire/frame.h"

namespace aoe::initiator {

/// Requests that may wait at a time, on all devices together; one more fails at once.
inline constexpr std::size_t most_pending = 8192;

struct Options {
    Mac mac{};  // Our own.
    std::size_t mtu = 1500;
    std::uint64_t tag_seed = 0;  // Anything that differs from run to run.
    Timing timing{};
    /// Frames on all devices together, beside what each device's Buffer Count allows: so many
    /// replies fit where they arrive. Session sets it to the link's receive_capacity().
    std::size_t most_under_way = most_frames_under_way;
};

/// What happened so far, in frames.
struct Counters {
    std::uint64_t sent = 0;
    std::uint64_t resent = 0;        // Of those, not for the first time.
    std::uint64_t resent_early = 0;  // Of those, because later frames had been answered.
    std::uint64_t needless = 0;      // Of those resent, the answer to an earlier one came yet.
    std::uint64_t answered = 0;      // Replies that were taken.
    std::uint64_t ignored = 0;       // Frames that answer nothing of ours, or nothing any more.
    std::uint64_t unusable = 0;      // Replies that were too short.
};

/// Something that a device told without being asked (AOE-ANN-01).
struct Notice {
    enum class What : std::uint8_t {
        announced,       // As known already: it may have started again.
        config_changed,  // Device::config or config_string are new; limits follow them at once.
        other_machine,   // `from` claims the address of the device; nothing is sent there.
    };
    Address device;
    What what = What::announced;
    Mac from{};
};
/// More of them than this that nobody takes push out the oldest.
inline constexpr std::size_t most_notices = 64;

}  // namespace aoe::initiator
