// SPDX-License-Identifier: MIT
#include "conformance/capture/playback_link.h"

#include <utility>

namespace aoe::conformance {

namespace {

// More than any MTU lets through.
constexpr std::size_t largest_frame = std::size_t{1} << 17;

}  // namespace

PlaybackLink::PlaybackLink(Playback& playback, std::uint32_t port)
    : playback_(playback),
      port_(port),
      mac_(port == 0 ? playback.facts().ours : playback.facts().second_ours.value_or(Mac{})),
      buffer_(largest_frame) {}

std::span<const ReceivedFrame> PlaybackLink::receive(std::size_t most) {
    frames_.clear();
    received_.clear();
    while (frames_.size() < most) {
        auto frame = playback_.next_frame(port_);
        if (!frame) break;
        frames_.push_back(*std::move(frame));
    }
    for (const Playback::Frame& frame : frames_) {
        ReceivedFrame& received = received_.emplace_back();
        received.bytes = std::as_bytes(std::span(frame.bytes));
        received.wire_size = frame.bytes.size();
        received.time = playback_.now();
        received.vlan_tag = frame.vlan_tag;
    }
    return received_;
}

std::optional<LentBuffer> PlaybackLink::lend() {
    if (lent_) return std::nullopt;
    lent_ = true;
    return LentBuffer{.bytes = buffer_, .buffer = 0};
}

void PlaybackLink::queue(const LentBuffer& buffer, std::size_t size) {
    lent_ = false;
    error_ = playback_.send(port_, buffer.bytes.first(size));
}

std::error_code PlaybackLink::flush() {
    return std::exchange(error_, {});
}

}  // namespace aoe::conformance
