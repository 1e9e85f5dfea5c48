// SPDX-License-Identifier: MIT
// Sending. What comes in is in player_replies.cpp, what does not in player_silence.cpp.
#include "conformance/replay/player.h"

#include <algorithm>
#include <system_error>

#include "conformance/replay/kept_frame.h"

namespace aoe::conformance {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_recent = 512;
constexpr std::size_t vlan_bytes = 4;

std::optional<SectorMove> wanted_move(const Recording& recording, const PlayOptions& options) {
    return options.into ? move_of(recording, *options.into) : std::nullopt;
}

Players players(const GuardRules& rules, const Mac& second) {
    return {.target = {.shelf = rules.shelf, .slot = rules.slot, .mac = rules.target},
            .first = rules.ours,
            .second = second};
}

}  // namespace

Player::Player(Peer& peer, const GuardedLink& guard, const Recording& recording,
               const PlayOptions& options, TargetControl* control, Listener listener)
    : peer_(peer),
      guard_(guard),
      recording_(recording),
      options_(options),
      control_(control),
      listener_(std::move(listener)),
      outer_on_frame_(std::move(peer.on_frame)),
      rewriter_(recording, players(guard.rules(), options.second), wanted_move(recording, options)),
      judge_(players(guard.rules(), options.second).target,
             [this](std::uint16_t rule, Outcome outcome, const Words& words) {
                 verdict_.rule(rule, outcome, words, judged_);
             }),
      next_tag_(options.first_tag) {
    peer_.on_frame = [this](const TranscriptEntry& entry) {
        if (entry.sent) last_sent_ = entry;
        if (outer_on_frame_) outer_on_frame_(entry);
    };
    peer_.on_unsolicited = [this](const Reply& reply) { take(reply); };
}

Player::~Player() {
    peer_.on_frame = std::move(outer_on_frame_);
    peer_.on_unsolicited = nullptr;
}

unsigned Player::window() const {
    // More than the target queues would be lost; a fence needs room too.
    const bool bursts = guard_.rules().open.contains(Door::hostile);
    const unsigned room = std::max(2U, guard_.rules().buffer_count) - 1;
    return bursts ? options_.window : std::min(options_.window, room);
}

bool Player::play() {
    introduce();
    start_ = peer_.now();
    for (const RecordedRequest& recorded : recording_.requests) {
        if (exchange_ != recorded.exchange) {
            finish_exchange();
            if (lost_ || is_stopped()) return false;
            begin(recorded.exchange);
        }
        if (!wanted_) continue;
        settle_until(window() - 1);
        wait_for_turn(recorded);
        if (lost_ || is_stopped()) break;
        send(recorded);
    }
    finish_exchange();
    return !lost_ && !is_stopped();
}

// What the target is and holds before the first request, so that rules about it can be asked.
void Player::introduce() {
    for (const Request& request :
         {config_request(), identify_request(), mask_request(), reserve_request()}) {
        const auto reply =
            peer_.await(peer_.send(request), peer_.now() + peer_.patience().grace() + 20ms);
        if (!reply) continue;
        const ByteVector asked = last_sent_.bytes;
        judge_.learned(look(asked, last_sent_.number), look(reply->bytes, reply->frame));
    }
}

void Player::begin(std::size_t exchange) {
    exchange_ = exchange;
    verdict_ = {};
    wanted_ = listener_.begins(exchange);
}

void Player::finish_exchange() {
    if (!exchange_ || !wanted_) return;
    settle_until(0);
    listener_.ended(*exchange_, verdict_);
    exchange_.reset();
}

void Player::wait_for_turn(const RecordedRequest& recorded) {
    if (options_.speed <= 0) return;
    const Time since = recorded.time - recording_.requests.front().time;
    const Time due = start_ + std::chrono::duration_cast<Time>(since / options_.speed);
    while (peer_.now() < due && !is_stopped()) peer_.pump(due);
}

void Player::send(const RecordedRequest& recorded) {
    const auto leave_out = [&](const std::string& code, const std::string& why) {
        verdict_.not_sent(recorded.number, code, why);
        ++counts_.not_sent;
    };
    if (recorded.cut) return leave_out("cut", "the capture has only a part of it");
    if (recorded.elsewhere) return leave_out("other-target", "it is for another target");
    if (recorded.sender == Sender::further) {
        return leave_out("third-initiator",
                         "it is of a third initiator, and we have two addresses");
    }
    if (recorded.retransmits && send_again(recorded)) return;
    auto sent = std::make_unique<Sent>();
    sent->recorded = &recorded;
    next_tag_ = (next_tag_ + 1) | 0x80000000U;
    sent->tag = next_tag_;
    std::string refusal;
    sent->bytes = rewriter_.request(recorded, sent->tag, refusal);
    if (!refusal.empty()) return leave_out("scratch", refusal);
    sent->time = peer_.now();
    if (!transmit(recorded, sent->bytes)) return;
    sent->frame = look(sent->bytes, last_sent_.number);
    if (sent->frame.kind == FrameKind::aoe) sent->before = judge_.asked(sent->frame);
    ++unsettled_;
    by_tag_[sent->tag] = sent.get();
    recent_.push_back(std::move(sent));
    while (recent_.size() > most_recent && recent_.front()->settled) {
        by_tag_.erase(recent_.front()->tag);
        recent_.pop_front();
    }
}

// False, and said, when the frame may not leave.
bool Player::transmit(const RecordedRequest& recorded, const ByteVector& bytes) {
    const auto leave_out = [&](const std::string& code, const std::string& why) {
        verdict_.not_sent(recorded.number, code, why);
        ++counts_.not_sent;
        return false;
    };
    const GuardRules& rules = guard_.rules();
    const std::size_t most = rules.mtu + 14 + (type_offset(bytes) > 12 ? vlan_bytes : 0);
    if (bytes.size() > most) return leave_out("mtu", "it is larger than the interface's MTU");
    const Judgement judgement = judge_frame(std::as_bytes(std::span(bytes)), rules);
    if (!judgement.never.empty()) return leave_out("never", "it " + judgement.never);
    const Doors shut = judgement.needs - rules.open;
    if (!shut.empty()) return leave_out("door", "--allow=" + to_string(shut));
    try {
        peer_.send_bytes(bytes);
    } catch (const LockOutRefusal&) {
        return leave_out("lock-out", "it would leave a mask list without us");
    } catch (const GuardRefusal& refusal) {
        return leave_out("door", refusal.what());
    }
    verdict_.sent();
    ++counts_.sent;
    return true;
}

// Under the tag of the request that it repeats, as a retransmission is; false when that was not
// sent.
bool Player::send_again(const RecordedRequest& recorded) {
    const auto original = std::find_if(recent_.rbegin(), recent_.rend(), [&](const auto& sent) {
        return sent->recorded->number == *recorded.retransmits;
    });
    if (original == recent_.rend()) return false;
    if (transmit(recorded, (*original)->bytes)) ++(*original)->times;
    return true;
}

void Player::settle_until(std::size_t unsettled) {
    while (unsettled_ > unsettled && !lost_) {
        const auto oldest = std::find_if(recent_.begin(), recent_.end(),
                                         [](const auto& sent) { return !sent->settled; });
        settle(**oldest);
    }
}

}  // namespace aoe::conformance
