// SPDX-License-Identifier: MIT
// Changes to given frames, and frames made of two.
#include <algorithm>
#include <array>

#include "fuzz/generator.h"
#include "wire/ata.h"
#include "wire/frame.h"

namespace aoe::fuzz {

void Generator::mutate(FrameBytes& bytes) {
    if (!looks_like_aoe(bytes) && !one_in(8)) {
        bytes = frame();
        return;
    }
    for (std::uint64_t changes = 1 + random_.below(3); changes > 0; --changes) {
        change(bytes);
    }
    limit(bytes);
}

void Generator::change(FrameBytes& bytes) {
    if (bytes.empty() || one_in(64)) {
        bytes = frame();
        return;
    }
    switch (random_.below(16)) {
        case 0:
        case 1:
            return change_bits(bytes);
        case 2:
        case 3:
        case 4:
            return change_size(bytes);
        case 5:
        case 6:
            return change_list(bytes);
        case 7:
            return change_command(bytes);
        default:
            return change_field(bytes);
    }
}

void Generator::change_field(FrameBytes& bytes) {
    const auto fields = fields_in(bytes);
    if (fields.empty()) {
        return change_bits(bytes);
    }
    const Field& field = fields[random_.below(fields.size())];
    const std::uint64_t value = get(bytes, field);
    switch (random_.below(8)) {
        case 0:
            return set(bytes, field, value + 1);
        case 1:
            return set(bytes, field, value - 1);
        case 2:
            return set(bytes, field, ordinary_value(field.kind, world_, random_));
        default:
            return set(bytes, field, edge_value(field.kind, world_, random_));
    }
}

void Generator::change_bits(FrameBytes& bytes) {
    // Near the front more often: the payload's content seldom matters.
    const std::size_t reach = one_in(4) ? bytes.size() : std::min<std::size_t>(bytes.size(), 48);
    std::byte& byte = bytes[random_.below(reach)];
    byte = one_in(2) ? byte ^ static_cast<std::byte>(1U << random_.below(8))
                     : static_cast<std::byte>(random_.next() & 0xff);
}

void Generator::change_size(FrameBytes& bytes) {
    switch (random_.below(6)) {
        case 0:
            return bytes.resize(random_.below(bytes.size() + 1));
        case 1:
            return append_bytes(bytes, 1 + random_.below(16));
        case 2:
            return append_bytes(bytes, sector_size * (1 + random_.below(2)));
        case 3:
            return bytes.resize(std::max(bytes.size(), minimum_frame_size));
        default: {
            const auto edges = edges_of(bytes);
            return bytes.resize(edges[random_.below(edges.size())]);
        }
    }
}

/// Repeats, removes or swaps whole entries, and mostly leaves the declared count as it was.
void Generator::change_list(FrameBytes& bytes) {
    const std::uint8_t command = command_of(bytes);
    const std::size_t begin = entries_offset(command);
    const std::size_t each = entry_size(command);
    if (bytes.size() < begin + each) {
        return change_field(bytes);
    }
    const std::size_t entries = (bytes.size() - begin) / each;
    const auto place = [&](std::size_t index) {
        return bytes.begin() + static_cast<std::ptrdiff_t>(begin + index * each);
    };
    const auto entry = place(random_.below(entries));
    const auto entry_end = entry + static_cast<std::ptrdiff_t>(each);
    switch (random_.below(3)) {
        case 0: {
            const FrameBytes copy(entry, entry_end);
            bytes.insert(entry, copy.begin(), copy.end());
            break;
        }
        case 1:
            bytes.erase(entry, entry_end);
            break;
        default:
            std::swap_ranges(entry, entry_end, place(random_.below(entries)));
            break;
    }
}

/// Another command with an argument to match, and the old header.
void Generator::change_command(FrameBytes& bytes) {
    if (bytes.size() < header_size) {
        return change_bits(bytes);
    }
    const FrameBytes other = frame();
    const Bytes argument = Bytes(other).subspan(std::min(other.size(), header_size));
    bytes.resize(header_size);
    set(bytes, field_of(FieldKind::command), command_of(other));
    bytes.insert(bytes.end(), argument.begin(), argument.end());
}

FrameBytes Generator::cross(Bytes first, Bytes second) {
    const auto cut = [this](Bytes bytes) {
        if (bytes.size() >= header_size && !one_in(4)) {
            return header_size;
        }
        const auto edges = edges_of(bytes);
        return edges[random_.below(edges.size())];
    };
    const Bytes front = first.first(cut(first));
    const Bytes back = second.subspan(cut(second));
    FrameBytes bytes(front.begin(), front.end());
    bytes.insert(bytes.end(), back.begin(), back.end());
    limit(bytes);
    return bytes;
}

}  // namespace aoe::fuzz
