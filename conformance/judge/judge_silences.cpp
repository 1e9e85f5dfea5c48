// SPDX-License-Identifier: MIT
// Requests that stay unanswered: when that proves something.
#include "conformance/judge/judge.h"

namespace aoe::conformance {

namespace {

using namespace std::chrono_literals;

// A request that waits so long before the initiator goes on was not just overtaken.
constexpr Time proof_of_silence = 20ms;
constexpr unsigned longest_walk = 16;

}  // namespace

// The target has answered: what it left unanswered just before was meant to be.
void Judge::judge_silences(const PendingRequest& answered, SeenTarget& target) {
    std::uint64_t sequence = answered.previous;
    for (unsigned steps = 0; steps < longest_walk; ++steps) {
        PendingRequest* silent = pending_.by_sequence(sequence);
        if (silent == nullptr || silent->replies != 0 || silent->silence_judged) return;
        const std::uint64_t mask_changed = target.memory.mask().changed_with;
        const bool same_list =
            mask_changed < silent->frame.number || mask_changed == answered.frame.number;
        silent->proven = sequence == answered.previous && silent->previous_answered && same_list &&
                         silent->frame.source == answered.frame.source &&
                         answered.frame.time - silent->frame.time >= proof_of_silence;
        judge_silence(*silent, answered, target,
                      silent->proven ? Situation::silence : Situation::masked);
        sequence = silent->previous;
    }
}

void Judge::judge_silence(PendingRequest& silent, const PendingRequest& answered,
                          SeenTarget& target, Situation situation) {
    silent.silence_judged = true;
    const Observation seen{
        .situation = situation,
        .request = &silent.frame,
        .reply = nullptr,
        .odd = silent.odd | oddities_towards(silent.frame, target.address),
        .known = target.memory.known_earlier(silent.frame, silent.before.get(), answered.frame,
                                             answered.before.get())};
    for (const std::uint16_t index : rules_for(situation, silent.frame.command())) {
        const Rule& rule = all_rules()[index];
        const bool chosen = options_.chosen.empty() || options_.chosen[index];
        if (!chosen || !is_about(rule, seen.odd)) continue;
        Words words;
        const Outcome outcome = rule.judge(seen, &words);
        if (outcome == Outcome::not_about_it) continue;
        silent.silence.push_back({.rule = index, .outcome = outcome, .words = std::move(words)});
    }
}

void Judge::retire_older_than(Time limit) {
    while (!pending_.is_empty() && pending_.oldest().frame.time < limit) {
        retire(pending_.oldest());
        pending_.remove_oldest();
    }
}

void Judge::retire(PendingRequest& request) {
    if (request.replies != 0) return;
    if (request.counted && !request.superseded) {
        Conversation* both = traffic_.conversation(request.initiator, request.subject);
        if (both != nullptr) ++both->unanswered;
    } else if (!request.counted && !request.frame.is_response()) {
        ++traffic_.initiators()[request.initiator]->to_nobody;
    }
    if (request.subject == no_target) return;
    SeenTarget& target = traffic_.at(request.subject);
    judged_marker_ = request.marker;
    const Observation seen{.situation = Situation::silence, .request = &request.frame};
    // An answer under another tag is no silence.
    const auto& stray = target.stray;
    const bool mistagged = request.proven && request.odd == 0 && stray &&
                           stray->frame.number > request.frame.number &&
                           stray->frame.time - request.frame.time < std::chrono::seconds(1) &&
                           stray->frame.command() == request.frame.command() &&
                           stray->frame.destination == request.frame.source;
    if (mistagged) {
        const Observation answered{.situation = Situation::reply,
                                   .request = &request.frame,
                                   .reply = &stray->frame,
                                   .odd = 0,
                                   .known = {}};
        return observe(target.counts, answered, request.frame.command());
    }
    for (SilenceOutcome& told : request.silence) {
        count(target.counts, told.rule, told.outcome, seen, std::move(told.words));
    }
}

}  // namespace aoe::conformance
