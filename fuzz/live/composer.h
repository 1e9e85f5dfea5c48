// SPDX-License-Identifier: MIT
// What to send next: new frames of the generator, recipes, sequences that had answers of a new
// kind, earlier replies turned back into requests, and changes to all of these; each frame with a
// tag of its own, but for those that repeat another one of their sequence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fuzz/generator.h"
#include "fuzz/live/corpus.h"
#include "fuzz/live/gate.h"
#include "fuzz/live/recipes.h"
#include "fuzz/session.h"

namespace aoe::fuzz {

/// What goes out together. Every frame has passed the gate.
struct Composed {
    std::vector<FrameBytes> frames;
    std::vector<std::size_t> sequence_of;  // Of each frame, its place in the next list.
    std::vector<Session> sequences;
};

class Composer {
public:
    static constexpr std::size_t most_sequence_frames = 12;

    /// The gate must outlive the composer. The same seed, and the same calls, give the same frames.
    Composer(std::uint64_t seed, const World& world, const Gate& gate);

    /// Some `count` frames, fewer when the gate lets few through.
    Composed compose(Phase phase, std::size_t count);

    const Recipes& recipes() const { return recipes_; }
    /// A reply was of a class; when it is a new one, its sequence is worth more.
    void answered(std::uint64_t reply_class, const Session& sequence);
    /// What a reply said may be said back.
    void remember(const FrameBytes& reply);
    /// Chance that follows from the seed too.
    bool one_in(std::uint64_t times) { return generator_.random().below(times) == 0; }
    std::size_t classes() const { return corpus_.classes(); }

private:
    Session sequence(Phase phase);
    void paint(Composed& composed);
    Session recipe(Phase phase);
    Session fresh(Phase phase);
    FrameBytes from_reply();
    void stamp(std::vector<FrameBytes>& frames);

    World world_;
    const Gate& gate_;
    Generator generator_;
    Recipes recipes_;
    Corpus corpus_;
    std::vector<FrameBytes> replies_;
    std::uint32_t next_tag_ = 0;
};

}  // namespace aoe::fuzz
