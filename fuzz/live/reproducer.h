// SPDX-License-Identifier: MIT
// From something that was seen during a campaign to the shortest and plainest frames that show it
// to a new target, and how often they do.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/live/disk_watch.h"
#include "fuzz/live/finding.h"
#include "fuzz/live/live_target.h"
#include "fuzz/live/reply_check.h"

namespace aoe::fuzz {

/// Frames in the groups in which they were sent, since the target was new.
using History = std::vector<std::vector<FrameBytes>>;

struct ReproducerOptions {
    ReplyRules rules;
    conformance::SectorRange scratch;
    const DiskWatch* watch = nullptr;
    std::size_t group = 32;  // Frames before a fence.
    unsigned confirmations = 10;
    std::size_t most_tries = 1000;
    // Of one finding, and four times that while it is long; then it stays as it is.
    Time most_time{};
    // When the campaign ends. What was seen just before may take an overtime, each.
    std::optional<Time> end{};
    static constexpr Time overtime_to_shrink = std::chrono::seconds(10);
    static constexpr Time overtime_to_confirm = std::chrono::seconds(15);
    const std::atomic<bool>* stop = nullptr;
};

class Reproducer {
public:
    /// Target and clock must outlive this.
    Reproducer(LiveTarget& target, Clock& clock, const ReproducerOptions& options)
        : target_(target), clock_(clock), options_(options) {}

    /// The finding, with all that is known of it; confirmed 0 times when a new target did not
    /// show it after the whole history either. The target is new afterwards. Throws TargetLost.
    Finding reproduce(const Symptom& symptom, Phase phase, const History& history);
    /// The finding with nothing tried: the whole history.
    Finding as_seen(const Symptom& symptom, Phase phase, const History& history) const;

private:
    struct Trial {
        std::vector<Symptom> symptoms;
        std::vector<Spoken> said;
    };
    /// How frames are sent to find out.
    struct Manner {
        bool always_new = true;  // The target, for each attempt.
        int linger_ms = 0;       // After the last frame.
        std::size_t singly = 0;  // The first so many each with a fence of its own,
        std::size_t group = 1;   // the others this many at a time.
    };
    Trial attempt(const std::vector<FrameBytes>& steps, Phase phase);
    bool shows(const std::vector<FrameBytes>& steps, Phase phase, const Symptom& symptom);
    std::optional<std::vector<FrameBytes>> part_of(const Symptom& symptom, Phase phase,
                                                   const History& history);
    bool choose_begin(Finding& finding, const History& history);
    void make_small(Finding& finding);
    void confirm(Finding& finding);
    bool all_admitted(const std::vector<FrameBytes>& steps, Phase phase) const;
    bool over() const;
    bool is_past_end(Time overtime) const;

    LiveTarget& target_;
    Clock& clock_;
    ReproducerOptions options_;
    Manner manner_;
    bool dead_ = true;          // The target, as far as the last attempt knows.
    std::vector<Spoken> said_;  // Of the last attempt that showed it.
    std::size_t attempts_ = 0;
    std::size_t length_ = 0;  // Of the shortest steps so far that show it.
    Time started_{};
};

}  // namespace aoe::fuzz
