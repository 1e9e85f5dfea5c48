// SPDX-License-Identifier: MIT
// How the engine changes inputs that are captures: blocks of pcapng and records of pcap are taken
// out, repeated, made longer or shorter with lengths that agree, and numbers in them become others
// that matter. What a packet holds is changed as the generator changes frames. Two times out of
// five the engine changes bits as it likes.
#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <span>
#include <vector>

#include "fuzz/generator.h"
#include "fuzz/harness.h"
#include "fuzz/raw_bytes.h"
#include "wire/random.h"

namespace {

using namespace aoe;
using Storage = std::vector<std::byte>;
using Parts = std::vector<Storage>;  // A file header and what follows it, one by one.

constexpr std::size_t pcap_header_size = 24, pcap_record_size = 16, block_overhead = 12;
constexpr std::size_t packet_block_header_size = 28;
constexpr std::uint32_t section_block = 0x0a0d0d0a, packet_block = 6;

std::uint32_t number_at(Bytes bytes, std::size_t at, bool swapped) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return swapped ? __builtin_bswap32(value) : value;
}

void put_number(Storage& bytes, std::size_t at, std::uint32_t value, bool swapped) {
    value = swapped ? __builtin_bswap32(value) : value;
    std::memcpy(bytes.data() + at, &value, sizeof value);
}

struct Capture {
    Parts parts;
    bool blocks = false;
    bool swapped = false;  // As the first section or the header says.
};

/// How long the part at the front says that it is; everything when it makes no sense.
std::size_t part_size(Bytes rest, const Capture& capture) {
    const std::size_t least = capture.blocks ? block_overhead : pcap_record_size;
    if (rest.size() < least) return rest.size();
    const std::size_t size = capture.blocks
                                 ? number_at(rest, 4, capture.swapped)
                                 : pcap_record_size + number_at(rest, 8, capture.swapped);
    return size < least || size > rest.size() ? rest.size() : size;
}

Capture parse(Bytes input) {
    Capture capture;
    if (input.size() >= pcap_header_size) {
        capture.blocks = number_at(input, 0, false) == section_block;
        const std::uint32_t order = number_at(input, capture.blocks ? 8 : 0, false);
        capture.swapped = (order & 0xffU) == (capture.blocks ? 0x1aU : 0xa1U);
        if (!capture.blocks) {
            capture.parts.emplace_back(input.begin(), input.begin() + pcap_header_size);
            input = input.subspan(pcap_header_size);
        }
    }
    while (!input.empty()) {
        const Bytes part = input.first(part_size(input, capture));
        capture.parts.emplace_back(part.begin(), part.end());
        input = input.subspan(part.size());
    }
    return capture;
}

/// Makes a part longer or shorter by up to 32 bytes behind its fixed numbers; its lengths follow.
void resize(Storage& part, const Capture& capture, Random& random) {
    const std::size_t fixed = capture.blocks ? block_overhead : pcap_record_size;
    if (part.size() < fixed) return;
    const std::size_t body = part.size() - fixed;
    const std::size_t step = capture.blocks ? 4 : 1;
    const std::size_t count = (random.below(8) + 1) * step;
    const auto at = part.begin() + static_cast<std::ptrdiff_t>(capture.blocks ? 8 : fixed) +
                    static_cast<std::ptrdiff_t>(random.below(body / step + 1) * step);
    const auto left = part.end() - at - (capture.blocks ? 4 : 0);
    if (random.below(2) == 0) {
        part.insert(at, count, static_cast<std::byte>(random.next()));
    } else {
        part.erase(at, at + std::min(static_cast<std::ptrdiff_t>(count), left));
    }
    const auto size = static_cast<std::uint32_t>(part.size());
    if (capture.blocks) {
        put_number(part, 4, size, capture.swapped);
        put_number(part, part.size() - 4, size, capture.swapped);
    } else {
        put_number(part, 8, size - std::uint32_t{pcap_record_size}, capture.swapped);
    }
}

void change_number(Storage& part, const Capture& capture, Random& random) {
    if (part.size() < 4) return;
    const auto size = static_cast<std::uint32_t>(part.size());
    const std::uint32_t values[] = {
        0,        1,         2,         3,          4,          6,        9,        14,  size,
        size - 4, size - 12, size - 32, 0x7fffffff, 0x80000000, 1U << 20, 1U << 24, ~0U, ~0U - 2};
    const std::uint32_t value = values[random.below(std::size(values))];
    put_number(part, random.below(part.size() / 4) * 4, value, capture.swapped);
}

struct Range {
    std::size_t begin = 0, end = 0;
};

