// SPDX-License-Identifier: MIT
#include "initiator/initiator.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "initiator/error.h"
#include "wire/ata.h"
#include "wire/config.h"
#include "wire/sizes.h"

namespace aoe::initiator {
namespace {

/// Whether a frame holds what a request of a string or list says.
bool argument_fits(const Request& request, std::size_t mtu) noexcept {
    return request.string.size() <= config_string_limit &&
           request.directives.size() <= max_directives(mtu) &&
           request.macs.size() <= max_reserve_macs(mtu);
}

}  // namespace

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

const RoundTrip* Initiator::round_trip(const Address& address) const noexcept {
    const Channel* channel = find(address);
    return channel == nullptr ? nullptr : &channel->round_trip;
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
    if (operations_.size() >= most_pending) return Failure::too_many_requests;
    if (!argument_fits(request, options_.mtu)) return Failure::argument_too_long;
    if (request.only_asks()) return {};
    const Device& device = channel->device;
    // Nothing that changes a device is broadcast.
    if (request.is_list() && device.mac) return {};
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

std::optional<Notice> Initiator::next_notice() {
    if (notices_.empty()) return std::nullopt;
    const Notice notice = notices_.front();
    notices_.pop_front();
    return notice;
}

void Initiator::fail_all(std::error_code why) {
    while (!operations_.empty()) finish(operations_.front(), why);
}

// --- Sending ---

std::size_t Initiator::next_frame(MutableBytes buffer, Time now) {
    for (std::size_t step = 0; step < channels_.size(); ++step) {
        Channel& channel = *channels_[(turn_ + step) % channels_.size()];
        const auto slot = next_slot(channel, now);
        if (!slot) continue;
        turn_ = (turn_ + step + 1) % channels_.size();
        return transmit(channel, *slot, buffer, now);
    }
    return 0;
}

std::optional<TagTable::Slot> Initiator::next_slot(Channel& channel, Time now) {
    if (channel.under_way >= channel.window.size()) return std::nullopt;
    if (under_way_ >= options_.most_under_way) return std::nullopt;
    if (!channel.lost.empty()) {
        const Slot slot = channel.lost.front();
        channel.lost.pop_front();
        return slot;
    }
    // Overdue frames have left the window, but the target may still hold them.
    if (channel.unanswered >= channel.window.limit()) return std::nullopt;
    if (slots_.size() == most_frames_under_way) return std::nullopt;
    const auto part = channel.cut_part(options_.mtu, now);
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
    channel.split(part, part.probes ? channel.most_sectors(options_.mtu)
                                    : channel.sectors_per_frame(options_.mtu));
    if (!part.first_sent) part.first_sent = now - away_;
    frame.sent[part.tries % detail::remembered_tries] = now;
    if (++part.tries > 1) ++counters_.resent;
    ++counters_.sent;
    frame.state = detail::FrameState::under_way;
    frame.passed_over = false;
    set_deadline(frame, std::min(now + timeout_of(channel, part, 1), give_up_at(part)));
    enter_order(channel, slot);
    return write_request(buffer, options_.mac, tags_.next_tag(slot), channel.device,
                         part.operation->request, part.span);
}

}  // namespace aoe::initiator
