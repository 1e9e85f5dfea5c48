// SPDX-License-Identifier: MIT
#include "conformance/replay/kept_frame.h"

#include <algorithm>

namespace aoe::conformance {

namespace {

ByteVector to_vector(Bytes bytes) {
    ByteVector copy(bytes.size());
    std::transform(bytes.begin(), bytes.end(), copy.begin(),
                   [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
    return copy;
}

}  // namespace

unsigned word_at(const ByteVector& bytes, std::size_t at) {
    return at + 2 <= bytes.size() ? unsigned{bytes[at]} << 8 | bytes[at + 1] : 0U;
}

std::size_t type_offset(const ByteVector& bytes) {
    std::size_t at = 12;
    while (at < 20 && (word_at(bytes, at) == 0x8100 || word_at(bytes, at) == 0x88a8)) at += 4;
    return at;
}

KeptBytes keep_frame(const CapturedPacket& packet, const SeenFrame& seen) {
    KeptBytes kept{.kind = seen.kind,
                   .number = packet.number,
                   .time = packet.time,
                   .bytes = {},
                   .cut = seen.cut(),
                   .destination_known = seen.destination_known,
                   .destination = seen.destination,
                   .source = seen.source};
    if (packet.link_type == link_type::ethernet) {
        kept.bytes = to_vector(packet.bytes);
        kept.at = type_offset(kept.bytes);
        return kept;
    }
    // A cooked capture does not tell the destination, and has no VLAN tag to keep.
    for (const Mac& mac : {seen.destination, seen.source}) {
        for (const std::byte byte : mac) kept.bytes.push_back(std::to_integer<std::uint8_t>(byte));
    }
    kept.bytes.insert(kept.bytes.end(), {0x88, 0xa2});
    const ByteVector body = to_vector(seen.body);
    kept.bytes.insert(kept.bytes.end(), body.begin(), body.end());
    return kept;
}

}  // namespace aoe::conformance