/// Where in the part the bytes of a packet lie; nothing when it is no packet.
std::optional<Range> packet_in(Bytes part, const Capture& capture) {
    if (!capture.blocks) return Range{.begin = pcap_record_size, .end = part.size()};
    if (part.size() < packet_block_header_size + 4 ||
        number_at(part, 0, capture.swapped) != packet_block) {
        return std::nullopt;
    }
    const std::size_t room = part.size() - packet_block_header_size - 4;
    const std::size_t size = std::min<std::size_t>(number_at(part, 20, capture.swapped), room);
    return Range{.begin = packet_block_header_size, .end = packet_block_header_size + size};
}

/// Another frame, or the packet's own changed as the generator does; all lengths follow.
void change_packet(Storage& part, const Capture& capture, Random& random) {
    const auto packet = packet_in(part, capture);
    if (!packet || packet->begin > part.size()) return;
    fuzz::Generator generator(random.next(), {});
    const Bytes old = Bytes(part).subspan(packet->begin, packet->end - packet->begin);
    fuzz::FrameBytes frame(old.begin(), old.end());
    if (random.below(8) == 0) {
        frame = generator.frame();
    } else {
        generator.mutate(frame);
    }
    const auto size = static_cast<std::uint32_t>(frame.size());
    const std::size_t lengths_at = capture.blocks ? 20 : 8;
    put_number(part, lengths_at, size, capture.swapped);
    put_number(part, lengths_at + 4, size, capture.swapped);
    std::size_t end = packet->end;
    if (capture.blocks) {
        frame.resize((frame.size() + 3) / 4 * 4);
        end = std::min((end + 3) / 4 * 4, part.size() - 4);
    }
    const auto at = [&](std::size_t offset) {
        return part.begin() + static_cast<std::ptrdiff_t>(offset);
    };
    part.erase(at(packet->begin), at(end));
    part.insert(at(packet->begin), frame.begin(), frame.end());
    if (!capture.blocks) return;
    const auto whole = static_cast<std::uint32_t>(part.size());
    put_number(part, 4, whole, capture.swapped);
    put_number(part, part.size() - 4, whole, capture.swapped);
}

void change(Capture& capture, Random& random) {
    Parts& parts = capture.parts;
    if (parts.empty()) return;
    const auto chosen = parts.begin() + static_cast<std::ptrdiff_t>(random.below(parts.size()));
    const bool is_header = !capture.blocks && chosen == parts.begin();
    switch (random.below(8)) {
        case 0:
            parts.erase(chosen);
            break;
        case 1: {
            const Storage copy = *chosen;
            parts.insert(
                parts.begin() + static_cast<std::ptrdiff_t>(random.below(parts.size() + 1)), copy);
            break;
        }
        case 2:
            resize(*chosen, capture, random);
            break;
        case 3:
        case 4:
            change_number(*chosen, capture, random);
            break;
        default:
            if (!is_header) change_packet(*chosen, capture, random);
    }
}

std::size_t store(const Parts& parts, std::span<std::uint8_t> out) {
    std::size_t written = 0;
    for (const Storage& part : parts) {
        const std::size_t room = std::min(part.size(), out.size() - written);
        fuzz::copy(Bytes(part).first(room), std::as_writable_bytes(out.subspan(written, room)));
        written += room;
    }
    return written;
}

}  // namespace

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned seed) {
    Random random(seed);
    if (random.below(5) < 2) return LLVMFuzzerMutate(data, size, most);
    Capture capture = parse(std::as_bytes(std::span(data, size)));
    for (std::uint64_t left = random.below(3) + 1; left > 0; --left) change(capture, random);
    return store(capture.parts, std::span(data, most));
}

/// The first parts of the one and the last parts of the other; of two that are of different kinds
/// or byte orders the one alone.
std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                      const std::uint8_t* second, std::size_t second_size,
                                      std::uint8_t* out, std::size_t most, unsigned seed) {
    Random random(seed);
    Capture one = parse(std::as_bytes(std::span(first, first_size)));
    const Capture other = parse(std::as_bytes(std::span(second, second_size)));
    if (one.blocks == other.blocks && one.swapped == other.swapped && !other.parts.empty()) {
        one.parts.resize(1 + random.below(std::max<std::size_t>(1, one.parts.size())));
        const std::size_t from = 1 + random.below(other.parts.size());
        one.parts.insert(one.parts.end(), other.parts.begin() + static_cast<std::ptrdiff_t>(from),
                         other.parts.end());
    }
    return store(one.parts, std::span(out, most));
}
