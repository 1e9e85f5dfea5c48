// SPDX-License-Identifier: MIT
// Requests: what they change, and whether they were sent before. What comes back is in
// judge_replies.cpp and unmatched.cpp, what does not in judge_silences.cpp.
#include "conformance/judge/judge.h"

#include <algorithm>

namespace aoe::conformance {

namespace {

using namespace std::chrono_literals;

// Linux gives a request up after 180 s, but sends it again long before.
constexpr Time longest_wait = 60s;
// The same request under another tag within this time is another one, not a retransmission.
constexpr Time shortest_timeout = 5ms;

Bytes whole_body(const SeenFrame& frame) {
    return frame.body.first(std::min<std::size_t>(frame.body.size(), 60 - 14));
}

bool same_request(const PendingRequest& pending, const SeenFrame& frame) {
    const Bytes a = whole_body(pending.frame), b = whole_body(frame);
    return pending.replies == 0 && pending.frame.source == frame.source &&
           pending.frame.size == frame.size && std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

Judge::Judge(JudgeOptions options)
    : options_(std::move(options)), pending_(options_.most_pending) {}

void Judge::begin_file() {
    if (began_) ++file_;
    began_ = true;
    marker_.reset();
    traffic_.forget();
}

void Judge::end_file() {
    while (!pending_.is_empty()) {
        retire(pending_.oldest());
        pending_.remove_oldest();
    }
}

void Judge::see(const SeenFrame& frame) {
    ++frames_.frames;
    switch (frame.kind) {
        case FrameKind::aoe:
            break;
        case FrameKind::marker: {
            ++frames_.markers;
            std::string name(frame.text(14, 100));
            name.resize(std::min(name.size(), name.find('\0')));
            marker_ = std::make_shared<const std::string>(std::move(name));
            return;
        }
        case FrameKind::runt:
            ++frames_.runts;
            return runt(frame);
        case FrameKind::cut_short:
            ++frames_.cut_short;
            return;
        case FrameKind::unknown_link:
            ++frames_.unknown_link;
            return;
        case FrameKind::other:
            return;
    }
    ++frames_.aoe;
    retire_older_than(frame.time - longest_wait);
    PendingRequest* asked = nullptr;
    if (frame.is_response()) {
        response(frame);
    } else if (is_reply_without_flag(frame, asked)) {
        reply_to(*asked, frame);
    } else {
        request(frame);
    }
}

void Judge::request(const SeenFrame& frame) {
    SeenInitiator* initiator = traffic_.initiator(frame.source);
    if (initiator == nullptr) return;
    judged_marker_ = marker_;
    observe(initiator->counts,
            {.situation = Situation::request, .request = &frame, .odd = oddities(frame)},
            frame.command());
    if (retransmitted(frame)) return;
    const std::uint16_t subject = traffic_.subject_of(frame);
    add_pending(frame, initiator->index, subject);
}

// With the same tag: no new request. With another: a new one, and the old one is not unanswered.
bool Judge::retransmitted(const SeenFrame& frame) {
    const auto count = [&](const PendingRequest& old) {
        if (old.subject == no_target) return;
        Conversation* both = traffic_.conversation(old.initiator, old.subject);
        if (both != nullptr) ++both->retransmitted;
    };
    PendingRequest* same = pending_.find(
        frame.tag(), [&](const PendingRequest& pending) { return same_request(pending, frame); });
    if (same != nullptr) {
        ++same->sent;
        count(*same);
        return true;
    }
    PendingRequest* old = pending_.find_same(frame);
    if (old != nullptr && frame.time - old->frame.time >= shortest_timeout) {
        old->superseded = true;
        count(*old);
    }
    return false;
}

void Judge::add_pending(const SeenFrame& frame, std::uint16_t initiator, std::uint16_t subject) {
    if (pending_.is_full()) {
        retire(pending_.oldest());
        pending_.remove_oldest();
    }
    PendingRequest& added = pending_.add(frame);
    added.odd = oddities(frame);
    added.initiator = initiator;
    added.subject = subject;
    added.marker = marker_;
    tell_memory(added);
    if (subject == no_target) return;
    SeenTarget& target = traffic_.at(subject);
    added.previous = target.last_request;
    const PendingRequest* previous = pending_.by_sequence(added.previous);
    added.previous_answered = previous != nullptr && previous->answered_by.test(subject);
    target.last_request = added.sequence;
    if (!frame.is_response() && (added.odd & odd::source) == 0) {
        if (Conversation* both = traffic_.conversation(initiator, subject)) {
            if (both->requests++ == 0) both->first = frame.time;
            both->last = frame.time;
            added.counted = true;
        }
    }
}

// What the request may change is unknown from now on, at each target that may have heard it.
void Judge::tell_memory(PendingRequest& request) {
    if (request.subject != no_target) {
        request.before = traffic_.at(request.subject).memory.asked(request.frame);
        return;
    }
    traffic_.for_each_addressee(request.frame, [&](std::uint16_t index) {
        traffic_.at(index).memory.asked(request.frame);
    });
}

}  // namespace aoe::conformance
