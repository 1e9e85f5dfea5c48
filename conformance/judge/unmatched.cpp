// SPDX-License-Identifier: MIT
// Frames with the response flag that nobody asked for: announcements, replies that are sent at a
// target, and replies without a request; and frames that end within the header.
#include "conformance/judge/judge.h"

namespace aoe::conformance {

void Judge::unmatched(const SeenFrame& frame) {
    judged_marker_ = marker_;
    const bool to_all = frame.destination_known && frame.destination == broadcast_mac;
    const std::uint16_t station = traffic_.at_station(frame.source);
    const bool from_target = station != no_target || !traffic_.is_initiator(frame.source);
    if (frame.command() == 1 && from_target && (to_all || frame.tag() == 0)) {
        return announced(frame);
    }
    if (!from_target && frame.destination_known) {
        // An initiator plays target: whom it sends that to must not answer.
        const std::uint16_t subject =
            to_all ? traffic_.subject_of(frame) : traffic_.at_station(frame.destination);
        SeenInitiator* initiator = traffic_.initiator(frame.source);
        if (subject != no_target && initiator != nullptr) {
            add_pending(frame, initiator->index, subject);
            return;
        }
    }
    ++frames_.unmatched;
    if (station == no_target) return;
    SeenTarget& target = traffic_.at(station);
    ++target.unmatched;
    if (target.runt && frame.destination_known && frame.destination == target.runt->frame.source) {
        return runt_over(target, &frame);
    }
    if (!target.stray) target.stray.emplace();
    target.stray->keep(frame);
}

void Judge::announced(const SeenFrame& frame) {
    if (frame.is_wildcard() || is_group(frame.source)) return;
    SeenTarget* target = traffic_.target({frame.shelf(), frame.slot(), frame.source});
    if (target == nullptr) return;
    ++target->announcements;
    const Observation seen{.situation = Situation::announcement,
                           .request = nullptr,
                           .reply = &frame,
                           .odd = 0,
                           .known = target->memory.known(frame, nullptr)};
    observe(target->counts, seen, frame.command());
    target->memory.announced(frame);
}

void Judge::runt(const SeenFrame& frame) {
    const bool to_station = frame.destination_known && !is_group(frame.destination);
    const std::uint16_t station = to_station ? traffic_.at_station(frame.destination) : no_target;
    if (station == no_target) return;
    SeenTarget& target = traffic_.at(station);
    target.runt.emplace();
    target.runt->keep(frame);
}

// Something came back for the runt, or the target answers the next request and nothing did.
void Judge::runt_over(SeenTarget& target, const SeenFrame* reply) {
    if (!target.runt) return;
    judged_marker_ = marker_;
    const Observation seen{
        .situation = Situation::runt, .request = nullptr, .reply = reply, .odd = 0, .known = {}};
    observe(target.counts, seen, 0);
    target.runt.reset();
}

}  // namespace aoe::conformance
