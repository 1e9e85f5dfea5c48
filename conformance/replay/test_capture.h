// SPDX-License-Identifier: MIT
// For tests: a capture made by hand, with a target e9.1 and up to three initiators in it.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "conformance/replay/recording.h"

namespace aoe::conformance {

constexpr Mac test_mac(unsigned last) {
    return {std::byte{2}, std::byte{0x11}, {}, {}, {}, static_cast<std::byte>(last)};
}
inline constexpr Mac then_target = test_mac(0x77), then_first = test_mac(0x55),
                     then_second = test_mac(0x66), then_third = test_mac(0x44);
inline constexpr std::uint16_t then_shelf = 9;
inline constexpr std::uint8_t then_slot = 1;

/// A classic pcap file in memory; each frame a millisecond after the one before.
class TestCapture {
public:
    explicit TestCapture(std::uint32_t link = link_type::ethernet);

    TestCapture& marker(const std::string& text);
    TestCapture& frame(const ByteVector& bytes, std::size_t length = 0);
    TestCapture& pause(Time time) {
        now_ += time;
        return *this;
    }
    /// From the first initiator to the target under this tag, unless it says otherwise.
    TestCapture& ask(Request request, std::uint32_t tag);
    /// From the target to the first initiator; flag R is added.
    TestCapture& answer(Request reply, std::uint32_t tag);

    Expected<Recording, std::string> read(const std::string& file = "folder/talk.pcap") const;

    static ByteVector request_bytes(Request request, std::uint32_t tag);

private:
    std::vector<std::byte> bytes_;
    Time now_ = std::chrono::seconds(1000);
};

}  // namespace aoe::conformance
