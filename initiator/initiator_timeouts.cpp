// SPDX-License-Identifier: MIT
// When frames count as lost, when they are sent again, and when a request is given up.
#include <algorithm>
#include <cassert>

#include "initiator/error.h"
#include "initiator/initiator.h"

namespace aoe::initiator {
namespace {

// So many transmissions of a frame may be found lost by the replies to later ones.
constexpr unsigned early_tries = 3;
// Later than this, a call is not the delay of a timer but a caller who was busy with other things.
constexpr Time timely = std::chrono::milliseconds(100);

}  // namespace

Time Initiator::limit_of(const Request& request) const noexcept {
    return request.give_up_after > Time{} ? request.give_up_after : options_.timing.give_up_after;
}

Time Initiator::give_up_at(const detail::Part& part) const noexcept {
    assert(part.first_sent);
    return *part.first_sent + limit_of(part.operation->request) + away_;
}

Time Initiator::timeout_of(const Channel& channel, const detail::Part& part,
                           unsigned tries) const noexcept {
    // A flush takes as long as the disk needs: the round trips of reads say nothing about it.
    if (part.operation->request.kind == Kind::flush) return options_.timing.most_timeout;
    return channel.round_trip.timeout(tries);
}

void Initiator::set_deadline(Frame& frame, Time deadline) noexcept {
    frame.deadline = deadline;
    earliest_ = std::min(earliest_, deadline);
}

std::optional<Time> Initiator::next_deadline() const noexcept {
    if (slots_.empty()) return std::nullopt;
    return earliest_;
}

// --- The order of transmissions ---

void Initiator::enter_order(Channel& channel, Slot slot) noexcept {
    Frame& frame = frames_[slot];
    frame.order = ++channel.transmissions;
    frame.earlier = channel.last_under_way;
    frame.later = detail::no_slot;
    (frame.earlier == detail::no_slot ? channel.first_under_way : frames_[frame.earlier].later) =
        slot;
    channel.last_under_way = slot;
    ++channel.under_way;
    ++under_way_;
}

void Initiator::leave_order(Channel& channel, Slot slot) noexcept {
    const Frame& frame = frames_[slot];
    (frame.earlier == detail::no_slot ? channel.first_under_way : frames_[frame.earlier].later) =
        frame.later;
    (frame.later == detail::no_slot ? channel.last_under_way : frames_[frame.later].earlier) =
        frame.earlier;
    --channel.under_way;
    --under_way_;
}

/// Replies to later frames prove a loss, unless the target or the network changes the order: so
/// frames that were passed over get a little time still. Only reads and writes, which take alike
/// long, and not for ever: a sector that the disk cannot read would be asked for again and again.
void Initiator::pass_over(Channel& channel, Time now) noexcept {
    for (Slot slot = channel.first_under_way;
         slot != detail::no_slot && frames_[slot].order < channel.newest_answered;
         slot = frames_[slot].later) {
        Frame& frame = frames_[slot];
        if (frame.passed_over) continue;
        frame.passed_over = true;
        if (!frame.part.operation->request.moves_sectors() || frame.part.tries > early_tries) {
            continue;
        }
        const Time early = std::max(frame.last_sent() + channel.round_trip.early_timeout(), now);
        if (early < frame.deadline) set_deadline(frame, early);
    }
}

// --- Time passes ---

bool Initiator::advance(Time now) {
    if (now < earliest_) return false;
    if (now - earliest_ > timely) away_ += now - earliest_;
    overdue_.clear();
    earliest_ = Time::max();
    for (const Slot slot : slots_) {
        const Time deadline = frames_[slot].deadline;
        if (deadline <= now) {
            overdue_.push_back(slot);
        } else {
            earliest_ = std::min(earliest_, deadline);
        }
    }
    for (const Slot slot : overdue_) {
        // Giving up on one part takes the others of its operation with it.
        if (std::find(slots_.begin(), slots_.end(), slot) == slots_.end()) continue;
        if (give_up_at(frames_[slot].part) <= now) {
            give_up(slot);
        } else {
            lose(slot, now);
        }
    }
    return !overdue_.empty();
}

void Initiator::lose(Slot slot, Time now) {
    Frame& frame = frames_[slot];
    detail::Part& part = frame.part;
    Channel& channel = *part.operation->channel;
    if (frame.state == detail::FrameState::lost) {
        // It waits to be sent as before, with the time that the caller was away to spare.
        set_deadline(frame, give_up_at(part));
        return;
    }
    if (frame.state == detail::FrameState::under_way) {
        const Time sent = frame.last_sent();
        const bool early = now < sent + timeout_of(channel, part, 1);
        leave_order(channel, slot);
        channel.suspect_large_frames(part, now);
        if (early) {
            channel.window.on_proven_loss(sent, now);
            ++counters_.resent_early;
            ++part.lost_early;
            send_again(channel, slot);
            return;
        }
        channel.window.on_loss(sent, now);
        frame.state = detail::FrameState::overdue;
        set_deadline(frame, std::min(sent + timeout_of(channel, part, part.tries - part.lost_early),
                                     give_up_at(part)));
    }
    if (frame.deadline <= now) send_again(channel, slot);
}

void Initiator::send_again(Channel& channel, Slot slot) {
    Frame& frame = frames_[slot];
    frame.state = detail::FrameState::lost;
    set_deadline(frame, give_up_at(frame.part));
    channel.lost.push_back(slot);
}

void Initiator::give_up(Slot slot) {
    const detail::Part& part = frames_[slot].part;
    Operation& hopeless = *part.operation;
    Channel& channel = *hopeless.channel;
    const Time limit = limit_of(hopeless.request);
    const bool silent = channel.last_heard <= *part.first_sent;
    finish(hopeless, hopeless.unusable_reply ? Failure::unusable_replies : Failure::timed_out);
    if (!silent) return;
    // Nothing at all was heard for that long: the others would only wait as long again.
    for (auto next = operations_.begin(); next != operations_.end();) {
        Operation& other = *next++;
        if (other.channel == &channel && limit_of(other.request) <= limit) {
            finish(other, Failure::timed_out);
        }
    }
}

}  // namespace aoe::initiator
