// SPDX-License-Identifier: MIT
#include "fuzz/live/recipes.h"

#include <algorithm>
#include <array>

#include "fuzz/live/reply_check.h"
#include "wire/ata.h"
#include "wire/config.h"
#include "wire/frame.h"

namespace aoe::fuzz {
namespace {

// Every link takes as much, and no target looks at most of it.
constexpr std::size_t painter_bytes = 1024;

std::byte any_byte(Random& random) {
    return static_cast<std::byte>(random.next() & 0xff);
}

void append(FrameBytes& frame, Bytes bytes) {
    frame.insert(frame.end(), bytes.begin(), bytes.end());
}

FrameBytes padded(FrameBytes frame) {
    frame.resize(std::max(frame.size(), minimum_frame_size));
    return frame;
}

}  // namespace

FrameBytes Recipes::request(std::uint8_t command, std::size_t entries, Random& random) const {
    FrameBytes frame(entries_offset(command));
    frame.reserve(frame.size() + entries * entry_size(command));
    for (const Field& field : header_fields()) {
        set(frame, field, ordinary_value(field.kind, world_, random));
    }
    set_in(frame, FieldKind::command, command);
    return frame;
}

FrameBytes Recipes::config_read(const Mac& source) const {
    Random random(0);
    FrameBytes frame = request(command::config, 0, random);
    set_in(frame, FieldKind::source, value_of(source));
    return padded(std::move(frame));
}

FrameBytes Recipes::painter() const {
    FrameBytes frame = config_read(world_.ours);
    const std::size_t begin = entries_offset(command::config);
    frame.resize(std::min(world_.frame_limit_bytes, painter_bytes));
    for (std::size_t i = begin; i < frame.size(); ++i) {
        frame[i] = static_cast<std::byte>(canary[(i - begin) % canary.size()]);
    }
    return frame;
}

FrameBytes Recipes::mask_read(const Mac& source) const {
    Random random(0);
    FrameBytes frame = request(command::mac_mask, 0, random);
    set_in(frame, FieldKind::source, value_of(source));
    return padded(std::move(frame));
}

FrameBytes Recipes::admit(const Mac& mac, const Mac& source) const {
    Random random(0);
    FrameBytes frame = mask_edit(std::span(&mac, 1), std::byte{1}, random);
    set_in(frame, FieldKind::source, value_of(source));
    return frame;
}

FrameBytes Recipes::config_request(std::uint64_t ccmd, Bytes string, Random& random) const {
    FrameBytes frame = request(command::config, string.size(), random);
    set_in(frame, FieldKind::version_ccmd, ccmd);
    set_in(frame, FieldKind::string_length, string.size());
    append(frame, string);
    return padded(std::move(frame));
}

Session Recipes::config(Random& random) const {
    constexpr std::array<std::size_t, 8> lengths{
        0, 1, 2, 28, 29, 255, config_string_limit - 1, config_string_limit};
    FrameBytes string(random.below(2) == 0 ? random.below(40)
                                           : lengths[random.below(lengths.size())]);
    std::ranges::generate(string, [&] { return any_byte(random); });
    Session session;
    session.frames.push_back(config_request(random.below(2) + 3, string, random));
    for (std::uint64_t more = 1 + random.below(4); more > 0; --more) {
        FrameBytes asked = string;
        if (random.below(2) == 0) asked.resize(random.below(asked.size() + 1));
        if (random.below(4) == 0) asked.push_back(any_byte(random));
        if (asked.size() > config_string_limit) asked.resize(config_string_limit);
        session.frames.push_back(config_request(random.below(5), asked, random));
    }
    return session;
}

FrameBytes Recipes::transfer(bool write, std::uint64_t lba, std::size_t count,
                             Random& random) const {
    constexpr std::array writes{ata_command::write_sectors, ata_command::write_sectors_ext,
                                ata_command::write_dma, ata_command::write_dma_ext};
    constexpr std::array reads{ata_command::read_sectors, ata_command::read_sectors_ext,
                               ata_command::read_dma, ata_command::read_dma_ext};
    // Mostly the two that every target serves.
    const std::size_t which = random.below(8) == 0 ? random.below(4) : random.below(2);
    const std::uint8_t opcode = write ? writes[which] : reads[which];
    const bool extended = addressing(opcode).extended;
    FrameBytes frame = request(command::ata, write ? count : 0, random);
    set_in(frame, FieldKind::ata_flags,
           (extended ? ata_flag::extended : 0U) | (write ? ata_flag::write : 0U));
    set_in(frame, FieldKind::ata_count, count);
    set_in(frame, FieldKind::opcode, opcode);
    // As drivers do, with the device register's bits for 28-bit addresses.
    set_in(frame, FieldKind::lba, extended ? lba : lba | 0xe0000000U);
    if (write) {
        frame.insert(frame.end(), count * sector_size, any_byte(random));
        for (std::size_t i = 0; i < count; ++i) {
            frame[entries_offset(command::ata) + i * sector_size] = any_byte(random);
        }
    }
    return padded(std::move(frame));
}

Session Recipes::sectors(Random& random) const {
    const std::size_t most = std::max<std::size_t>(1, world_.most_sectors());
    const bool may_write = scratch_.count > most;
    const std::uint64_t base = may_write ? scratch_.first : random.below(world_.disk_sectors);
    Session session;
    for (std::uint64_t more = 2 + random.below(4); more > 0; --more) {
        // Few places, so that what is written is also read and overwritten.
        const std::uint64_t lba =
            may_write ? base + random.below(16) % (scratch_.count - most) : base;
        const std::size_t count = 1 + random.below(most);
        session.frames.push_back(transfer(may_write && random.below(2) == 0, lba, count, random));
    }
    if (random.below(4) == 0) session.frames.push_back(session.frames.front());  // Again.
    return session;
}

Mac Recipes::some_mac(Random& random) const {
    switch (random.below(4)) {
        case 0:
            return world_.ours;
        case 1:
            return world_.second;
        default:
            return mac_from(0x020000000100 + random.below(40));
    }
}

FrameBytes Recipes::mask_edit(std::span<const Mac> macs, std::byte what, Random& random) const {
    FrameBytes frame = request(command::mac_mask, macs.size(), random);
    set_in(frame, FieldKind::mcmd, 1);
    set_in(frame, FieldKind::directive_count, macs.size());
    for (const Mac& mac : macs) {
        append(frame, std::array{std::byte{}, what});
        append(frame, mac);
    }
    return padded(std::move(frame));
}

Session Recipes::mask(Random& random) const {
    Session session;
    for (std::uint64_t more = 1 + random.below(4); more > 0; --more) {
        std::vector<Mac> macs(1 + random.below(random.below(4) == 0 ? 40 : 3));
        std::ranges::generate(macs, [&] { return some_mac(random); });
        const auto what = static_cast<std::byte>(random.below(8) == 0 ? 0 : 1 + random.below(2));
        session.frames.push_back(mask_edit(macs, what, random));
        if (random.below(2) == 0) session.frames.push_back(mask_edit({}, {}, random));
    }
    return session;
}

FrameBytes Recipes::reservation(std::uint64_t rcmd, std::span<const Mac> macs,
                                Random& random) const {
    FrameBytes frame = request(command::reserve, macs.size(), random);
    set_in(frame, FieldKind::rcmd, rcmd);
    set_in(frame, FieldKind::mac_count, macs.size());
    for (const Mac& mac : macs) append(frame, mac);
    return padded(std::move(frame));
}

Session Recipes::reserve(Random& random) const {
    Session session;
    for (std::uint64_t more = 1 + random.below(3); more > 0; --more) {
        std::vector<Mac> macs(random.below(random.below(4) == 0 ? 256 : 4));
        const std::size_t most =
            (world_.frame_limit_bytes - entries_offset(command::reserve)) / sizeof(Mac);
        macs.resize(std::min(macs.size(), most));
        std::ranges::generate(macs, [&] { return some_mac(random); });
        if (!macs.empty() && random.below(2) == 0) macs.front() = world_.ours;
        session.frames.push_back(reservation(random.below(3), macs, random));
        if (random.below(2) == 0) {
            session.frames.push_back(transfer(false, random.below(world_.disk_sectors), 1, random));
        }
    }
    session.frames.push_back(reservation(2, {}, random));
    return session;
}

}  // namespace aoe::fuzz
