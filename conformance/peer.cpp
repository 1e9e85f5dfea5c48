// SPDX-License-Identifier: MIT
#include "conformance/peer.h"

#include <algorithm>
#include <cstring>
#include <system_error>

namespace aoe::conformance {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t transcript_limit = 4096;
constexpr std::size_t receive_batch = 32;

Time scaled(Time time, double factor) {
    return std::chrono::duration_cast<Time>(time * factor);
}

}  // namespace

void Patience::measured(Time round_trip) {
    // Slow replies are remembered, and forgotten slowly.
    slowest_ = std::max(round_trip, slowest_ - slowest_ / 64);
}

Time Patience::reply() const {
    return scaled(std::clamp<Time>(slowest_ * 20, 200ms, 2s), factor_);
}

Time Patience::grace() const {
    return scaled(std::clamp<Time>(slowest_ * 2, 100us, 1s), factor_);
}

Peer::Peer(Link& link, Clock& clock, const PeerSettings& settings)
    : link_(link),
      clock_(clock),
      settings_(settings),
      patience_(settings.timeout_factor),
      next_tag_(settings.first_tag) {}

std::uint32_t Peer::fresh_tag() {
    // Bit 31 keeps clear of the Linux driver's tags.
    do {
        next_tag_ = (next_tag_ + 1) | 0x80000000U;
    } while (outstanding_.contains(next_tag_) || owners_.contains(next_tag_));
    return next_tag_;
}

std::uint32_t Peer::send(Request request) {
    if (!request.destination) request.destination = settings_.target;
    if (!request.source) request.source = link_.mac();
    if (!request.shelf) request.shelf = settings_.shelf;
    if (!request.slot) request.slot = settings_.slot;
    if (!request.tag) request.tag = fresh_tag();

    outstanding_[*request.tag].sent = clock_.now();
    transmit(craft(request));
    return *request.tag;
}

void Peer::send_bytes(const ByteVector& bytes) {
    ++raw_;
    transmit(bytes);
}

void Peer::transmit(const ByteVector& bytes) {
    record(true, bytes);
    const std::error_code error = send_copy(link_, std::as_bytes(std::span(bytes)));
    if (error && on_unsent) on_unsent(error);
    // A queue that is full, or an end with a smaller MTU, loses a frame like any network does.
    if (error && error != std::errc::no_buffer_space) {
        throw std::system_error(error, "sending a frame");
    }
}

std::optional<Reply> Peer::ask(const Request& request) {
    constexpr unsigned most_tries = 10;
    Time patience = patience_.reply();
    const Time longest = patience * 8;
    std::vector<std::uint32_t> tags;
    ++asked_;
    while (tags.size() < (loses_many() ? most_tries : tries)) {
        tags.push_back(send(request));
        if (auto reply = await_any(tags, clock_.now() + patience)) {
            if (tags.size() > 1) ++losses_;
            return reply;
        }
        if (ended_()) break;
        patience = std::min(patience * 2, longest);
    }
    return std::nullopt;
}

unsigned Peer::probes() const {
    if (loses_many()) return 6;
    return losses_ > 0 ? 3 : 2;  // The first frame to be lost may be this one.
}

std::optional<Reply> Peer::await(std::uint32_t tag, Time deadline) {
    return await_any({tag}, deadline);
}

std::optional<Reply> Peer::await_any(const std::vector<std::uint32_t>& tags, Time deadline) {
    while (true) {
        for (const std::uint32_t tag : tags) {
            const std::vector<Reply>& came = outstanding_[tag].replies;
            if (!came.empty()) return came.front();
        }
        if (clock_.now() >= deadline || link_event_ == LinkEvent::gone) return std::nullopt;
        pump(deadline);
    }
}

const std::vector<Reply>& Peer::replies(std::uint32_t tag) const {
    static const std::vector<Reply> none;
    const auto found = outstanding_.find(tag);
    return found == outstanding_.end() ? none : found->second.replies;
}

void Peer::listen(Time duration) {
    const Time deadline = clock_.now() + duration;
    while (clock_.now() < deadline && link_event_ != LinkEvent::gone) pump(deadline);
}

void Peer::forget(std::size_t owner) {
    for (const auto& [tag, outstanding] : outstanding_) owners_[tag] = owner;
    outstanding_.clear();
    transcript_.clear();
}

void Peer::pump(Time deadline) {
    bool received = false;
    for (const ReceivedFrame& frame : link_.receive(receive_batch)) {
        take(frame);
        link_.release(frame);
        received = true;
    }
    while (const auto event = link_.next_event()) {
        link_event_ = event;
        if (on_link_event) on_link_event(*event);
    }
    if (!received) clock_.wait(link_, deadline);
}

void Peer::take(const ReceivedFrame& frame) {
    std::optional<Reply> reply = dissect(frame.bytes);
    if (!reply) return;
    const bool from_target =
        reply->source == settings_.target ||
        (reply->aoe.shelf == settings_.shelf && reply->aoe.slot == settings_.slot);
    if (reply->source == link_.mac()) return;
    const auto asked = outstanding_.find(reply->aoe.tag);
    const bool answers = asked != outstanding_.end();
    // Somebody else's request, unless it is the target's own.
    if (!answers && !reply->is_response() && reply->source != settings_.target) return;
    if (!answers && !from_target) return;  // Somebody else's target.

    record(false, reply->bytes, frame.vlan_tag);
    reply->frame = *frames_;
    reply->vlan_tag = frame.vlan_tag;
    if (answers) {
        reply->round_trip = clock_.now() - asked->second.sent;
        if (asked->second.replies.empty()) patience_.measured(reply->round_trip);
        asked->second.replies.push_back(std::move(*reply));
        return;
    }
    const auto owner = owners_.find(reply->aoe.tag);
    // What goes to everybody is no reply, whatever its tag.
    if (owner != owners_.end() && reply->aoe.tag != 0 && reply->destination != broadcast_mac) {
        if (on_late) on_late(owner->second, *reply);
        return;
    }
    ++unasked_;
    if (on_unsolicited) on_unsolicited(*reply);
}

void Peer::record(bool sent, const ByteVector& bytes, std::optional<std::uint16_t> vlan_tag) {
    ++*frames_;
    if (transcript_.size() == transcript_limit) {
        transcript_.erase(transcript_.begin(), transcript_.begin() + transcript_limit / 2);
    }
    transcript_.push_back({.number = *frames_,
                           .sent = sent,
                           .time = clock_.now(),
                           .bytes = bytes,
                           .vlan_tag = vlan_tag});
    if (on_frame) on_frame(transcript_.back());
}

}  // namespace aoe::conformance
