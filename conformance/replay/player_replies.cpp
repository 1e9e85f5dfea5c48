// SPDX-License-Identifier: MIT
// What comes back while a recording is played.
#include "conformance/replay/player.h"

namespace aoe::conformance {

SeenFrame Player::look(const ByteVector& bytes, std::uint64_t number) const {
    return look_at({.number = number,
                    .link_type = link_type::ethernet,
                    .time = peer_.now(),
                    .length = static_cast<std::uint32_t>(bytes.size()),
                    .bytes = std::as_bytes(std::span(bytes)),
                    .comment = {}});
}

Place Player::place(const Sent& sent) const {
    return {.recorded = sent.recorded->number,
            .request_frame = sent.frame.number,
            .request = &sent.bytes};
}

// A request to everybody is answered by others too, who are not judged.
bool Player::answers_ours(const Sent& sent, const SeenFrame& seen) const {
    const GuardRules& rules = guard_.rules();
    const bool to_all = sent.frame.is_wildcard() || is_group(sent.frame.destination);
    if (!to_all) return true;
    const bool here = seen.shelf() == rules.shelf && seen.slot() == rules.slot;
    return seen.source == rules.target && (here || seen.is_wildcard());
}

void Player::take(const Reply& reply) {
    SeenFrame seen = look(reply.bytes, reply.frame);
    if (reply.vlan_tag) seen.vlan = *reply.vlan_tag & 0xfffU;
    if (seen.kind != FrameKind::aoe) return;
    const auto found = by_tag_.find(seen.tag());
    if (found == by_tag_.end() || found->second->frame.kind == FrameKind::runt) {
        const bool announces = seen.is_response() && seen.command() == 1 &&
                               (seen.destination == broadcast_mac || seen.tag() == 0);
        if (!announces) return take_stray(seen, reply.bytes);
        judged_ = {.reply_frame = seen.number, .reply = &reply.bytes};
        return judge_.announced(seen);
    }
    Sent& sent = *found->second;
    if (unserved_ == sent.frame.source) unserved_.reset();
    if (!answers_ours(sent, seen)) return;
    // Leftovers of the request before look like another reply to it.
    const bool after_runt = sent.replies >= sent.times && !recent_.back()->settled &&
                            recent_.back()->frame.kind == FrameKind::runt;
    if (after_runt) return take_stray(seen, reply.bytes);
    judged_ = place(sent);
    judged_.reply = &reply.bytes;
    judged_.reply_frame = seen.number;
    if (sent.replies++ == 0) return take_answer(sent, seen, reply.bytes);
    if (sent.replies > sent.times && sent.frame.kind == FrameKind::aoe) {
        judge_.replied_again(sent.frame, seen);
    }
}

void Player::take_answer(Sent& sent, const SeenFrame& seen, const ByteVector& bytes) {
    // One that was called unanswered by then is judged all the same, in the exchange that goes on.
    if (sent.settled) {
        ++counts_.late;
    } else {
        peer_.patience().measured(peer_.now() - sent.time);
    }
    ++counts_.answered;
    if (sent.frame.kind == FrameKind::aoe) {
        judge_.replied(sent.frame, sent.before.get(), seen);
        remember_written(sent.frame, seen);
    }
    compare(sent, bytes, seen.number);
}

void Player::compare(Sent& sent, const ByteVector& reply, std::uint64_t number) {
    if (!recording_.answered) return;
    Place where = place(sent);
    where.reply = &reply;
    where.reply_frame = number;
    if (sent.recorded->reply.empty()) {
        ++counts_.differing;
        return verdict_.differs("answered, recorded no reply", {}, where);
    }
    std::vector<FieldRow> rows = difference(sent.frame, rewriter_.reply(*sent.recorded, sent.tag),
                                            reply, rewriter_.moves(*sent.recorded), written_);
    if (rows.empty()) return;
    ++counts_.differing;
    const std::string text = difference_text(rows);
    verdict_.differs(text, std::move(rows), where);
}

void Player::take_stray(const SeenFrame& seen, const ByteVector& bytes) {
    const bool to_us = seen.source == guard_.rules().target && !recent_.empty();
    if (!to_us || recent_.back()->settled) return;
    recent_.back()->stray = bytes;
    recent_.back()->stray_number = seen.number;
}

void Player::remember_written(const SeenFrame& request, const SeenFrame& reply) {
    const bool wrote = request.command() == 0 && request.has(36) &&
                       is_ata_write(request.status()) && reply.has(36) && !reply.has_error() &&
                       (reply.status() & 1) == 0;
    if (!wrote) return;
    for (std::uint64_t i = 0; i < request.count(); ++i) written_.insert(request.address() + i);
}

}  // namespace aoe::conformance
