// SPDX-License-Identifier: MIT
// The loop: compose, send, judge, learn; and what is done about what goes wrong.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>

#include "fuzz/live/composer.h"
#include "fuzz/live/finding.h"
#include "fuzz/live/live_target.h"
#include "fuzz/live/referee.h"
#include "fuzz/live/reproducer.h"
#include "wire/clock.h"

namespace aoe::fuzz {

struct CampaignOptions {
    std::uint64_t seed = 1;
    std::optional<std::uint64_t> cases;  // No more than these,
    std::optional<Time> max_time;        // and none after this, but for what was just seen.
    std::size_t window = 32;             // Frames before a fence.
    ReproducerOptions reproducer;
    const std::atomic<bool>* stop = nullptr;
};

/// How far it is.
struct Tally {
    std::uint64_t cases = 0;  // Frames sent, fences and those of reproductions not counted.
    Time elapsed{};
    Time living{};            // Spent on sending cases to a target that lived.
    std::size_t classes = 0;  // Of replies.
    std::size_t findings = 0;
    std::uint64_t occurrences = 0;
    std::uint64_t slow_fences = 0;  // Answered only after a while: a lossy link, or a slow target.
    std::size_t restarts = 0;
    std::uint64_t avoided = 0;  // Frames not sent because their like is known to end the target.
    // Of the target's process, where there is one to look at.
    std::size_t memory_first_bytes = 0, memory_last_bytes = 0, memory_most_bytes = 0;
};

/// Told what happens. All optional.
class CampaignListener {
public:
    virtual ~CampaignListener() = default;
    /// Often, also while a finding is made small.
    virtual void progress(const Tally&) {}
    /// Something new was seen; it is about to be made small.
    virtual void noticed(const Symptom&) {}
    /// Here it is.
    virtual void found(const Finding&) {}
};

class Campaign {
public:
    /// All must outlive the campaign.
    Campaign(LiveTarget& target, Clock& clock, const CampaignOptions& options,
             CampaignListener& listener);

    /// Until a limit is reached or `stop` is set. Throws TargetLost, which findings() may explain.
    void run();

    const Tally& tally() const { return tally_; }
    const std::vector<Finding>& findings() const { return findings_.all(); }

private:
    bool over() const;
    void run_phase(Phase phase);
    bool open_phase(Phase phase);
    bool fire(Phase phase, const Composed& composed, Time since);
    void avoid_known(Composed& composed);
    void learn(const Composed& composed, const Volley& volley);
    bool handle(const Symptom& symptom, Phase phase, std::span<const std::string> shapes);
    void keep(Finding finding);
    std::vector<std::string> shapes_of(std::span<const FrameBytes> frames) const;
    void remember(std::vector<FrameBytes> frames);
    void begin_anew();
    void tell_the_rest();
    void look_at_memory();
    void report_progress();

    LiveTarget& target_;
    Clock& clock_;
    CampaignOptions options_;
    CampaignListener& listener_;
    Composer composer_;
    Referee referee_;
    Time started_;
    Reproducer reproducer_;
    Findings findings_;
    Tally tally_;
    std::deque<std::vector<FrameBytes>> history_;  // Since the target was new, the oldest dropped.
    std::size_t history_frames_ = 0;
};

}  // namespace aoe::fuzz
