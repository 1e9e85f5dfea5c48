// SPDX-License-Identifier: MIT
#include "fuzz/live/composer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "fuzz/live/reply_check.h"
#include "wire/frame.h"

namespace aoe::fuzz {
namespace {

constexpr std::size_t most_replies = 64;
// Bit 31 keeps clear of the Linux driver's tags, the next two of our other questions.
constexpr std::uint32_t first_tag = 0x80000000U;
constexpr std::uint32_t tag_mask = 0x1fffffffU;

Sectors writable(const Gate& gate) {
    if (!gate.allows(conformance::Door::write)) return {};
    return {.first = gate.rules().scratch.first, .count = gate.rules().scratch.count};
}

}  // namespace

Composer::Composer(std::uint64_t seed, const World& world, const Gate& gate)
    : world_(world), gate_(gate), generator_(seed, world), recipes_(world, writable(gate)) {}

Composed Composer::compose(Phase phase, std::size_t count) {
    Composed composed;
    // With every door shut most frames are no good: a limit, so that this ends.
    for (std::size_t tries = 0; composed.frames.size() < count && tries < 8 * count; ++tries) {
        if (one_in(16)) paint(composed);
        Session made = sequence(phase);
        if (made.frames.size() > most_sequence_frames) made.frames.resize(most_sequence_frames);
        for (FrameBytes& frame : made.frames) gate_.tame(frame, generator_.random());
        std::vector<FrameBytes> frames = made.frames;
        stamp(frames);
        made.frames.clear();
        for (FrameBytes& frame : frames) {
            // Last of all, since behind a VLAN tag the place of our tag means something else.
            if (composed.frames.size() == count || !gate_.admits(frame, phase)) continue;
            made.frames.push_back(frame);
            composed.frames.push_back(std::move(frame));
            composed.sequence_of.push_back(composed.sequences.size());
        }
        if (made.frames.empty()) continue;
        composed.sequences.push_back(std::move(made));
    }
    return composed;
}

/// Apart from all sequences, so that no change to one ever makes a target store the canary.
void Composer::paint(Composed& composed) {
    std::vector<FrameBytes> painter{recipes_.painter()};
    stamp(painter);
    composed.frames.push_back(std::move(painter.front()));
    composed.sequence_of.push_back(composed.sequences.size());
    composed.sequences.emplace_back();
}

Session Composer::sequence(Phase phase) {
    Random& random = generator_.random();
    Session made;
    const std::uint64_t what = random.below(16);
    if (what < 6 && !corpus_.empty()) {
        made = corpus_.pick(random);
        if (what == 0) made = cross_sessions(made, corpus_.pick(random), random);
    } else if (what < 10) {
        made = recipe(phase);
    } else if (what == 10 && !replies_.empty()) {
        made.frames.push_back(from_reply());
    } else {
        return fresh(phase);
    }
    if (random.below(4) != 0) mutate_session(made, generator_);
    return made;
}

Session Composer::recipe(Phase phase) {
    Random& random = generator_.random();
    if (phase == Phase::mask && random.below(4) != 0) return recipes_.mask(random);
    if (phase == Phase::reserve && random.below(4) != 0) return recipes_.reserve(random);
    return random.below(2) == 0 ? recipes_.config(random) : recipes_.sectors(random);
}

Session Composer::fresh(Phase phase) {
    Random& random = generator_.random();
    Session made;
    for (std::uint64_t more = 1 + random.below(4); more > 0; --more) {
        const bool about = phase != Phase::general && random.below(4) != 0;
        const std::uint8_t command = phase == Phase::mask ? command::mac_mask : command::reserve;
        made.frames.push_back(about ? generator_.frame(command) : generator_.frame());
    }
    return made;
}

/// A reply with its addresses turned around, or a part of it behind somebody else's header.
FrameBytes Composer::from_reply() {
    Random& random = generator_.random();
    FrameBytes frame = replies_[random.below(replies_.size())];
    set_in(frame, FieldKind::destination, value_of(world_.target));
    set_in(frame, FieldKind::source, value_of(world_.ours));
    if (random.below(4) != 0) set_in(frame, FieldKind::version_flags, 0x10);
    if (random.below(2) == 0) frame = generator_.cross(generator_.frame(), frame);
    return frame;
}

/// What shared a tag, as a retransmission does, shares the new one. (The old tags are chance: none
/// is likely to occur twice in a sequence otherwise.)
void Composer::stamp(std::vector<FrameBytes>& frames) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> given;
    for (FrameBytes& frame : frames) {
        if (frame.size() < header_size) continue;
        const std::uint64_t old = value_in(frame, FieldKind::tag);
        auto found = std::ranges::find(given, old, &std::pair<std::uint64_t, std::uint32_t>::first);
        if (found == given.end()) {
            next_tag_ = (next_tag_ + 1) & tag_mask;
            given.emplace_back(old, first_tag | next_tag_);
            found = given.end() - 1;
        }
        set_in(frame, FieldKind::tag, found->second);
    }
}

void Composer::answered(std::uint64_t reply_class, const Session& sequence) {
    if (sequence.frames.empty()) return;
    if (corpus_.is_new(reply_class)) corpus_.add(sequence, generator_.random());
}

void Composer::remember(const FrameBytes& reply) {
    if (shows_canary(reply)) return;
    if (replies_.size() < most_replies) {
        replies_.push_back(reply);
    } else if (generator_.random().below(16) == 0) {
        replies_[generator_.random().below(most_replies)] = reply;
    }
}

}  // namespace aoe::fuzz
