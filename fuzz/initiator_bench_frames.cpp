// SPDX-License-Identifier: MIT
// What an initiator may send, and what a frame that it receives may change. Both are told by the
// places of the fields alone.
#include <algorithm>

#include "fuzz/initiator_bench.h"
#include "fuzz/raw_bytes.h"
#include "fuzz/require.h"
#include "initiator/error.h"
#include "wire/sizes.h"

namespace aoe::fuzz {
namespace {

using initiator::Kind;
constexpr std::size_t data_offset = 36, config_end = 32;
constexpr std::size_t small_sectors = 2;  // Lost larger frames come again in pieces of these.

std::uint64_t field(Bytes frame, FieldKind kind) {
    return get(frame, field_of(kind));
}

bool zero_from(Bytes frame, std::size_t offset) {
    return std::ranges::all_of(frame.subspan(offset),
                               [](std::byte byte) { return byte == std::byte{}; });
}

std::uint8_t command_of_kind(Kind kind) {
    return kind == Kind::query_config ? 1 : 0;
}

}  // namespace

// What is sent ------------------------------------------------------------------------------------

void InitiatorBench::check_sent(Bytes frame) {
    require(frame.size() >= 60 && frame.size() <= std::max<std::size_t>(60, options_.mtu + 14),
            "a frame has Ethernet's minimum and fits the MTU");
    const std::uint64_t to = field(frame, FieldKind::destination);
    require(to == value_of(target_.mac.value_or(broadcast_mac)), "a request goes to the target");
    require(field(frame, FieldKind::source) == value_of(initiator_world.ours), "it is from us");
    require(looks_like_aoe(frame) && field(frame, FieldKind::version_flags) == 0x10 &&
                field(frame, FieldKind::error) == 0,
            "a request is AoE of version 1, without flags and error");
    require(field(frame, FieldKind::shelf) == initiator_world.address.shelf &&
                field(frame, FieldKind::slot) == initiator_world.address.slot,
            "a request names the target");
    const auto tag = static_cast<std::uint32_t>(field(frame, FieldKind::tag));
    require((tag & 0x80000000U) != 0, "a tag has bit 31 set");

    const bool moves_sectors =
        field(frame, FieldKind::command) == 0 && field(frame, FieldKind::opcode) != 0xec &&
        field(frame, FieldKind::opcode) != 0xe7 && field(frame, FieldKind::opcode) != 0xea;
    const Asked asked = moves_sectors ? check_transfer(frame) : check_question(frame);
    require(!asked.job->end, "nothing is sent for what has its completion");
    require(tags_.emplace(tag, asked).second, "a tag comes once");
    check_new_part(asked);
}

InitiatorBench::Asked InitiatorBench::check_question(Bytes frame) {
    if (field(frame, FieldKind::command) == 1) {
        require(zero_from(frame, 24) && frame.size() == 60, "a config query has no argument");
        Job* job = pending_job(Kind::query_config);
        require(job != nullptr, "a config query was asked for");
        return {.job = job};
    }
    require(field(frame, FieldKind::command) == 0, "a request has command 0 or 1");
    require(zero_from(frame, 34) && frame.size() == 60, "nothing follows the registers");
    const bool identifies = field(frame, FieldKind::opcode) == 0xec;
    Job* job = pending_job(identifies ? Kind::identify : Kind::flush);
    require(job != nullptr, "an ATA command was asked for");
    require(field(frame, FieldKind::ata_flags) == 0, "nothing is written");
    const bool by_ext = field(frame, FieldKind::opcode) == 0xea;
    require(identifies || by_ext == target_.flushes_by_ext(), "it is flushed by what is offered");
    return {.job = job};
}

InitiatorBench::Asked InitiatorBench::check_transfer(Bytes frame) {
    const std::uint64_t opcode = field(frame, FieldKind::opcode);
    const bool writes = opcode == 0x30 || opcode == 0x34;
    const bool wide = opcode == 0x24 || opcode == 0x34;
    require(writes || wide || opcode == 0x20, "only READ and WRITE SECTORS move sectors");
    require(field(frame, FieldKind::ata_flags) == (wide ? 0x40U : 0U) + (writes ? 1U : 0U),
            "the flags are the command's");
    require(wide == target_.serves_48_bits(), "48-bit commands go where they are served");
    const std::uint64_t lba = field(frame, FieldKind::lba);
    require(wide || lba >> 28 == 0xe, "a 28-bit address has the device register beside it");
    const std::uint64_t sector = wide ? lba : lba & 0xfffffff;
    const std::size_t number = sector / 64;
    require(number < jobs_.size(), "sectors move that were asked for");
    Job& job = jobs_[number];
    const initiator::Request& request = job.request;
    require(request.kind == (writes ? Kind::write : Kind::read), "they move the right way");
    const Asked asked{.job = &job,
                      .offset = sector - request.first_sector,
                      .sectors = field(frame, FieldKind::ata_count)};
    require(asked.sectors > 0 && asked.offset + asked.sectors <= request.sectors(),
            "no other sectors move");
    // One larger frame is tried now and then where large ones vanished.
    const std::size_t most = std::min(target_.sectors_per_frame, max_sectors(options_.mtu));
    require(asked.sectors <= most || asked.sectors == 1,
            "a frame carries no more sectors than the target takes");
    const std::size_t data_bytes = writes ? asked.sectors * sector_size : 0;
    require(frame.size() == std::max<std::size_t>(60, data_offset + data_bytes),
            "a frame ends with its data");
    require(!writes || equal(frame.subspan(data_offset),
                             request.write_from.subspan(asked.offset * sector_size, data_bytes)),
            "what is written is what was given");
    require(writes || zero_from(frame, data_offset), "padding is zeros");
    return asked;
}

void InitiatorBench::check_new_part(const Asked& asked) {
    auto& part = asked.job->parts[asked.offset];
    require(!part.answered, "what was answered is not asked again");
    if (part.started) {
        // Earlier than by its time-out only where replies to later frames prove it lost.
        require(now_ - part.sent >= initiator::Timing{}.least_early_timeout,
                "nothing is repeated at once");
        require(asked.sectors <= part.sectors, "a repeated frame is no larger");
    } else {
        std::size_t unanswered = 0;
        for (const Job& job : jobs_) {
            unanswered += static_cast<std::size_t>(std::ranges::count_if(
                job.parts, [&](const auto& other) { return job.unanswered(other); }));
        }
        require(unanswered < target_.buffer_count,
                "no more is unanswered than Buffer Count allows");
    }
    part.started = true;
    part.sectors = asked.sectors;
    part.sent = now_;
}

// What is received --------------------------------------------------------------------------------

void InitiatorBench::receive(Bytes frame) {
    const Effect effect = effect_of(frame);
    const Asked* asked = effect == Effect::ignored ? nullptr : asked_by(frame);
    if (effect == Effect::announced && field(frame, FieldKind::source) == value_of(*target_.mac)) {
        note_config(frame);
    }
    const auto before = core_.counters();
    core_.receive(frame, now_);
    const auto& after = core_.counters();
    const bool ignored = after.ignored != before.ignored;
    const bool unusable = after.unusable != before.unusable;
    const bool answered = after.answered != before.answered;
    require(int{ignored} + int{unusable} + int{answered} == (effect == Effect::announced ? 0 : 1),
            "a frame is an announcement, or one of three things");
    require(ignored == (effect == Effect::ignored), "only replies to open requests are taken");
    require(!unusable || effect == Effect::unusable || effect == Effect::either,
            "a reply that says enough is taken");
    require(!answered || effect != Effect::unusable, "a reply that says too little is not taken");
    if (answered && effect != Effect::failure) take(frame, *asked);
    take_completions();
    if (asked != nullptr) {
        require((effect == Effect::failure) <= (asked->job->end && *asked->job->end),
                "what the target refuses fails");
        require(equal(asked->job->buffer, asked->job->should_be),
                "a reply changes its own sectors alone");
    }
    settle();
}

const InitiatorBench::Asked* InitiatorBench::asked_by(Bytes frame) const {
    const auto found = tags_.find(static_cast<std::uint32_t>(field(frame, FieldKind::tag)));
    return found == tags_.end() ? nullptr : &found->second;
}

InitiatorBench::Effect InitiatorBench::effect_of(Bytes frame) const {
    if (!looks_like_aoe(frame)) return Effect::ignored;
    if (is_announcement(frame)) return Effect::announced;
    const Asked* asked = asked_by(frame);
    if (asked == nullptr || asked->job->end || asked->job->parts[asked->offset].answered) {
        return Effect::ignored;
    }
    const std::uint64_t version_flags = field(frame, FieldKind::version_flags);
    const std::uint64_t to = field(frame, FieldKind::destination);
    const Kind kind = asked->job->request.kind;
    const bool for_us = to == value_of(initiator_world.ours) || (to >> 40 & 1) != 0;
    const bool from_it = !target_.mac || field(frame, FieldKind::source) == value_of(*target_.mac);
    if (version_flags >> 4 != 1 || (version_flags & 8) == 0 || !for_us || !from_it ||
        field(frame, FieldKind::shelf) != initiator_world.address.shelf ||
        field(frame, FieldKind::slot) != initiator_world.address.slot ||
        field(frame, FieldKind::command) != command_of_kind(kind)) {
        return Effect::ignored;
    }
    if ((version_flags & 4) != 0) return Effect::failure;
    if (kind == Kind::query_config) {
        return frame.size() < config_end ? Effect::unusable : Effect::success;
    }
    return effect_of_ata(frame, *asked);
}

/// Of our target, and nobody asked for it; version 0 is vblade's. Another machine's changes
/// nothing.
bool InitiatorBench::is_announcement(Bytes frame) const {
    const std::uint64_t version_flags = field(frame, FieldKind::version_flags);
    return target_.mac && frame.size() >= config_end && field(frame, FieldKind::tag) == 0 &&
           version_flags >> 4 <= 1 && (version_flags & 8) != 0 && (version_flags & 4) == 0 &&
           field(frame, FieldKind::command) == 1 &&
           (field(frame, FieldKind::version_ccmd) & 15) == 0 &&
           field(frame, FieldKind::shelf) == initiator_world.address.shelf &&
           field(frame, FieldKind::slot) == initiator_world.address.slot;
}

void InitiatorBench::note_config(Bytes frame) {
    const std::uint64_t count = field(frame, FieldKind::buffer_count);
    target_.buffer_count = std::clamp<std::size_t>(count, 1, initiator::most_frames_under_way);
    const std::uint64_t sectors = field(frame, FieldKind::config_sectors);
    target_.sectors_per_frame = sectors == 0 ? 2 : sectors;
}

void InitiatorBench::note_identity(Bytes frame) {
    constexpr std::size_t at = data_offset + 2 * std::size_t{83};
    target_.word_83 = std::to_integer<std::uint64_t>(frame[at]) |
                      std::to_integer<std::uint64_t>(frame[at + 1]) << 8;
}

InitiatorBench::Effect InitiatorBench::effect_of_ata(Bytes frame, const Asked& asked) const {
    if (frame.size() < data_offset) return Effect::unusable;
    const Kind kind = asked.job->request.kind;
    const std::uint64_t status = field(frame, FieldKind::opcode);
    const bool echoed = kind == Kind::flush && (status == 0xe7 || status == 0xea);
    if (echoed || (status & 0xa9) != 0) return Effect::failure;
    const std::size_t present = frame.size() - data_offset;
    if (kind == Kind::identify) return present < 512 ? Effect::unusable : Effect::success;
    if (kind != Kind::read) return Effect::success;
    const std::size_t latest = asked.job->parts[asked.offset].sectors;
    if (present >= latest * sector_size) return Effect::success;
    // It may have been cut into smaller pieces since.
    const bool enough = present >= std::min(latest, small_sectors) * sector_size;
    return enough || present >= sector_size ? Effect::either : Effect::unusable;
}

/// Notes what a good reply brought: its first sector surely, the others if they were stored.
void InitiatorBench::take(Bytes frame, const Asked& asked) {
    Job& job = *asked.job;
    auto& part = job.parts[asked.offset];
    part.answered = true;
    if (!target_.mac) target_.mac = mac_from(field(frame, FieldKind::source));
    if (job.request.kind == Kind::query_config) note_config(frame);
    if (job.request.kind == Kind::identify) note_identity(frame);
    if (!job.request.moves_sectors()) return;
    for (std::size_t i = 0; i < asked.sectors; ++i) {
        const std::size_t at = (asked.offset + i) * sector_size;
        if (job.request.kind == Kind::read) {
            if (frame.size() < data_offset + (i + 1) * sector_size) break;
            const Bytes given = frame.subspan(data_offset + i * sector_size, sector_size);
            const bool stored = equal(Bytes(job.buffer).subspan(at, sector_size), given);
            require(stored || i > 0, "a read brings the sectors of its reply");
            if (!stored) continue;
            copy(given, MutableBytes(job.should_be).subspan(at, sector_size));
        }
        job.done[asked.offset + i] = true;
    }
}

}  // namespace aoe::fuzz
