// SPDX-License-Identifier: MIT
#include "conformance/replay/reply_judge.h"

namespace aoe::conformance {

void ReplyJudge::observe(const Observation& seen, std::uint8_t command) {
    for (const std::uint16_t index : rules_for(seen.situation, command)) {
        const Rule& rule = all_rules()[index];
        if (!is_about(rule, seen.odd)) continue;
        Words words;
        const Outcome outcome = rule.judge(seen, &words);
        if (outcome != Outcome::not_about_it) told_(index, outcome, words);
    }
}

void ReplyJudge::replied(const SeenFrame& request, const Before* before, const SeenFrame& reply) {
    const Oddities odd = oddities(request) | oddities_towards(request, target_) |
                         (reply.vlan != request.vlan ? odd::vlan : 0);
    observe({.situation = Situation::reply,
             .request = &request,
             .reply = &reply,
             .odd = odd,
             .known = memory_.known(request, before)},
            request.command());
    memory_.answered(request, reply, before);
}

void ReplyJudge::replied_again(const SeenFrame& request, const SeenFrame& reply) {
    observe({.situation = Situation::again,
             .request = &request,
             .reply = &reply,
             .odd = oddities(request) | oddities_towards(request, target_),
             .known = {}},
            request.command());
}

void ReplyJudge::silent(const SeenFrame& request, const Before* before, const SeenFrame& later,
                        bool serves_sender) {
    observe({.situation = serves_sender ? Situation::silence : Situation::masked,
             .request = &request,
             .reply = nullptr,
             .odd = oddities(request) | oddities_towards(request, target_),
             .known = memory_.known_earlier(request, before, later, nullptr)},
            request.command());
}

void ReplyJudge::runt_over(const SeenFrame* reply) {
    observe(
        {.situation = Situation::runt, .request = nullptr, .reply = reply, .odd = 0, .known = {}},
        0);
}

void ReplyJudge::announced(const SeenFrame& announcement) {
    observe({.situation = Situation::announcement,
             .request = nullptr,
             .reply = &announcement,
             .odd = 0,
             .known = memory_.known(announcement, nullptr)},
            announcement.command());
    memory_.announced(announcement);
}

}  // namespace aoe::conformance
