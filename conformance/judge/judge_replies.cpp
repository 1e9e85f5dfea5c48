// SPDX-License-Identifier: MIT
// Replies: whose they are, and what they show.
#include <algorithm>

#include "conformance/judge/judge.h"

namespace aoe::conformance {

namespace {

std::uint64_t data_moved(const SeenFrame& request, const SeenFrame& reply) {
    const bool ata = request.command() == 0 && request.has(36) && reply.has(36);
    if (!ata || reply.has_error() || (reply.status() & 1) != 0) return 0;
    const bool moves = is_ata_read(request.status()) || is_ata_write(request.status());
    return moves ? std::uint64_t{512} * request.count() : 0;
}

void learn_facts(TargetFacts& facts, const SeenFrame& request, const SeenFrame& reply) {
    if (reply.has_error()) return;
    if (reply.command() == 1 && reply.has(32)) {
        facts.config = {.buffer_count = reply.buffer_count(),
                        .firmware_version = reply.firmware(),
                        .sector_count = reply.sector_count(),
                        .version = reply.config_version(),
                        .command = reply.ccmd(),
                        .string_length = reply.string_length()};
        facts.config_string.assign(reply.string());
    }
    const bool identify = !facts.identified && request.command() == 0 && request.has(36) &&
                          request.status() == 0xec && reply.has(36 + 512);
    if (!identify) return;
    Reply data;
    for (const char byte : reply.text(36, 512))
        data.data.push_back(static_cast<std::uint8_t>(byte));
    read_identify(facts, data);
}

}  // namespace

void Judge::response(const SeenFrame& frame) {
    PendingRequest* request = asked_for(frame);
    if (request == nullptr) return unmatched(frame);
    reply_to(*request, frame);
}

PendingRequest* Judge::asked_for(const SeenFrame& reply) {
    const auto to_sender = [&](const PendingRequest& pending) {
        return !reply.destination_known || pending.frame.source == reply.destination;
    };
    const auto of_target = [&](const PendingRequest& pending) {
        const SeenFrame& asked = pending.frame;
        return (asked.shelf() == reply.shelf() || asked.shelf() == 0xffff) &&
               (asked.slot() == reply.slot() || asked.slot() == 0xff);
    };
    const auto of_station = [&](const PendingRequest& pending) {
        const SeenFrame& asked = pending.frame;
        return !asked.destination_known || is_group(asked.destination) ||
               asked.destination == reply.source;
    };
    PendingRequest* found = pending_.find(reply.tag(), [&](const PendingRequest& pending) {
        return to_sender(pending) && of_target(pending);
    });
    if (found == nullptr) {
        found = pending_.find(reply.tag(), [&](const PendingRequest& pending) {
            return to_sender(pending) && of_station(pending);
        });
    }
    // To the wrong one: nothing else about it may be doubtful.
    if (found == nullptr && reply.tag() != 0) {
        found = pending_.find(reply.tag(), [&](const PendingRequest& pending) {
            return pending.replies == 0 && of_target(pending) && of_station(pending) &&
                   pending.frame.command() == reply.command();
        });
    }
    return found;
}

// A frame back to one who asked, with the tag and address of the request: a reply that says it is a
// request.
bool Judge::is_reply_without_flag(const SeenFrame& frame, PendingRequest*& request) {
    if (!frame.destination_known || is_group(frame.destination)) return false;
    if (frame.source == frame.destination) return false;
    request = pending_.find(frame.tag(), [&](const PendingRequest& pending) {
        const SeenFrame& asked = pending.frame;
        return pending.replies == 0 && asked.source == frame.destination &&
               asked.destination == frame.source && asked.command() == frame.command() &&
               asked.shelf() == frame.shelf() && asked.slot() == frame.slot();
    });
    return request != nullptr;
}

void Judge::reply_to(PendingRequest& request, const SeenFrame& reply) {
    SeenTarget* target = nullptr;
    if (reply.is_wildcard() || is_group(reply.source)) {
        if (request.subject != no_target) target = &traffic_.at(request.subject);
    } else {
        target = traffic_.target({reply.shelf(), reply.slot(), reply.source});
    }
    if (target == nullptr) return;
    const std::uint16_t index = target->index;
    Conversation* conversation = traffic_.conversation(request.initiator, index);
    if (conversation == nullptr) return;
    judged_marker_ = request.marker;
    const bool again =
        request.answered_by.test(index) &&
        (request.frame.is_wildcard() ? request.sent == 1 : request.replies >= request.sent);
    conversation->last = reply.time;
    if (again) return reply_again(request, *target, reply, *conversation);
    first_reply(request, *target, reply, *conversation);
    request.answered_by.set(index);
    ++request.replies;
}

void Judge::reply_again(PendingRequest& request, SeenTarget& target, const SeenFrame& reply,
                        Conversation& conversation) {
    // Stale bytes of a runt look like the request before it.
    if (target.runt && target.runt->frame.number > request.frame.number) {
        return runt_over(target, &reply);
    }
    ++conversation.again;
    const Oddities odd = request.odd | oddities_towards(request.frame, target.address);
    observe(target.counts,
            {.situation = Situation::again,
             .request = &request.frame,
             .reply = &reply,
             .odd = odd,
             .known = {}},
            request.frame.command());
}

void Judge::first_reply(PendingRequest& request, SeenTarget& target, const SeenFrame& reply,
                        Conversation& conversation) {
    const SeenFrame& asked = request.frame;
    const std::uint16_t index = target.index;
    if (!request.counted || request.subject != index) {
        if (conversation.requests++ == 0) conversation.first = asked.time;
        request.counted = request.counted || request.subject == no_target;
    }
    ++conversation.replies;
    if (request.superseded) ++conversation.late;
    if (request.sent == 1) conversation.round_trips.add(reply.time - asked.time);
    conversation.data_bytes += data_moved(asked, reply);
    if (request.replies == 0) runt_over(target, nullptr);

    const Before* before = request.subject == index ? request.before.get() : nullptr;
    const Observation seen{.situation = Situation::reply,
                           .request = &asked,
                           .reply = &reply,
                           .odd = request.odd | oddities_towards(asked, target.address) |
                                  (reply.vlan != asked.vlan ? odd::vlan : 0),
                           .known = target.memory.known(asked, before)};
    observe(target.counts, seen, asked.command());
    // What made the target known is what it answered before the next request.
    if (request.subject == no_target && target.last_request == 0 && !asked.is_wildcard()) {
        target.last_request = request.sequence;
    }
    if (request.subject == index) {
        judge_silences(request, target);
        target.latest_answered = std::max(target.latest_answered, asked.number);
    }
    target.memory.answered(asked, reply, before);
    learn_facts(target.facts, asked, reply);
}

}  // namespace aoe::conformance
