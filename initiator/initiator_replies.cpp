// SPDX-License-Identifier: MIT
// What becomes of the frames that arrive.
#include <algorithm>
#include <span>
#include <vector>

#include "initiator/error.h"
#include "initiator/initiator.h"
#include "wire/config.h"
#include "wire/reserve.h"

namespace aoe::initiator {
namespace {

bool holds_exactly(const ReserveView& reservation, std::span<const Mac> macs) {
    std::vector<Mac> held;
    for (std::size_t i = 0; i < reservation.fields().mac_count; ++i) {
        held.push_back(reserve_mac_at(*reservation.macs(), i));
    }
    return std::ranges::is_permutation(held, macs);
}

/// A config string may be set only once (AOE-CFG-10), and a device may be reserved for others alone
/// (AOE-RES-03), so a set whose first answer was lost is refused when it is sent again, though it
/// was carried out. The refusal has to say so.
bool is_done_already(const Request& request, unsigned tries, const Judgement& refusal) {
    if (tries < 2 || refusal.data.empty()) return false;
    if (request.kind == Kind::query_config && request.verb == config_command::set) {
        return std::ranges::equal(*ConfigView::parse(refusal.data)->string(), request.string);
    }
    return request.kind == Kind::reserve && request.verb == reserve_command::set &&
           holds_exactly(*ReserveView::parse(refusal.data), request.macs);
}

}  // namespace

void Initiator::receive(Bytes bytes, Time now) {
    const auto reply = FrameView::parse(bytes);
    const Header header = reply ? reply->header() : Header{};
    const auto match = tags_.find(header.tag);
    if (reply && header.tag == 0 && take_announcement(*reply, now)) return;
    if (!reply || !match || header.version != aoe_version ||
        (header.flags & header_flag::response) == 0 ||
        (header.destination != options_.mac && !is_group(header.destination))) {
        ++counters_.ignored;
        return;
    }
    const Operation& operation = *frames_[match->slot].part.operation;
    const Device& device = operation.channel->device;
    if (header.address != device.address || header.command != command_of(operation.request.kind) ||
        (device.mac && header.source != *device.mac)) {
        ++counters_.ignored;
        return;
    }
    take_reply(*match, *reply, now);
}

bool Initiator::take_announcement(const FrameView& frame, Time now) {
    const Header header = frame.header();
    // Vblade leaves the version of its announcements 0 (AOE-ANN-02).
    if (header.version > aoe_version || header.command != command::config ||
        (header.flags & header_flag::response) == 0 || (header.flags & header_flag::error) != 0) {
        return false;
    }
    Channel* channel = find(header.address);
    const auto config = ConfigView::parse(frame.argument());
    if (channel == nullptr || !config || config->fields().command != 0) return false;
    Notice notice{.device = header.address, .from = header.source};
    if (channel->device.mac && *channel->device.mac != header.source) {
        notice.what = Notice::What::other_machine;
    } else if (channel->device.mac) {
        channel->last_heard = now - away_;
        if (channel->store_config(frame.argument())) notice.what = Notice::What::config_changed;
        // It may have started again just now, so there is no need to wait any longer.
        for (const Slot slot : slots_) {
            if (frames_[slot].part.operation->channel == channel &&
                frames_[slot].state == detail::FrameState::overdue) {
                send_again(*channel, slot);
            }
        }
    } else {
        return false;
    }
    if (notices_.size() == most_notices) notices_.pop_front();
    notices_.push_back(notice);
    return true;
}

void Initiator::take_reply(const TagTable::Match& match, const FrameView& reply, Time now) {
    const Frame& frame = frames_[match.slot];
    Operation& operation = *frame.part.operation;
    Channel& channel = *operation.channel;
    const Judgement judgement = judge_reply(reply, operation.request, frame.part.span);
    channel.last_heard = now - away_;
    if (judgement.verdict == Verdict::unusable) {
        ++counters_.unusable;
        operation.unusable_reply = true;
        return;
    }
    ++counters_.answered;
    measure(match, now);
    if (judgement.verdict == Verdict::failure) {
        channel.store_refusal(operation.request.kind, judgement.data);
        const bool done = is_done_already(operation.request, frame.part.tries, judgement);
        finish(operation, done ? std::error_code{} : judgement.error);
        return;
    }
    channel.store(frame.part, judgement.data, reply.header().source);
    release(match.slot);
    if (operation.open_parts == 0 && operation.sectors_cut == operation.sectors) {
        finish(operation, {});
    }
}

void Initiator::measure(const TagTable::Match& match, Time now) {
    const Frame& frame = frames_[match.slot];
    Channel& channel = *frame.part.operation->channel;
    if (match.newer_tags < detail::remembered_tries &&
        frame.part.operation->request.kind != Kind::flush) {
        const unsigned attempt = frame.part.tries - 1 - match.newer_tags;
        channel.round_trip.sample(now - frame.sent[attempt % detail::remembered_tries]);
    }
    channel.window.on_reply();
    if (match.newer_tags > 0) {
        ++counters_.needless;
        channel.round_trip.on_needless_resend();
        channel.window.on_false_loss();
    } else if (frame.state == detail::FrameState::under_way &&
               frame.order > channel.newest_answered) {
        channel.newest_answered = frame.order;
        pass_over(channel, now);
    }
}

void Initiator::release(Slot slot) {
    Frame& frame = frames_[slot];
    Channel& channel = *frame.part.operation->channel;
    if (frame.part.probes) channel.probe_under_way = false;
    if (frame.state == detail::FrameState::under_way) leave_order(channel, slot);
    if (frame.state == detail::FrameState::lost) std::erase(channel.lost, slot);
    --channel.unanswered;
    --frame.part.operation->open_parts;
    tags_.free(slot);
    std::erase(slots_, slot);
    if (slots_.empty()) earliest_ = Time::max();
}

void Initiator::finish(Operation& operation, std::error_code error) {
    for (std::size_t index = slots_.size(); index-- > 0;) {
        const Slot slot = slots_[index];
        if (frames_[slot].part.operation == &operation) release(slot);
    }
    operation.channel->forget(operation);
    completions_.push_back({operation.request.id, error});
    operations_.erase(operation.self);
}

}  // namespace aoe::initiator
