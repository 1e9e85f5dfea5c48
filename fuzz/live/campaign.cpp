// SPDX-License-Identifier: MIT
#include "fuzz/live/campaign.h"

#include <algorithm>
#include <array>

#include "fuzz/live/reply_class.h"
#include "fuzz/live/shape.h"

namespace aoe::fuzz {
namespace {

constexpr std::size_t most_history_frames = 4096;
// One frame in so many of a shape that is known to end the target is sent all the same.
constexpr std::uint64_t deadly_share = 4096;

/// Volleys before the next phase has its turn. What edits the mask list is ended by a new start,
/// and kept short, because what goes wrong there may be the work of many edits.
std::size_t volleys_of(Phase phase) {
    switch (phase) {
        case Phase::general:
            return 1024;
        case Phase::mask:
            return 32;
        case Phase::reserve:
            return 128;
    }
    return 0;
}

ReproducerOptions until_end(const CampaignOptions& options, Time started) {
    ReproducerOptions reproducer = options.reproducer;
    if (options.max_time) reproducer.end = started + *options.max_time;
    return reproducer;
}

std::size_t window_of(Phase phase, std::size_t most) {
    return phase == Phase::mask ? std::min<std::size_t>(most, 8) : most;
}

}  // namespace

Campaign::Campaign(LiveTarget& target, Clock& clock, const CampaignOptions& options,
                   CampaignListener& listener)
    : target_(target),
      clock_(clock),
      options_(options),
      listener_(listener),
      composer_(options.seed, target.options().world, target.gate()),
      referee_(options.reproducer.rules, options.reproducer.scratch, options.reproducer.watch),
      started_(clock.now()),
      reproducer_(target, clock, until_end(options, started_)) {}

bool Campaign::over() const {
    return (options_.cases && tally_.cases >= *options_.cases) ||
           (options_.max_time && clock_.now() - started_ >= *options_.max_time) ||
           (options_.stop != nullptr && options_.stop->load());
}

void Campaign::run() {
    while (!over()) {
        for (const Phase phase : all_phases) {
            if (target_.gate().allows(phase) && !over()) run_phase(phase);
        }
    }
    tell_the_rest();
    report_progress();
}

void Campaign::run_phase(Phase phase) {
    bool open = open_phase(phase);
    for (std::size_t i = 0; open && i < volleys_of(phase) && !over(); ++i) {
        std::size_t count = window_of(phase, options_.window);
        if (options_.cases) count = std::min<std::size_t>(count, *options_.cases - tally_.cases);
        const Time before = clock_.now();
        Composed composed = composer_.compose(phase, count);
        if (findings_.any_deadly()) avoid_known(composed);
        open = fire(phase, composed, before);
        report_progress();
        if (!open && !over()) open = open_phase(phase);
    }
    look_at_memory();
    if (target_.end_phase(phase)) begin_anew();
}

void Campaign::begin_anew() {
    history_.clear();
    history_frames_ = 0;
    referee_.forget();
}

/// False when the target does not take the phase's opening.
bool Campaign::open_phase(Phase phase) {
    for (const FrameBytes& frame : target_.opening(phase)) {
        const std::vector<FrameBytes> one{frame};
        const Volley volley = target_.send(one, phase);
        remember(sent_of(one, volley));
        if (volley.fenced) continue;
        const auto symptom = target_.look(phase);
        if (symptom) handle(*symptom, phase, shapes_of(one));
        return false;
    }
    return true;
}

/// False when the target is another one now.
bool Campaign::fire(Phase phase, const Composed& composed, Time since) {
    const Volley volley = target_.send(composed.frames, phase);
    const auto sent = sent_of(composed.frames, volley);
    tally_.cases += sent.size();
    const std::vector<Offence> offences = referee_.judge(composed.frames, volley);
    learn(composed, volley);
    if (volley.fenced) tally_.living += clock_.now() - since;
    remember(sent);
    if (!volley.fenced) {
        if (const auto symptom = target_.look(phase)) {
            return !handle(*symptom, phase, shapes_of(sent));
        }
        ++tally_.slow_fences;
    }
    bool same = true;
    for (const Offence& offence : offences) {
        if (same) same = !handle(offence.symptom, phase, {});
    }
    return same;
}

void Campaign::avoid_known(Composed& composed) {
    const std::size_t most_bytes = options_.reproducer.rules.most_bytes;
    for (std::size_t i = composed.frames.size(); i-- > 0;) {
        if (!findings_.deadly(shape_of(composed.frames[i], most_bytes))) continue;
        if (composer_.one_in(deadly_share)) continue;
        ++tally_.avoided;
        composed.frames.erase(composed.frames.begin() + static_cast<std::ptrdiff_t>(i));
        composed.sequence_of.erase(composed.sequence_of.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

void Campaign::learn(const Composed& composed, const Volley& volley) {
    std::vector<bool> answered(composed.frames.size());
    const auto note = [&](std::size_t frame, Bytes reply) {
        composer_.answered(reply_class(composed.frames[frame], reply),
                           composed.sequences[composed.sequence_of[frame]]);
    };
    for (const Answer& answer : volley.answers) {
        answered[answer.frame] = true;
        note(answer.frame, answer.bytes);
        composer_.remember(answer.bytes);
    }
    // Silence says something only where the target has seen the frame.
    for (std::size_t i = 0; volley.fenced && i < composed.frames.size(); ++i) {
        if (!answered[i] && volley.first_of[i] == i && !volley.stopped[i]) note(i, {});
    }
    tally_.classes = composer_.classes();
}

std::vector<std::string> Campaign::shapes_of(std::span<const FrameBytes> frames) const {
    std::vector<std::string> shapes;
    for (const FrameBytes& frame : frames) {
        shapes.push_back(shape_of(frame, options_.reproducer.rules.most_bytes));
    }
    return shapes;
}

/// True when the target was made new.
bool Campaign::handle(const Symptom& symptom, Phase phase, std::span<const std::string> shapes) {
    ++tally_.occurrences;
    const bool is_over = is_deadly(symptom.kind) || symptom.kind == Kind::wrote_outside;
    if (Finding* const known = findings_.known(symptom, shapes)) {
        ++known->seen;
        if (!is_over) return false;
        target_.renew();
    } else {
        listener_.noticed(symptom);
        const History history(history_.begin(), history_.end());
        Finding finding = reproducer_.as_seen(symptom, phase, history);
        std::string lost;
        if (target_.can_renew_after(symptom.kind)) {
            try {
                finding = reproducer_.reproduce(symptom, phase, history);
            } catch (const TargetLost& gone) {
                lost = gone.what();
            }
        } else {
            lost = sentence(symptom);
        }
        keep(std::move(finding));
        if (!lost.empty()) {
            tell_the_rest();
            throw TargetLost(lost);
        }
    }
    begin_anew();
    return true;
}

void Campaign::keep(Finding finding) {
    finding.at_case = tally_.cases;
    const Finding* const news = findings_.add(std::move(finding));
    if (news != nullptr) listener_.found(*news);
    tally_.findings = findings_.all().size();
}

/// What was seen once or twice, and could not be brought about again, is told at the end only.
void Campaign::tell_the_rest() {
    for (const Finding& finding : findings_.all()) {
        if (finding.confirmed > 0 || finding.seen >= Findings::most_attempts) continue;
        Finding told = finding;
        listener_.found(told);
    }
}

void Campaign::remember(std::vector<FrameBytes> frames) {
    history_frames_ += frames.size();
    history_.push_back(std::move(frames));
    while (history_frames_ > most_history_frames) {
        history_frames_ -= history_.front().size();
        history_.pop_front();
    }
}

void Campaign::look_at_memory() {
    const std::size_t bytes = target_.memory_bytes();
    if (bytes == 0) return;
    if (tally_.memory_first_bytes == 0) tally_.memory_first_bytes = bytes;
    tally_.memory_last_bytes = bytes;
    tally_.memory_most_bytes = std::max(tally_.memory_most_bytes, bytes);
}

void Campaign::report_progress() {
    tally_.elapsed = clock_.now() - started_;
    tally_.restarts = target_.restarts();
    listener_.progress(tally_);
}

}  // namespace aoe::fuzz
