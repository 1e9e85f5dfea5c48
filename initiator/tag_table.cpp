// SPDX-License-Identifier: MIT
#include "initiator/tag_table.h"

#include <cassert>

namespace aoe::initiator {
namespace {

constexpr unsigned slot_bits = 10;
constexpr std::uint32_t slot_mask = (1U << slot_bits) - 1;
constexpr std::uint32_t generation_mask = (1U << (31 - slot_bits)) - 1;
constexpr std::uint32_t ours = 0x80000000;
static_assert(most_frames_under_way == std::size_t{1} << slot_bits);

}  // namespace

TagTable::TagTable(std::uint64_t seed)
    : entries_(most_frames_under_way,
               Entry{.generation = static_cast<std::uint32_t>(seed) & generation_mask}),
      last_taken_(seed >> 32 & slot_mask) {}

std::optional<TagTable::Slot> TagTable::take() noexcept {
    for (std::size_t step = 1; step <= entries_.size(); ++step) {
        const std::size_t index = (last_taken_ + step) % entries_.size();
        Entry& entry = entries_[index];
        if (entry.taken) continue;
        entry.taken = true;
        entry.tags = 0;
        last_taken_ = index;
        return static_cast<Slot>(index);
    }
    return std::nullopt;
}

void TagTable::free(Slot slot) noexcept {
    assert(entries_[slot].taken);
    entries_[slot].taken = false;
}

std::uint32_t TagTable::next_tag(Slot slot) noexcept {
    Entry& entry = entries_[slot];
    assert(entry.taken);
    entry.generation = (entry.generation + 1) & generation_mask;
    ++entry.tags;
    return ours | entry.generation << slot_bits | slot;
}

std::optional<TagTable::Match> TagTable::find(std::uint32_t tag) const noexcept {
    if ((tag & ours) == 0) return std::nullopt;
    const auto slot = static_cast<Slot>(tag & slot_mask);
    const Entry& entry = entries_[slot];
    const std::uint32_t generation = tag >> slot_bits & generation_mask;
    const std::uint32_t newer = (entry.generation - generation) & generation_mask;
    if (!entry.taken || newer >= entry.tags) return std::nullopt;
    return Match{.slot = slot, .newer_tags = newer};
}

}  // namespace aoe::initiator
