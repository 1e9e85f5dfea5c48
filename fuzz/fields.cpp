// SPDX-License-Identifier: MIT
#include "fuzz/fields.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "wire/ata.h"
#include "wire/frame.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe::fuzz {
namespace {

constexpr std::array header{
    Field{FieldKind::destination, 0, 6}, Field{FieldKind::source, 6, 6},
    Field{FieldKind::ether_type, 12, 2}, Field{FieldKind::version_flags, 14, 1},
    Field{FieldKind::error, 15, 1},      Field{FieldKind::shelf, 16, 2},
    Field{FieldKind::slot, 18, 1},       Field{FieldKind::command, 19, 1},
    Field{FieldKind::tag, 20, 4},
};
constexpr std::array ata{
    Field{FieldKind::ata_flags, 24, 1}, Field{FieldKind::feature, 25, 1},
    Field{FieldKind::ata_count, 26, 1}, Field{FieldKind::opcode, 27, 1},
    Field{FieldKind::lba, 28, 6, true}, Field{FieldKind::ata_reserved, 34, 2},
};
constexpr std::array config{
    Field{FieldKind::buffer_count, 24, 2},   Field{FieldKind::firmware, 26, 2},
    Field{FieldKind::config_sectors, 28, 1}, Field{FieldKind::version_ccmd, 29, 1},
    Field{FieldKind::string_length, 30, 2},
};
constexpr std::array mask{
    Field{FieldKind::mask_reserved, 24, 1},
    Field{FieldKind::mcmd, 25, 1},
    Field{FieldKind::merror, 26, 1},
    Field{FieldKind::directive_count, 27, 1},
};
constexpr std::array reserve{
    Field{FieldKind::rcmd, 24, 1},
    Field{FieldKind::mac_count, 25, 1},
};

}  // namespace

std::span<const Field> header_fields() noexcept {
    return header;
}

std::span<const Field> argument_fields(std::uint8_t command) noexcept {
    switch (command) {
        case command::ata:
            return ata;
        case command::config:
            return config;
        case command::mac_mask:
            return mask;
        case command::reserve:
            return reserve;
        default:
            return {};
    }
}

Field field_of(FieldKind kind) noexcept {
    for (const std::span<const Field> fields :
         {header_fields(), std::span<const Field>(ata), std::span<const Field>(config),
          std::span<const Field>(mask), std::span<const Field>(reserve)}) {
        const auto found = std::ranges::find(fields, kind, &Field::kind);
        if (found != fields.end()) {
            return *found;
        }
    }
    assert(false);
    return {};
}

std::vector<Field> fields_in(Bytes frame) {
    std::vector<Field> present;
    const auto take = [&](std::span<const Field> fields) {
        for (const Field& field : fields) {
            if (field.end() <= frame.size()) {
                present.push_back(field);
            }
        }
    };
    take(header_fields());
    take(argument_fields(command_of(frame)));
    return present;
}

std::size_t entry_size(std::uint8_t command) noexcept {
    switch (command) {
        case command::ata:
            return sector_size;
        case command::mac_mask:
            return mask_directive_size;
        case command::reserve:
            return mac_size;
        default:
            return 1;
    }
}

std::size_t entries_offset(std::uint8_t command) noexcept {
    const auto fields = argument_fields(command);
    return fields.empty() ? header_size : fields.back().end();
}

std::uint8_t command_of(Bytes frame) noexcept {
    const Field field = field_of(FieldKind::command);
    return frame.size() < field.end() ? 0xff : static_cast<std::uint8_t>(get(frame, field));
}

bool looks_like_aoe(Bytes frame) noexcept {
    return frame.size() >= header_size && get(frame, field_of(FieldKind::ether_type)) == ethertype;
}

std::vector<std::size_t> edges_of(Bytes frame) {
    std::vector<std::size_t> edges{0};
    for (const Field& field : fields_in(frame)) {
        edges.push_back(field.end());
    }
    const std::uint8_t command = command_of(frame);
    const std::size_t step = entry_size(command);
    // Among single bytes no place is more of an edge than another.
    for (std::size_t at = entries_offset(command) + step; step > 1 && at <= frame.size();
         at += step) {
        edges.push_back(at);
    }
    if (edges.back() != frame.size()) {
        edges.push_back(frame.size());
    }
    return edges;
}

std::uint64_t get(Bytes frame, const Field& field) noexcept {
    assert(field.end() <= frame.size());
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < field.size_bytes; ++i) {
        const std::size_t at = field.little_endian ? field.size_bytes - 1 - i : i;
        value = value << 8 | std::to_integer<std::uint64_t>(frame[field.offset + at]);
    }
    return value;
}

void set(MutableBytes frame, const Field& field, std::uint64_t value) noexcept {
    assert(field.end() <= frame.size());
    for (std::size_t i = 0; i < field.size_bytes; ++i) {
        const std::size_t at = field.little_endian ? i : field.size_bytes - 1 - i;
        frame[field.offset + at] = static_cast<std::byte>(value >> (8 * i) & 0xff);
    }
}

std::uint64_t value_in(Bytes frame, FieldKind kind) noexcept {
    const Field field = field_of(kind);
    return field.end() <= frame.size() ? get(frame, field) : 0;
}

void set_in(MutableBytes frame, FieldKind kind, std::uint64_t value) noexcept {
    const Field field = field_of(kind);
    if (field.end() <= frame.size()) {
        set(frame, field, value);
    }
}

}  // namespace aoe::fuzz
