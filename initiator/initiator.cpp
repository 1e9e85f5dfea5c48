// SPDX-License-Identifier: MIT
#include "initiator/initiator.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "initiator/error.h"
#include "wire/ata.h"
#include "wire/sizes.h"

namespace aoe::initiator {
Initiator::Initiator(const Options& options)
    : options_(options), tags_(options.tag_seed), frames_(most_frames_under_way) {}

void Initiator::add_device(const Address& address, const std::optional<Mac>& mac) {
    if (find(address) != nullptr) return;
    Channel& channel = *channels_.emplace_back(std::make_unique<Channel>(options_.timing));
    channel.device.address = address;
    channel.device.mac = mac;
}

detail::Channel* Initiator::find(const Address& address) const noexcept {
    for (const auto& channel : channels_) {
        if (channel->device.address == address) return channel.get();
    }
    return nullptr;
}

const Device* Initiator::device(const Address& address) const noexcept {
    const Channel* channel = find(address);
    return channel == nullptr ? nullptr : &channel->device;
}

std::size_t Initiator::window(const Address& address) const noexcept {
    const Channel* channel = find(address);
    return channel == nullptr ? 0 : channel->window.size();
}

std::size_t Initiator::sectors_per_frame(const Address& address) const noexcept {
    const Channel* channel = find(address);
    return channel == nullptr ? 0 : channel->sectors_per_frame(options_.mtu);
}

void Initiator::set_mtu(std::size_t mtu) {
    options_.mtu = mtu;
    if (max_sectors(mtu) > 0) return;
    for (auto next = operations_.begin(); next != operations_.end();) {
        Operation& operation = *next++;
        if (operation.request.moves_sectors()) finish(operation, Failure::mtu_too_small);
    }
}

std::error_code Initiator::refusal(const Channel* channel, const Request& request) const noexcept {
    if (channel == nullptr) return Failure::unknown_device;
    if (request.kind == Kind::query_config || request.kind == Kind::identify) return {};
    const Device& device = channel->device;
    if (!device.ready()) return Failure::not_identified;
    if (request.kind == Kind::flush) {
        return device.flush_command() ? std::error_code{} : Failure::flush_not_offered;
    }
    if (max_sectors(options_.mtu) == 0) return Failure::mtu_too_small;
    const std::uint64_t reach = device.supports_lba48() ? lba48_limit : lba28_limit;
    const std::uint64_t count = request.sectors();
    if (count > reach || request.first_sector > reach - count) return Failure::sector_out_of_reach;
    return {};
}

void Initiator::submit(const Request& request) {
    assert(request.read_into.size() % sector_size == 0);
    assert(request.write_from.size() % sector_size == 0);
    Channel* channel = find(request.device);
    const std::error_code refused = refusal(channel, request);
    const std::uint64_t sectors = request.sectors();
    if (refused || (request.moves_sectors() && sectors == 0)) {
        completions_.push_back({request.id, refused});
        return;
    }
    Operation& operation = operations_.emplace_back();
    operation.request = request;
    operation.channel = channel;
    operation.sectors = sectors;
    operation.self = std::prev(operations_.end());
    channel->waiting.push_back(&operation);
}

std::optional<Completion> Initiator::next_completion() {
    if (completions_.empty()) return std::nullopt;
    const Completion completion = completions_.front();
    completions_.pop_front();
    return completion;
}

void Initiator::fail_all(std::error_code why) {
    while (!operations_.empty()) finish(operations_.front(), why);
}

// --- Sending ---

std::size_t Initiator::next_frame(MutableBytes buffer, Time now) {
    for (std::size_t step = 0; step < channels_.size(); ++step) {
        Channel& channel = *channels_[(turn_ + step) % channels_.size()];
        const auto slot = next_slot(channel);
        if (!slot) continue;
        turn_ = (turn_ + step + 1) % channels_.size();
        return transmit(channel, *slot, buffer, now);
    }
    return 0;
}

std::optional<TagTable::Slot> Initiator::next_slot(Channel& channel) {
    if (channel.under_way >= channel.window.size()) return std::nullopt;
    if (!channel.lost.empty()) {
        const Slot slot = channel.lost.front();
        channel.lost.pop_front();
        return slot;
    }
    // Overdue frames have left the window, but the target may still hold them.
    if (channel.unanswered >= channel.window.limit()) return std::nullopt;
    if (slots_.size() == most_frames_under_way) return std::nullopt;
    const auto part = channel.cut_part(options_.mtu);
    if (!part) return std::nullopt;
    const Slot slot = *tags_.take();
    frames_[slot] = Frame{.part = *part};
    slots_.push_back(slot);
    ++channel.unanswered;
    return slot;
}

std::size_t Initiator::transmit(Channel& channel, Slot slot, MutableBytes buffer, Time now) {
    Frame& frame = frames_[slot];
    detail::Part& part = frame.part;
    channel.split(part, channel.sectors_per_frame(options_.mtu));
    if (!part.first_sent) part.first_sent = now;
    frame.sent[part.tries % detail::remembered_tries] = now;
    if (++part.tries > 1) ++counters_.resent;
    ++counters_.sent;
    frame.state = detail::FrameState::under_way;
    frame.deadline = std::min(now + timeout_of(channel, part, 1), give_up_at(part));
    ++channel.under_way;
    return write_request(buffer, options_.mac, tags_.next_tag(slot), channel.device,
                         part.operation->request, part.span);
}

// --- Timeouts ---

Time Initiator::limit_of(const Request& request) const noexcept {
    return request.give_up_after > Time{} ? request.give_up_after : options_.timing.give_up_after;
}

Time Initiator::give_up_at(const detail::Part& part) const noexcept {
    assert(part.first_sent);
    return *part.first_sent + limit_of(part.operation->request);
}

Time Initiator::timeout_of(const Channel& channel, const detail::Part& part,
                           unsigned tries) const noexcept {
    // A flush takes as long as the disk needs: the round trips of reads say nothing about it.
    if (part.operation->request.kind == Kind::flush) return options_.timing.most_timeout;
    return channel.round_trip.timeout(tries);
}

std::optional<Time> Initiator::next_deadline() const noexcept {
    std::optional<Time> earliest;
    for (const Slot slot : slots_) {
        const Time deadline = frames_[slot].deadline;
        if (!earliest || deadline < *earliest) earliest = deadline;
    }
    return earliest;
}

void Initiator::advance(Time now) {
    overdue_.clear();
    for (const Slot slot : slots_) {
        if (frames_[slot].deadline <= now) overdue_.push_back(slot);
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
}

void Initiator::lose(Slot slot, Time now) {
    Frame& frame = frames_[slot];
    detail::Part& part = frame.part;
    Channel& channel = *part.operation->channel;
    if (frame.state == detail::FrameState::under_way) {
        const Time sent = frame.sent[(part.tries - 1) % detail::remembered_tries];
        channel.window.on_loss(sent, now);
        channel.suspect_large_frames(part);
        --channel.under_way;
        frame.state = detail::FrameState::overdue;
        frame.deadline = std::min(sent + timeout_of(channel, part, part.tries), give_up_at(part));
    }
    if (frame.deadline <= now) {
        frame.state = detail::FrameState::lost;
        frame.deadline = give_up_at(part);
        channel.lost.push_back(slot);
    }
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

// --- Receiving ---

void Initiator::receive(Bytes bytes, Time now) {
    const auto reply = FrameView::parse(bytes);
    const Header header = reply ? reply->header() : Header{};
    const auto match = tags_.find(header.tag);
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

void Initiator::take_reply(const TagTable::Match& match, const FrameView& reply, Time now) {
    const Frame& frame = frames_[match.slot];
    Operation& operation = *frame.part.operation;
    Channel& channel = *operation.channel;
    const Judgement judgement = judge_reply(reply, operation.request, frame.part.span);
    channel.last_heard = now;
    if (judgement.verdict == Verdict::unusable) {
        ++counters_.unusable;
        operation.unusable_reply = true;
        return;
    }
    ++counters_.answered;
    if (match.newer_tags < detail::remembered_tries && operation.request.kind != Kind::flush) {
        const unsigned attempt = frame.part.tries - 1 - match.newer_tags;
        channel.round_trip.sample(now - frame.sent[attempt % detail::remembered_tries]);
    }
    channel.window.on_reply();
    if (judgement.verdict == Verdict::failure) {
        finish(operation, judgement.error);
        return;
    }
    channel.store(frame.part, judgement.data, reply.header().source);
    release(match.slot);
    if (operation.open_parts == 0 && operation.sectors_cut == operation.sectors) {
        finish(operation, {});
    }
}

void Initiator::release(Slot slot) {
    Frame& frame = frames_[slot];
    Channel& channel = *frame.part.operation->channel;
    if (frame.state == detail::FrameState::under_way) --channel.under_way;
    if (frame.state == detail::FrameState::lost) std::erase(channel.lost, slot);
    --channel.unanswered;
    --frame.part.operation->open_parts;
    tags_.free(slot);
    std::erase(slots_, slot);
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
