// SPDX-License-Identifier: MIT
// Plays a recording back to a run: the n-th request of a form that a case makes gets what the n-th
// such request of that case got, as long afterwards, in time that never sleeps.
//
//     Playback playback(recording);
//     PlaybackLink link(playback, 0);
//     PlaybackLab lab(playback);         // When the target was started by the suite.
//     PlaybackReporter events(playback, reporter);
//     judge_targets(link, playback, options, events, &lab);
//
// What the recording does not hold ends a case by CaseSkipped with the code "stale".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/capture/recorded_run.h"
#include "conformance/exchange.h"
#include "conformance/report/report.h"
#include "wire/clock.h"

namespace aoe::conformance {

class Playback final : public Clock {
public:
    /// `recording` must outlive this.
    explicit Playback(const RecordedRun& recording);

    const RecordingFacts& facts() const { return recording_.facts; }

    /// What follows is of this case, or of none. A case that runs again is the recorded next one.
    void enter(std::string_view name);

    /// A frame of ours leaves. The error of the recorded one. Throws CaseSkipped.
    std::error_code send(std::uint32_t port, Bytes frame);
    /// The laboratory was asked for something: the recorded result, which conclude() then makes
    /// true. Throws CaseSkipped.
    const RecordedEvent& call(const std::string& what);
    void conclude(const RecordedEvent& result);
    /// How the target has ended, by now.
    std::optional<std::string> ended() const;

    struct Frame {
        ByteVector bytes;
        std::optional<std::uint16_t> vlan_tag;
    };
    /// What is there now at a port.
    std::optional<Frame> next_frame(std::uint32_t port);
    std::optional<LinkEvent> next_link_event(std::uint32_t port);
    std::optional<Time> next_due(std::uint32_t port) const;

    Time now() const noexcept override { return now_; }
    /// Moves time to what is due next at `link`, at most to the deadline.
    void wait(Link& link, Time deadline) override;

private:
    struct Arrival {
        std::size_t event = 0;
        std::optional<std::uint32_t> tag;  // Instead of the recorded one.
    };
    using Arrivals = std::multimap<std::pair<Time, std::size_t>, Arrival>;

    void answer_discovery(Bytes frame);
    void reach(const RecordedEvent& event);
    void play(std::size_t event, std::optional<std::uint32_t> tag);
    std::optional<Arrival> take(std::uint32_t port, RecordedEvent::Kind kind);
    const RecordedEvent& event_of(const Arrival& arrival) const;
    bool came_before_next_request(Time due) const;
    [[noreturn]] void stale(const std::string& what) const;

    const RecordedRun& recording_;
    std::multimap<std::string, std::size_t, std::less<>> visits_;  // By name, in order.
    std::map<std::string, std::size_t, std::less<>> entered_;      // How often, by name.
    Time now_{};

    // Of the case at hand.
    std::string name_;
    const RecordedVisit* visit_ = nullptr;  // None: the recording has nothing of it.
    std::map<std::pair<std::uint32_t, ByteVector>, std::vector<std::size_t>> requests_;
    std::map<std::string, std::vector<std::size_t>> calls_;  // Places in `visit_->events`.
    std::map<std::pair<std::uint32_t, ByteVector>, std::size_t> asked_;
    std::map<std::string, std::size_t> called_;
    std::vector<bool> played_;      // By place.
    std::size_t first_unsent_ = 0;  // Place of the first request that was not played.
    Time offset_{};                 // From recorded to our time.
    std::size_t sent_ = 0, starts_ = 0;

    Arrivals arrivals_;
    RecordedEvent discovered_;  // The reply that began it all; an arrival without an event.
};

/// Tells a playback of the cases; events pass through it.
class PlaybackReporter final : public Reporter {
public:
    PlaybackReporter(Playback& playback, Reporter& inner) : playback_(playback), inner_(inner) {}

    void run_started(const RunInfo& info) override { inner_.run_started(info); }
    void target_started(const TargetFacts& target) override { inner_.target_started(target); }
    void case_started(const Case& test) override;
    void case_finished(const CaseResult& result) override;
    void case_amended(const CaseResult& result) override { inner_.case_amended(result); }
    void run_finished(const Summary& summary) override { inner_.run_finished(summary); }

private:
    Playback& playback_;
    Reporter& inner_;
};

}  // namespace aoe::conformance
