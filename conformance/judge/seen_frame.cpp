// SPDX-License-Identifier: MIT
#include "conformance/judge/seen_frame.h"

#include <algorithm>
#include <cstring>

namespace aoe::conformance {

namespace {

constexpr std::uint16_t aoe_type = 0x88a2, marker_type = 0x88b5, vlan_type = 0x8100,
                        service_vlan_type = 0x88a8;
constexpr std::size_t header_bytes = 10;  // Of AoE, after the EtherType.
constexpr std::size_t vlan_tag_bytes = 4, most_vlan_tags = 2;

std::uint16_t big16(Bytes bytes, std::size_t at) {
    return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[at]) << 8 |
                                      std::to_integer<unsigned>(bytes[at + 1]));
}

Mac mac_at(Bytes bytes, std::size_t at) {
    Mac mac;
    std::memcpy(mac.data(), bytes.data() + at, mac.size());
    return mac;
}

// Where the EtherType stands in the packet, and the addresses before it; 0 for what cannot be read.
std::size_t read_link_header(const CapturedPacket& packet, SeenFrame& frame) {
    const Bytes bytes = packet.bytes;
    switch (packet.link_type) {
        case link_type::ethernet:
            if (bytes.size() < 14) return 0;
            frame.destination = mac_at(bytes, 0);
            frame.destination_known = true;
            frame.source = mac_at(bytes, 6);
            return 12;
        case link_type::linux_sll:
            if (bytes.size() < 16) return 0;
            frame.source = mac_at(bytes, 6);
            return 14;
        case link_type::linux_sll2:
            if (bytes.size() < 20) return 0;
            frame.source = mac_at(bytes, 12);
            return 0;  // The EtherType comes first here; see look_at().
        default:
            frame.kind = FrameKind::unknown_link;
            return 0;
    }
}

FrameKind kind_of(std::uint16_t type, const SeenFrame& frame) {
    if (type == marker_type) return FrameKind::marker;
    if (type != aoe_type) return FrameKind::other;
    if (frame.body.size() >= header_bytes) return FrameKind::aoe;
    return frame.cut() ? FrameKind::cut_short : FrameKind::runt;
}

}  // namespace

SeenFrame look_at(const CapturedPacket& packet) {
    SeenFrame frame;
    frame.number = packet.number;
    frame.time = packet.time;
    const std::size_t type_at = read_link_header(packet, frame);
    const bool type_first = packet.link_type == link_type::linux_sll2 && packet.bytes.size() >= 20;
    if (type_at == 0 && !type_first) return frame;
    const Bytes bytes = packet.bytes;
    std::uint16_t type = big16(bytes, type_at);
    std::size_t at = type_first ? 20 : type_at + 2;
    for (std::size_t tags = 0; tags < most_vlan_tags; ++tags) {
        if (type != vlan_type && type != service_vlan_type) break;
        if (bytes.size() < at + vlan_tag_bytes) return frame;
        frame.vlan = big16(bytes, at) & 0xfffU;
        type = big16(bytes, at + 2);
        at += vlan_tag_bytes;
    }
    // A length that says less than there is lies.
    frame.size = std::max<std::size_t>(packet.length, bytes.size()) - at + 14;
    frame.body = bytes.subspan(at);
    frame.kind = kind_of(type, frame);
    return frame;
}

Mac SeenFrame::mac(std::size_t offset) const {
    assert(offset >= 14 && has(offset + 6));
    return mac_at(body, offset - 14);
}

std::string_view SeenFrame::text(std::size_t offset, std::size_t most) const {
    assert(offset >= 14);
    if (!has(offset)) return {};
    const Bytes rest = body.subspan(offset - 14);
    return {reinterpret_cast<const char*>(rest.data()), std::min(most, rest.size())};
}

std::uint64_t SeenFrame::lba() const {
    std::uint64_t value = 0;
    for (std::size_t i = 6; i-- > 0;) value = value << 8 | u8(28 + i);
    return value;
}

std::uint64_t SeenFrame::address() const {
    return is_ata_extended(status()) ? lba() : lba() & 0x0fffffffU;
}

std::size_t fixed_end(std::uint8_t command) {
    switch (command) {
        case 0:
            return 36;
        case 1:
            return 32;
        case 2:
            return 28;
        case 3:
            return 26;
        default:
            return 24;
    }
}

std::size_t natural_end(const SeenFrame& frame) {
    const std::size_t end = fixed_end(frame.command());
    if (!frame.has(end)) return end;
    switch (frame.command()) {
        case 1:
            return end + frame.string_length();
        case 2:
            return end + std::size_t{8} * frame.directive_count();
        case 3:
            return end + std::size_t{6} * frame.mac_count();
        default:
            return end;
    }
}

bool is_ata_read(std::uint8_t opcode) {
    return opcode == 0x20 || opcode == 0x24 || opcode == 0xc8 || opcode == 0x25;
}
bool is_ata_write(std::uint8_t opcode) {
    return opcode == 0x30 || opcode == 0x34 || opcode == 0xca || opcode == 0x35;
}
bool is_ata_extended(std::uint8_t opcode) {
    return opcode == 0x24 || opcode == 0x34 || opcode == 0x25 || opcode == 0x35;
}

}  // namespace aoe::conformance
