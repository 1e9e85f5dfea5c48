// SPDX-License-Identifier: MIT
// Waiting for replies, and what the lack of one means.
#include <algorithm>
#include <fmt/format.h>

#include "conformance/describe.h"
#include "conformance/replay/player.h"

namespace aoe::conformance {

namespace {

using namespace std::chrono_literals;

constexpr unsigned most_times = 3;  // That a request is sent before it is called unanswered.

}  // namespace

void Player::settle(Sent& sent) {
    const bool expected = !sent.recorded->reply.empty();
    const Time longest = std::max<Time>(peer_.patience().grace() * 2, 2ms);
    const Time quick = expected ? peer_.now() + longest : peer_.now();
    while (sent.replies == 0 && peer_.now() < quick) peer_.pump(quick);
    for (unsigned times = 1; sent.replies == 0; ++times) {
        const Fence proof = fence(sent.frame.source);
        if (proof == Fence::unanswered) return target_ended(sent);
        const Time grace = peer_.now() + peer_.patience().grace();
        while (sent.replies == 0 && peer_.now() < grace) peer_.pump(grace);
        if (sent.replies > 0) break;
        const bool lost = expected && proof == Fence::served_sender && times < most_times;
        if (!lost) {
            take_for_silent(sent, proof);
            break;
        }
        if (!transmit(*sent.recorded, sent.bytes)) break;
        sent.time = peer_.now();
        sent.frame.number = last_sent_.number;
        if (sent.frame.kind == FrameKind::aoe) sent.before = judge_.asked(sent.frame);
        ++sent.times;
    }
    if (!sent.settled) --unsettled_;
    sent.settled = true;
}

void Player::take_for_silent(Sent& sent, Fence proof) {
    ++counts_.silent;
    judged_ = place(sent);
    const SeenFrame stray = look(sent.stray, sent.stray_number);
    if (sent.frame.kind == FrameKind::runt) {
        judge_.runt_over(sent.stray.empty() ? nullptr : &stray);
    } else if (sent.frame.kind == FrameKind::aoe) {
        // An answer under another tag is no silence.
        const bool mistagged = stray.kind == FrameKind::aoe && oddities(sent.frame) == 0 &&
                               stray.command() == sent.frame.command() &&
                               stray.destination == sent.frame.source;
        if (mistagged) {
            judged_.reply = &sent.stray;
            judged_.reply_frame = sent.stray_number;
            judge_.replied(sent.frame, sent.before.get(), stray);
        } else {
            judge_.silent(sent.frame, sent.before.get(), last_fence_,
                          proof == Fence::served_sender);
        }
    }
    if (sent.recorded->reply.empty()) return;
    ++counts_.differing;
    const auto recorded = dissect(std::as_bytes(std::span(sent.recorded->reply)));
    verdict_.differs("no reply, recorded " + (recorded ? describe(*recorded) : "one"), {},
                     place(sent));
}

bool Player::serves(const Mac& mac) const {
    const auto& mask = judge_.memory().mask();
    if (mask.value) return mask.value->empty() || contains(*mask.value, mac);
    return unserved_ != mac;
}

// From the request's own address if that may be served, so that it is known whether it is.
Player::Fence Player::fence(const Mac& sender) {
    const GuardRules& rules = guard_.rules();
    const bool has_second = rules.open.contains(Door::hostile);
    std::vector<Mac> from{rules.ours};
    if (has_second) from.push_back(options_.second);
    if (sender == options_.second && has_second) std::swap(from.front(), from.back());
    if (has_second && !serves(from.front()) && serves(from.back())) {
        std::swap(from.front(), from.back());
    }
    Time patience = peer_.patience().reply();
    for (unsigned i = 0; i < Peer::tries * from.size(); ++i) {
        Request request = config_request();
        request.source = from[i % from.size()];
        const std::uint32_t tag = peer_.send(request);
        last_fence_bytes_ = last_sent_.bytes;
        last_fence_ = look(last_fence_bytes_, last_sent_.number);
        if (const auto reply = peer_.await(tag, peer_.now() + patience)) {
            judge_.learned(last_fence_, look(reply->bytes, reply->frame));
            const bool locked_out = i > 0 && from[0] != *request.source;
            if (locked_out) unserved_ = from[0];
            if (unserved_ == *request.source) unserved_.reset();
            return request.source == sender ? Fence::served_sender : Fence::served_other;
        }
        if (control_ != nullptr && control_->ended()) break;
        if ((i + 1) % from.size() == 0) patience *= 2;
    }
    return Fence::unanswered;
}

void Player::target_ended(const Sent& sent) {
    const Diagnosis diagnosis = diagnose(peer_, std::nullopt, control_);
    const std::uint64_t last = recent_.back()->recorded->number;
    const std::uint64_t first = sent.recorded->number;
    const std::string frames = first == last ? fmt::format("frame {}", first)
                                             : fmt::format("one of frames {} to {}", first, last);
    verdict_.ended(diagnosis.liveness == Liveness::alive ? "the target answered nothing for a while"
                                                         : diagnosis.text,
                   fmt::format("{} of {} ({})", frames, recording_.file,
                               describe_frame(std::as_bytes(std::span(sent.bytes)))));
    for (const auto& each : recent_) each->settled = true;
    unsettled_ = 0;
    judge_.forget();
    written_.clear();
    if (diagnosis.liveness == Liveness::alive) return;
    lost_ = control_ == nullptr || !control_->restart();
}

}  // namespace aoe::conformance
