// SPDX-License-Identifier: MIT
// Frames for the tests of links, and the few things every one of those does with a link.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "wire/ethernet.h"
#include "wire/link.h"

namespace aoe::testing_link {

using Frame = std::vector<std::byte>;

struct FrameWords {
    Mac destination{};
    Mac source{};
    std::uint16_t type = ethertype_aoe;
    std::size_t size_bytes = 60;
    std::uint8_t fill = 0;  // The first byte after the header; each further one is one more.
};

inline void write_u16(Frame& frame, std::size_t offset, std::uint16_t value) {
    frame[offset] = static_cast<std::byte>(value >> 8);
    frame[offset + 1] = static_cast<std::byte>(value & 0xff);
}

inline Frame make_frame(const FrameWords& words) {
    Frame frame(words.size_bytes);
    std::copy(words.destination.begin(), words.destination.end(), frame.begin());
    std::copy(words.source.begin(), words.source.end(), frame.begin() + 6);
    write_u16(frame, 12, words.type);
    for (std::size_t i = ethernet_header_bytes; i < frame.size(); ++i) {
        frame[i] = static_cast<std::byte>(words.fill + i - ethernet_header_bytes);
    }
    return frame;
}

/// The same frame with a tag in place, as it looks on the wire.
inline Frame tagged(const Frame& frame, std::uint16_t type, std::uint16_t tag) {
    Frame result(frame.begin(), frame.begin() + 12);
    result.resize(16);
    write_u16(result, 12, type);
    write_u16(result, 14, tag);
    result.insert(result.end(), frame.begin() + 12, frame.end());
    return result;
}

inline Frame copy_of(Bytes bytes) {
    return {bytes.begin(), bytes.end()};
}

/// Everything that waits at a link, by copy, released.
inline std::vector<Frame> take_all(Link& link) {
    std::vector<Frame> frames;
    while (true) {
        const auto batch = link.receive(64);
        if (batch.empty()) return frames;
        for (const ReceivedFrame& frame : batch) {
            frames.push_back(copy_of(frame.bytes));
            link.release(frame);
        }
    }
}

}  // namespace aoe::testing_link
