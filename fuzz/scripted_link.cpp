// SPDX-License-Identifier: MIT
#include "fuzz/scripted_link.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "fuzz/raw_bytes.h"
#include "fuzz/require.h"
#include "wire/ethernet.h"
#include "wire/frame.h"

namespace aoe::fuzz {
namespace {

// Whoever keeps a buffer may use it at a larger MTU.
constexpr std::size_t largest_frame = 9000 + ethernet_header_size;
constexpr std::size_t spare_bytes = 64;  // Behind the largest frame, where nothing may be written.

}  // namespace

ScriptedLink::ScriptedLink(const Mac& mac, std::size_t mtu, std::byte dirt)
    : mac_(mac), mtu_(mtu), dirt_(dirt), storage_(most_buffers), lent_(most_buffers) {}

void ScriptedLink::deliver(Bytes frame, std::size_t cut_bytes,
                           std::optional<std::uint16_t> vlan_tag) {
    Waiting& waiting = waiting_.emplace_back();
    waiting.size = frame.size();
    waiting.wire_size = frame.size() + cut_bytes;
    waiting.vlan_tag = vlan_tag;
    waiting.bytes = std::make_unique<std::byte[]>(frame.size());
    copy(frame, MutableBytes(waiting.bytes.get(), frame.size()));
}

std::vector<FrameBytes> ScriptedLink::take_sent() {
    return std::exchange(sent_, {});
}

std::size_t ScriptedLink::most_bytes() const {
    return std::max(minimum_frame_size, mtu_ + ethernet_header_size);
}

ScriptedLink::~ScriptedLink() {
    require(std::ranges::count(lent_, true) == 0, "every buffer was sent or given back");
}

bool ScriptedLink::has_room() const {
    return std::ranges::count(lent_.begin(), lent_.begin() + static_cast<std::ptrdiff_t>(buffers_),
                              false) > 0;
}

void ScriptedLink::check_idle() const {
    require(held_count_ == 0, "every received frame was released");
    require(waiting_.empty(), "every frame was received");
}

std::span<const ReceivedFrame> ScriptedLink::receive(std::size_t most) {
    require(held_count_ == 0, "what was received is released before more is");
    held_.clear();
    batch_.clear();
    while (!waiting_.empty() && batch_.size() < most) {
        const Waiting& frame = held_.emplace_back(std::move(waiting_.front()));
        waiting_.pop_front();
        const Bytes bytes(frame.bytes.get(), frame.size);
        const Cast cast = bytes.size() < mac_.size() ? Cast::other_host
                                                     : cast_of(destination_of(bytes), mac_, {});
        batch_.push_back({.bytes = bytes,
                          .buffer = static_cast<std::uint32_t>(held_.size() - 1),
                          .wire_size = frame.wire_size,
                          .time = {},
                          .vlan_tag = frame.vlan_tag,
                          .cast = cast});
    }
    held_count_ = held_.size();
    return batch_;
}

void ScriptedLink::release(const ReceivedFrame& frame) noexcept {
    require(frame.buffer < held_.size() && held_[frame.buffer].bytes != nullptr,
            "a received frame is released once");
    held_[frame.buffer].bytes.reset();
    --held_count_;
}

std::optional<LentBuffer> ScriptedLink::lend() {
    for (std::uint32_t number = 0; number < buffers_; ++number) {
        if (lent_[number]) continue;
        lent_[number] = true;
        FrameBytes& bytes = storage_[number];
        // What lies behind the MTU's largest frame is as it was, whoever had the buffer.
        if (bytes.empty()) bytes.assign(largest_frame + spare_bytes, dirt_);
        std::memset(bytes.data(), std::to_integer<int>(dirt_), most_bytes());
        return LentBuffer{.bytes = MutableBytes(bytes).first(largest_frame), .buffer = number};
    }
    return std::nullopt;
}

void ScriptedLink::queue(const LentBuffer& buffer, std::size_t size) {
    require(buffer.buffer < most_buffers && lent_[buffer.buffer], "only what was lent is sent");
    require(size <= buffer.bytes.size(), "no frame is larger than its buffer");
    queued_.emplace_back(buffer.buffer, size);
}

void ScriptedLink::give_back(const LentBuffer& buffer) noexcept {
    require(buffer.buffer < most_buffers && lent_[buffer.buffer], "only what was lent comes back");
    lent_[buffer.buffer] = false;
}

std::error_code ScriptedLink::flush() {
    for (const auto& [number, size] : queued_) {
        const Bytes bytes = storage_[number];
        const std::size_t end = bytes.size() - spare_bytes;
        require(equal(bytes.subspan(end), FrameBytes(spare_bytes, dirt_)),
                "nothing is written behind a buffer");
        lent_[number] = false;
        if (size > most_bytes()) continue;  // No interface takes it.
        sent_.emplace_back(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    }
    queued_.clear();
    return {};
}

std::optional<LinkEvent> ScriptedLink::next_event() {
    if (events_.empty()) return std::nullopt;
    const LinkEvent event = events_.front();
    events_.pop_front();
    return event;
}

std::error_code ScriptedLink::join(const Mac&) {
    return {};
}

}  // namespace aoe::fuzz
