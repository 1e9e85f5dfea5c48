// SPDX-License-Identifier: MIT
// What becomes of captures when an engine lets their mutator change and mix them.
#include <cstring>

#include <gtest/gtest.h>

#include "fuzz/fields.h"
#include "fuzz/generator.h"
#include "fuzz/harness.h"

namespace aoe::fuzz {
namespace {

using Input = std::vector<std::uint8_t>;

void append(Input& input, std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) {
        input.push_back(static_cast<std::uint8_t>(value >> shift & 0xffU));
    }
}
void append(Input& input, const FrameBytes& frame) {
    for (const std::byte byte : frame) input.push_back(std::to_integer<std::uint8_t>(byte));
}
std::uint32_t number_at(const Input& input, std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, input.data() + at, sizeof value);
    return value;
}

FrameBytes request(std::uint32_t tag) {
    FrameBytes frame(60);
    set_in(frame, FieldKind::ether_type, 0x88a2);
    set_in(frame, FieldKind::command, 1);
    set_in(frame, FieldKind::tag, tag);
    return frame;
}

Input pcap(std::uint32_t first_tag) {
    Input input;
    for (const std::uint32_t word : {0xa1b2c3d4U, 0x40002U, 0U, 0U, 65535U, 1U}) {
        append(input, word);
    }
    for (std::uint32_t i = 0; i < 3; ++i) {
        for (const std::uint32_t word : {0U, 0U, 60U, 60U}) append(input, word);
        append(input, request(first_tag + i));
    }
    return input;
}

Input pcapng(std::uint32_t first_tag) {
    Input input;
    for (const std::uint32_t word :
         {0x0a0d0d0aU, 28U, 0x1a2b3c4dU, 1U, ~0U, ~0U, 28U, 1U, 20U, 1U, 65535U, 20U}) {
        append(input, word);
    }
    for (std::uint32_t i = 0; i < 3; ++i) {
        for (const std::uint32_t word : {6U, 92U, 0U, 0U, 0U, 60U, 60U}) append(input, word);
        append(input, request(first_tag + i));
        append(input, 92);
    }
    return input;
}

/// The packets of a capture whose lengths all agree; nothing when they do not.
std::vector<FrameBytes> packets_of(const Input& input, bool blocks) {
    std::vector<FrameBytes> packets;
    std::size_t at = blocks ? 0 : 24;
    while (at + 16 <= input.size()) {
        const std::size_t data = at + (blocks ? 28 : 16);
        const bool is_packet = !blocks || number_at(input, at) == 6;
        const std::size_t part = number_at(input, at + (blocks ? 4 : 8)) + (blocks ? 0U : 16U);
        if (part < 16 || part > input.size() - at) return {};
        if (is_packet && part >= data - at) {
            const std::size_t size = number_at(input, at + (blocks ? 20 : 8));
            if (size > part - (data - at)) return {};
            const auto bytes = std::as_bytes(std::span(input)).subspan(data, size);
            packets.emplace_back(bytes.begin(), bytes.end());
        }
        at += part;
    }
    return at == input.size() ? packets : std::vector<FrameBytes>{};
}

TEST(CaptureMutator, ChangesWhatAPacketHoldsAsTheProtocolHasIt) {
    for (const bool blocks : {false, true}) {
        const Input input = blocks ? pcapng(1) : pcap(1);
        ASSERT_EQ(packets_of(input, blocks).size(), 3U);
        std::size_t changed = 0;
        for (unsigned seed = 0; seed < 2000; ++seed) {
            Input mutant = input;
            mutant.resize(9018);
            mutant.resize(
                LLVMFuzzerCustomMutator(mutant.data(), input.size(), mutant.size(), seed));
            for (const FrameBytes& packet : packets_of(mutant, blocks)) {
                const auto tag = value_in(packet, FieldKind::tag);
                const bool is_old =
                    tag >= 1 && tag <= 3 && packet == request(static_cast<std::uint32_t>(tag));
                if (!is_old && looks_like_aoe(packet) && packet.size() >= 24) ++changed;
            }
        }
        EXPECT_GT(changed, 200U) << (blocks ? "pcapng" : "pcap");
    }
}

TEST(CaptureMutator, CrossesCapturesPacketByPacket) {
    for (const bool blocks : {false, true}) {
        const Input one = blocks ? pcapng(1) : pcap(1), other = blocks ? pcapng(11) : pcap(11);
        std::size_t mixed = 0;
        for (unsigned seed = 0; seed < 100; ++seed) {
            Input both(9018);
            both.resize(LLVMFuzzerCustomCrossOver(one.data(), one.size(), other.data(),
                                                  other.size(), both.data(), both.size(), seed));
            const auto packets = packets_of(both, blocks);
            std::size_t ours = 0;
            for (const FrameBytes& packet : packets) {
                const auto tag = value_in(packet, FieldKind::tag);
                EXPECT_EQ(packet, request(static_cast<std::uint32_t>(tag)));
                if (tag < 10) ++ours;
            }
            if (ours > 0 && ours < packets.size()) ++mixed;
        }
        EXPECT_GT(mixed, 20U) << (blocks ? "pcapng" : "pcap");
    }
}

// Two that are of different kinds cannot be mixed.
TEST(CaptureMutator, KeepsToOneKind) {
    const Input one = pcap(1), other = pcapng(11);
    Input both(9018);
    both.resize(LLVMFuzzerCustomCrossOver(one.data(), one.size(), other.data(), other.size(),
                                          both.data(), both.size(), 1));
    EXPECT_EQ(both, one);
}

}  // namespace
}  // namespace aoe::fuzz

/// The engine's own changes are left out.
std::size_t LLVMFuzzerMutate(std::uint8_t*, std::size_t size, std::size_t) {
    return size;
}
