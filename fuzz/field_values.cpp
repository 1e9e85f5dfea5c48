// SPDX-License-Identifier: MIT
#include "fuzz/field_values.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "wire/ata.h"
#include "wire/config.h"
#include "wire/sizes.h"

namespace aoe::fuzz {
namespace {

constexpr std::array known{
    ata_command::identify_device, ata_command::read_sectors,      ata_command::read_sectors_ext,
    ata_command::write_sectors,   ata_command::write_sectors_ext, ata_command::read_dma,
    ata_command::read_dma_ext,    ata_command::write_dma,         ata_command::write_dma_ext,
    ata_command::flush_cache,     ata_command::flush_cache_ext,   ata_command::check_power_mode,
    ata_command::smart,           ata_command::set_features,
};

// NOP, DATA SET MANAGEMENT, DEVICE RESET, retrying and verifying variants, READ NATIVE MAX, LOG,
// FUA, queued, SEEK, DIAGNOSTIC, PARAMETERS, MICROCODE, PACKET, MULTIPLE, power, SECURITY, vendor.
constexpr std::array<std::uint8_t, 40> others{
    0x00, 0x06, 0x08, 0x10, 0x21, 0x27, 0x29, 0x2f, 0x31, 0x37, 0x38, 0x39, 0x3d, 0x3f,
    0x40, 0x42, 0x60, 0x61, 0x70, 0x90, 0x91, 0x92, 0xa0, 0xa1, 0xc4, 0xc5, 0xc6, 0xe0,
    0xe1, 0xe2, 0xe3, 0xe6, 0xf1, 0xf4, 0xf5, 0xf6, 0xf8, 0xf9, 0x80, 0xff};

constexpr std::uint64_t broadcast = 0xffffffffffff;
constexpr std::uint64_t group = 0x01005e000001;
constexpr std::uint64_t request_v1 = 0x10;

template <typename Container> auto one_of(const Container& values, Random& random) {
    return std::data(values)[random.below(std::size(values))];
}

std::uint64_t pick(std::initializer_list<std::uint64_t> values, Random& random) {
    return one_of(values, random);
}

std::uint64_t edge_address_field(FieldKind kind, const World& world, Random& random) {
    const std::uint64_t own = kind == FieldKind::shelf ? world.address.shelf : world.address.slot;
    const std::uint64_t any = kind == FieldKind::shelf ? any_shelf : any_slot;
    return pick({own, any, any, own + 1, own - 1, 0, any - 1, own << 8}, random);
}

std::uint64_t edge_lba(const World& world, Random& random) {
    const std::uint64_t end = world.disk_sectors;
    const std::uint64_t near_end = end - random.below(std::min<std::uint64_t>(end, 4));
    // Beyond the device register's bits, beyond 32 bits, and just where either would wrap around.
    return pick({0, 1, end - 1, end, end + 1, near_end, random.below(end), lba28_limit - 1,
                 lba28_limit, lba28_limit + 1, (1ULL << 32) - 1, 1ULL << 32, (1ULL << 32) + 1,
                 lba48_limit - 1, lba48_limit - world.most_sectors(), 0xe0000000, 0xa0000000},
                random);
}

std::uint64_t edge_header_value(FieldKind kind, const World& world, Random& random) {
    switch (kind) {
        case FieldKind::destination:
            return pick({value_of(world.target), broadcast, broadcast, group, value_of(world.ours),
                         value_of(world.second), 0},
                        random);
        case FieldKind::source:
            return pick({value_of(world.ours), value_of(world.second), value_of(world.target),
                         broadcast, group, 0},
                        random);
        case FieldKind::ether_type:
            return pick({ethertype, 0xa288, 0x88a3, 0x8100, 0x88a8, 0x0800, 46, 0}, random);
        case FieldKind::version_flags:
            // Responses, errors, reserved bits, other versions.
            return pick({0x10, 0x18, 0x1c, 0x14, 0x11, 0x12, 0x13, 0x1f, 0x00, 0x08, 0x20, 0xf0},
                        random);
        case FieldKind::error:
            return pick({0, 1, 2, 3, 4, 5, 6, 7, 0x80, 0xff}, random);
        case FieldKind::shelf:
        case FieldKind::slot:
            return edge_address_field(kind, world, random);
        case FieldKind::command:
            return pick({0, 1, 2, 3, 4, 5, 0x7f, 0x80, 0xef, 0xf0, 0xf1, 0xff}, random);
        default:  // The tag.
            return pick({0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x12345678}, random);
    }
}

std::uint64_t edge_ata_value(FieldKind kind, const World& world, Random& random) {
    const std::uint64_t most = world.most_sectors();
    switch (kind) {
        case FieldKind::ata_flags:
            return pick({0, 0x40, 0x01, 0x41, 0x02, 0x03, 0x43, 0x10, 0x50, 0x51, 0x80, 0xac, 0xff},
                        random);
        case FieldKind::feature:
            return pick({0, 0x02, 0x82, 0x03, 0xd0, 0xda, 0xff}, random);
        case FieldKind::ata_count:
            return pick({0, 1, 2, most, most + 1, most - 1, 127, 128, 254, 255}, random);
        case FieldKind::opcode:
            return random.below(2) == 0 ? one_of(others, random) : one_of(known, random);
        case FieldKind::lba:
            return edge_lba(world, random);
        default:  // Reserved.
            return pick({0, 1, 0xff00, 0xffff}, random);
    }
}

std::uint64_t edge_argument_value(FieldKind kind, Random& random) {
    switch (kind) {
        case FieldKind::version_ccmd:
            return pick({0, 1, 2, 3, 4, 5, 6, 15, 0x10, 0x13, 0x14, 0xf4}, random);
        case FieldKind::string_length:
            return pick({0, 1, 2, 28, 29, 255, 256, config_string_limit - 1, config_string_limit,
                         config_string_limit + 1, 0x0400 - 32, 0x8000, 0xffff},
                        random);
        case FieldKind::buffer_count:
        case FieldKind::firmware:
            return pick({0, 1, 0x0100, 0x8000, 0xffff}, random);
        case FieldKind::mcmd:
        case FieldKind::rcmd:
            return pick({0, 1, 2, 3, 0x80, 0xff}, random);
        case FieldKind::merror:
            return pick({0, 1, 2, 3, 4, 0xff}, random);
        case FieldKind::directive_count:
        case FieldKind::mac_count:
            return pick({0, 1, 2, 3, 4, 5, 32, 33, max_directives(1500), max_reserve_macs(1500),
                         max_directives(1500) + 1, max_reserve_macs(1500) + 1, 254, 255},
                        random);
        default:  // The config reply's sector count and the reserved byte.
            return pick({0, 1, 2, 17, 255}, random);
    }
}

}  // namespace

std::size_t World::most_sectors() const noexcept {
    return max_sectors(frame_limit_bytes - ethernet_header_size);
}

std::uint64_t ordinary_value(FieldKind kind, const World& world, Random& random) {
    switch (kind) {
        case FieldKind::destination:
            return value_of(world.target);
        case FieldKind::source:
            return value_of(random.below(4) == 0 ? world.second : world.ours);
        case FieldKind::ether_type:
            return ethertype;
        case FieldKind::version_flags:
            return request_v1;
        case FieldKind::shelf:
            return world.address.shelf;
        case FieldKind::slot:
            return world.address.slot;
        case FieldKind::tag:
            return 0x80000000U | random.below(0x80000000U);
        case FieldKind::opcode:
            return one_of(known, random);
        case FieldKind::ata_count:
            return 1 + random.below(std::max<std::size_t>(1, world.most_sectors()));
        case FieldKind::lba:
            return random.below(world.disk_sectors);
        case FieldKind::version_ccmd:
            return random.below(5);
        case FieldKind::mcmd:
            return random.below(2);
        case FieldKind::rcmd:
            return random.below(3);
        default:
            return 0;
    }
}

std::uint64_t edge_value(FieldKind kind, const World& world, Random& random) {
    if (random.below(8) == 0) {
        return random.next();
    }
    if (kind <= FieldKind::tag) {
        return edge_header_value(kind, world, random);
    }
    if (kind <= FieldKind::ata_reserved) {
        return edge_ata_value(kind, world, random);
    }
    return edge_argument_value(kind, random);
}

Mac edge_mac(const World& world, Random& random) {
    return mac_from(edge_value(FieldKind::source, world, random));
}

std::span<const std::uint8_t> known_opcodes() noexcept {
    return known;
}

std::span<const std::uint8_t> other_opcodes() noexcept {
    return others;
}

}  // namespace aoe::fuzz
