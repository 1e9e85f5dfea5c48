// SPDX-License-Identifier: MIT
// The pcapng half of the capture reader: sections, interfaces, packets, and blocks of other kinds,
// which are passed over.
#include <algorithm>
#include <fmt/format.h>

#include "conformance/capture/capture_reader.h"

namespace aoe::conformance {

namespace {

constexpr std::uint32_t section_block = 0x0a0d0d0aU, interface_block = 1, old_packet_block = 2,
                        simple_packet_block = 3, enhanced_packet_block = 6;
constexpr std::uint32_t byte_order_magic = 0x1a2b3c4dU;
constexpr std::size_t block_overhead = 12;  // Type, length, and the length again.
constexpr std::size_t section_size = 28;    // Without options.
constexpr std::uint16_t option_end = 0, option_comment = 1, option_flags = 2, option_resolution = 9,
                        option_offset = 14;

// Longer than any block that tools write; a length above it is a lie.
constexpr std::uint32_t longest_block = std::uint32_t{16} << 20;
constexpr std::size_t most_interfaces = std::size_t{1} << 16;

constexpr std::size_t padded(std::size_t size) {
    return (size + 3) / 4 * 4;
}

// if_tsresol: a power of ten, or of two when the highest bit is set. 0 for what no clock has.
std::uint64_t ticks_per_second(std::uint8_t resolution) {
    const unsigned power = resolution & 0x7fU;
    if ((resolution & 0x80U) != 0) return power < 64 ? std::uint64_t{1} << power : 0;
    if (power > 18) return 0;
    std::uint64_t ticks = 1;
    for (unsigned i = 0; i < power; ++i) ticks *= 10;
    return ticks;
}

}  // namespace

std::optional<CapturedPacket> CaptureReader::next_block() {
    for (;;) {
        Bytes block = window_.peek(block_overhead);
        if (block.empty()) return std::nullopt;
        if (block.size() < block_overhead) {
            return stop(fmt::format("is cut after packet {}", packets_));
        }
        // A section says itself in which byte order it is.
        if (u32(block, 0) == section_block) {
            if (!start_section()) return std::nullopt;
            block = window_.peek(block_overhead);  // What was shown may have moved.
        }
        const std::uint32_t type = u32(block, 0);
        const std::uint32_t size = u32(block, 4);
        if (size < block_overhead || size % 4 != 0 || size > longest_block) {
            return stop(fmt::format("has a block of an impossible length, {}, after packet {}",
                                    size, packets_));
        }
        block = window_.peek(size);
        if (block.size() < size) return stop(fmt::format("is cut after packet {}", packets_));
        block = block.first(size);
        if (u32(block, size - 4) != size) {
            return stop(
                fmt::format("has a block whose two lengths differ, after packet {}", packets_));
        }
        const Bytes body = block.subspan(8, size - block_overhead);
        if (type == enhanced_packet_block || type == old_packet_block ||
            type == simple_packet_block) {
            auto packet = type == simple_packet_block
                              ? simple_packet(body)
                              : enhanced_packet(body, type == old_packet_block);
            if (packet) pending_ = size;
            return packet;
        }
        if (type == interface_block && !add_interface(body)) return std::nullopt;
        if (type == section_block && comment_.empty()) {
            comment_ = text_option(body.subspan(16), 0);
            second_comment_ = text_option(body.subspan(16), 1);
        }
        window_.skip(size);
    }
}

bool CaptureReader::start_section() {
    const Bytes head = window_.peek(section_size);
    if (head.size() < section_size) {
        stop(fmt::format("is cut after packet {}", packets_));
        return false;
    }
    swapped_ = false;
    if (u32(head, 8) == __builtin_bswap32(byte_order_magic)) swapped_ = true;
    if (u32(head, 8) != byte_order_magic) {
        stop(fmt::format("has a section of neither byte order after packet {}", packets_));
        return false;
    }
    if (u32(head, 4) < section_size || u16(head, 12) != 1) {
        stop(fmt::format("has a section of an unknown version after packet {}", packets_));
        return false;
    }
    interfaces_.clear();
    return true;
}

bool CaptureReader::add_interface(Bytes body) {
    if (body.size() < 8) {
        stop(fmt::format("has an interface block that is too short after packet {}", packets_));
        return false;
    }
    Interface interface { .link_type = u16(body, 0), .snap_length = u32(body, 4) };
    const Bytes options = body.subspan(8);
    if (const auto resolution = option(options, option_resolution);
        resolution && !resolution->empty()) {
        interface.ticks_per_second =
            ticks_per_second(std::to_integer<std::uint8_t>(resolution->front()));
    }
    if (const auto offset = option(options, option_offset); offset && offset->size() == 8) {
        interface.offset_seconds = u64(*offset, 0);
    }
    if (interface.ticks_per_second == 0) {
        stop(fmt::format("has an interface whose clock no machine has, after packet {}", packets_));
        return false;
    }
    if (interfaces_.size() == most_interfaces) {
        stop(fmt::format("describes more than {} interfaces", most_interfaces));
        return false;
    }
    interfaces_.push_back(interface);
    return true;
}

std::optional<CapturedPacket> CaptureReader::enhanced_packet(Bytes body, bool old) {
    const std::uint64_t number = packets_ + 1;
    if (body.size() < 20) return stop(fmt::format("has a packet {} without a header", number));
    const std::uint32_t size = u32(body, 12);
    // A block's size is a multiple of four, so that the packet's padding is there as well.
    if (size > body.size() - 20) {
        return stop(fmt::format("says that packet {} is longer than its block", number));
    }
    // The older block keeps a count of drops in the number's other half.
    const std::uint32_t index = old ? u16(body, 0) : u32(body, 0);
    if (index >= interfaces_.size()) {
        return stop(
            fmt::format("has a packet {} of an interface that it does not describe", number));
    }
    const Interface& interface = interfaces_[index];
    const std::uint64_t ticks = std::uint64_t{u32(body, 4)} << 32 | u32(body, 8);
    packets_ = number;
    CapturedPacket packet{
        .number = number,
        .link_type = interface.link_type,
        .time = to_time(ticks, interface.ticks_per_second, interface.offset_seconds),
        .length = std::max(u32(body, 16), size),
        .bytes = body.subspan(20, size)};
    const Bytes options = body.subspan(20 + padded(size));
    packet.comment = text_option(options, 0);
    packet.second_comment = text_option(options, 1);
    packet.interface = index;
    constexpr std::uint32_t direction = 3, outbound = 2;
    const auto flags = option(options, option_flags);
    packet.sent = flags && flags->size() == 4 && (u32(*flags, 0) & direction) == outbound;
    return packet;
}

std::optional<CapturedPacket> CaptureReader::simple_packet(Bytes body) {
    const std::uint64_t number = packets_ + 1;
    if (body.size() < 4 || interfaces_.empty()) {
        return stop(fmt::format("has a packet {} without a header or interface", number));
    }
    const Interface& interface = interfaces_.front();
    const std::uint32_t length = u32(body, 0);
    std::size_t size = std::min<std::size_t>(length, body.size() - 4);
    if (interface.snap_length != 0) size = std::min<std::size_t>(size, interface.snap_length);
    packets_ = number;
    return CapturedPacket{.number = number,
                          .link_type = interface.link_type,
                          .time = {},
                          .length = length,
                          .bytes = body.subspan(4, size)};
}

std::optional<Bytes> CaptureReader::option(Bytes options, std::uint16_t code,
                                           unsigned which) const {
    while (options.size() >= 4) {
        const std::uint16_t found = u16(options, 0);
        const std::size_t size = u16(options, 2);
        if (found == option_end || padded(size) > options.size() - 4) return std::nullopt;
        if (found == code && which-- == 0) return options.subspan(4, size);
        options = options.subspan(4 + padded(size));
    }
    return std::nullopt;
}

std::string_view CaptureReader::text_option(Bytes options, unsigned which) const {
    const auto text = option(options, option_comment, which);
    if (!text) return {};
    return {reinterpret_cast<const char*>(text->data()), text->size()};
}

}  // namespace aoe::conformance
