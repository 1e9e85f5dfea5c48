// SPDX-License-Identifier: MIT
// Which frame a reply's tag belongs to, without searching and without allocation.
//
// A tag is bit 31 (set: those of the Linux driver on the same machine have it clear), 21 bits of
// generation and 10 bits of slot. Each transmission of a frame takes its slot's next generation, so
// a tag comes back only after 2^31 frames; replies to older transmissions of the same frame are
// still recognised. Slots are taken in turn, so that the generations grow evenly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace aoe::initiator {

inline constexpr std::size_t most_frames_under_way = 1024;

class TagTable {
public:
    using Slot = std::uint16_t;

    /// Tags start at a place that the seed decides: a program that starts again must not repeat the
    /// tags of its predecessor, whose replies may still be under way.
    explicit TagTable(std::uint64_t seed);

    /// A free slot, or none while all are taken.
    std::optional<Slot> take() noexcept;
    void free(Slot slot) noexcept;
    /// A new tag for the frame in `slot`; earlier ones stay valid until free().
    std::uint32_t next_tag(Slot slot) noexcept;

    struct Match {
        Slot slot = 0;
        unsigned newer_tags = 0;  // How many tags the frame was given after this one.
    };
    std::optional<Match> find(std::uint32_t tag) const noexcept;

private:
    struct Entry {
        std::uint32_t generation = 0;  // Of the latest tag.
        std::uint32_t tags = 0;        // Given since the slot was taken.
        bool taken = false;
    };
    std::vector<Entry> entries_;
    std::size_t last_taken_ = 0;
};

}  // namespace aoe::initiator
