// SPDX-License-Identifier: MIT
#include "fuzz/live/reproducer.h"

#include <algorithm>
#include <unistd.h>

#include "fuzz/live/plainer.h"
#include "fuzz/live/referee.h"
#include "fuzz/live/shape.h"
#include "wire/shrinker.h"

namespace aoe::fuzz {
namespace {

constexpr std::size_t few = 3;  // Frames that a reader takes in at a glance.

void write_down(std::span<const FrameBytes> frames, const Volley& volley,
                std::vector<Spoken>& said) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (!volley.stopped[i]) said.push_back({.sent = true, .bytes = frames[i]});
    }
    for (const Answer& answer : volley.answers) {
        said.push_back({.sent = false, .bytes = answer.bytes});
    }
}

}  // namespace

bool Reproducer::over() const {
    const Time most = options_.most_time * (length_ > few ? 4 : 1);
    return clock_.now() >= started_ + most || is_past_end(options_.overtime_to_shrink) ||
           (options_.stop != nullptr && options_.stop->load());
}

bool Reproducer::is_past_end(Time overtime) const {
    return options_.end && clock_.now() >= *options_.end + overtime;
}

bool Reproducer::all_admitted(const std::vector<FrameBytes>& steps, Phase phase) const {
    return std::ranges::all_of(
        steps, [&](const FrameBytes& step) { return target_.gate().admits(step, phase); });
}

Reproducer::Trial Reproducer::attempt(const std::vector<FrameBytes>& steps, Phase phase) {
    if (manner_.always_new || dead_) target_.renew();
    dead_ = true;
    Referee referee(options_.rules, options_.scratch, options_.watch);
    Trial trial;
    for (std::size_t at = 0, group = 0; at < steps.size(); at += group) {
        group = at < manner_.singly ? 1 : std::min(manner_.group, steps.size() - at);
        const auto frames = std::span(steps).subspan(at, group);
        const Volley volley = target_.send(frames, phase);
        write_down(frames, volley, trial.said);
        for (Offence& offence : referee.judge(frames, volley)) {
            trial.symptoms.push_back(std::move(offence.symptom));
        }
        if (volley.fenced) continue;
        if (auto symptom = target_.look(phase)) trial.symptoms.push_back(*std::move(symptom));
        return trial;
    }
    // A late death is one of the last frame's.
    for (int ms = 0; ms < manner_.linger_ms && target_.can_restart(); ++ms) {
        if (auto symptom = target_.ended()) {
            trial.symptoms.push_back(*std::move(symptom));
            return trial;
        }
        ::usleep(1000);
    }
    dead_ = false;
    return trial;
}

bool Reproducer::shows(const std::vector<FrameBytes>& steps, Phase phase, const Symptom& symptom) {
    if (!all_admitted(steps, phase)) return false;
    ++attempts_;
    Trial trial = attempt(steps, phase);
    const bool shown = std::ranges::find(trial.symptoms, symptom) != trial.symptoms.end();
    if (!shown) return false;
    said_ = std::move(trial.said);
    length_ = steps.size();
    return true;
}

/// The last group alone, the last few, or all: what was seen may be the work of earlier frames.
std::optional<std::vector<FrameBytes>> Reproducer::part_of(const Symptom& symptom, Phase phase,
                                                           const History& history) {
    for (std::size_t groups = 1, last = 0; last < history.size() && !over(); groups *= 4) {
        last = std::min(groups, history.size());
        std::vector<FrameBytes> steps = target_.opening(phase);
        for (std::size_t i = history.size() - last; i < history.size(); ++i) {
            steps.insert(steps.end(), history[i].begin(), history[i].end());
        }
        if (shows(steps, phase, symptom)) return steps;
    }
    return std::nullopt;
}

/// In the mask phase the guard must see the list before it lets the next edit pass, so that single
/// frames are surer; but what was seen came from groups.
bool Reproducer::choose_begin(Finding& finding, const History& history) {
    const Phase phase = finding.phase;
    std::vector<Manner> manners{{.singly = target_.opening(phase).size(), .group = options_.group}};
    if (phase == Phase::mask) manners.insert(manners.begin(), Manner{.group = 1});
    for (const Manner& manner : manners) {
        manner_ = manner;
        if (finding.symptom.kind == Kind::crashed) manner_.linger_ms = 2;
        if (auto steps = part_of(finding.symptom, phase, history)) {
            finding.steps = *std::move(steps);
            return true;
        }
    }
    return false;
}

Finding Reproducer::as_seen(const Symptom& symptom, Phase phase, const History& history) const {
    Finding finding;
    finding.symptom = symptom;
    finding.phase = phase;
    for (const auto& group : history) {
        finding.steps.insert(finding.steps.end(), group.begin(), group.end());
    }
    for (const FrameBytes& step : finding.steps) {
        finding.said.push_back({.sent = true, .bytes = step});
    }
    return finding;
}

void Reproducer::make_small(Finding& finding) {
    const auto still = [&](const std::vector<FrameBytes>& steps) {
        return shows(steps, finding.phase, finding.symptom);
    };
    const auto plainer = [&](const FrameBytes& frame) {
        return plainer_frames(frame, target_.options().world);
    };
    const ShrinkLimits limits{.most_tries = options_.most_tries, .give_up = [&] { return over(); }};
    const auto none = [](const FrameBytes&) { return std::vector<FrameBytes>{}; };
    finding.steps = shrink(finding.steps, still, none, limits).steps;
    finding.other_shapes = {shape_of(finding.steps.back(), options_.rules.most_bytes)};
    auto shrunk = shrink(finding.steps, still, plainer, limits);
    finding.steps = std::move(shrunk.steps);
    finding.shortest = shrunk.whole;
}

void Reproducer::confirm(Finding& finding) {
    finding.tries = finding.confirmed = 0;
    manner_.always_new = true;
    for (; finding.tries < options_.confirmations; ++finding.tries) {
        if (options_.stop != nullptr && options_.stop->load()) break;
        if (finding.tries > 0 && is_past_end(options_.overtime_to_confirm)) break;
        if (shows(finding.steps, finding.phase, finding.symptom)) ++finding.confirmed;
    }
}

Finding Reproducer::reproduce(const Symptom& symptom, Phase phase, const History& history) {
    started_ = clock_.now();
    attempts_ = 0;
    Finding finding = as_seen(symptom, phase, history);
    length_ = finding.steps.size();
    if (choose_begin(finding, history)) {
        const std::vector<FrameBytes> begin = finding.steps;
        // A new target for each attempt is slow, so one that lives on is used again; when it turns
        // out that what went before mattered, all is done once more with new ones.
        const bool of_disk = symptom.kind == Kind::wrong_data ||
                             symptom.kind == Kind::refused_write_done ||
                             symptom.kind == Kind::wrote_outside;
        const bool quick = phase != Phase::mask && !of_disk;
        manner_.always_new = !quick;
        make_small(finding);
        confirm(finding);
        const bool sure = finding.confirmed == finding.tries;
        const bool again = quick && !is_past_end(options_.overtime_to_shrink);
        if (again && (!sure || finding.steps.size() > few)) {
            if (!sure) finding.steps = begin;
            started_ = clock_.now();
            length_ = finding.steps.size();
            make_small(finding);
            confirm(finding);
        }
        finding.said = said_;
        finding.shape = shape_of(finding.steps.back(), options_.rules.most_bytes);
    }
    finding.attempts = attempts_;
    target_.renew();
    return finding;
}

}  // namespace aoe::fuzz
