// SPDX-License-Identifier: MIT
#include "wire/memory_link.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <deque>
#include <poll.h>
#include <vector>

#include "wire/descriptor.h"
#include "wire/ethernet.h"
#include "wire/frame_pool.h"
#include "wire/random.h"

namespace aoe {
namespace {

// Buffers that one end lends at a time, and received frames it holds at a time.
constexpr std::size_t buffers = 256;
// Behind the MTU, so that a frame that is too long meets message_size as on a real interface.
constexpr std::size_t spare_bytes = 512;

struct Waiting {
    std::uint32_t buffer;
    std::size_t size_bytes;
};

/// One end's part of the wire between both: what has arrived and was not yet received.
struct Inbox {
    std::deque<Waiting> frames;
    Wakeup wakeup;
};

struct Wire {
    explicit Wire(const MemoryPairOptions& given)
        : options(given),
          pool(2 * (2 * buffers + given.capacity),
               ethernet_header_bytes + vlan_tag_bytes + given.mtu + spare_bytes) {}

    MemoryPairOptions options;
    FramePool pool;
    std::array<Inbox, 2> inboxes;
};

class MemoryLink final : public Link {
public:
    MemoryLink(std::shared_ptr<Wire> wire, std::size_t side)
        : wire_(std::move(wire)),
          side_(side),
          mac_(side == 0 ? wire_->options.first_mac : wire_->options.second_mac),
          random_(wire_->options.seed + side) {}

    Mac mac() const noexcept override { return mac_; }
    std::size_t mtu() const noexcept override { return wire_->options.mtu; }
    int descriptor() const noexcept override { return wire_->inboxes[side_].wakeup.descriptor(); }
    int event_descriptor() const noexcept override { return -1; }
    std::size_t receive_capacity() const noexcept override { return wire_->options.capacity; }

    std::span<const ReceivedFrame> receive(std::size_t most) override;
    void release(const ReceivedFrame& frame) noexcept override;
    std::optional<LentBuffer> lend() override;
    void queue(const LentBuffer& buffer, std::size_t size) override;
    void give_back(const LentBuffer& buffer) noexcept override;
    std::error_code flush() override;
    std::optional<LinkEvent> next_event() override { return std::nullopt; }
    std::error_code join(const Mac& mac) override;

private:
    Inbox& inbox() noexcept { return wire_->inboxes[side_]; }
    ReceivedFrame take(const Waiting& waiting);
    std::error_code send(const Waiting& frame);

    std::shared_ptr<Wire> wire_;
    std::size_t side_;
    Mac mac_;
    Random random_;
    std::vector<Mac> joined_;
    std::vector<ReceivedFrame> batch_;
    std::vector<Waiting> queued_;
    std::size_t lent_ = 0;
    std::size_t held_ = 0;
};

std::span<const ReceivedFrame> MemoryLink::receive(std::size_t most) {
    batch_.clear();
    std::deque<Waiting>& frames = inbox().frames;
    most = std::min({most, frames.size(), buffers - held_});
    if (most != 0) {
        const std::size_t count = 1 + random_.below(most);
        for (std::size_t i = 0; i < count; ++i) {
            batch_.push_back(take(frames.front()));
            frames.pop_front();
        }
        held_ += count;
        inbox().wakeup.set(!frames.empty());
    }
    return batch_;
}

ReceivedFrame MemoryLink::take(const Waiting& waiting) {
    MutableBytes bytes = wire_->pool.trim(waiting.buffer, waiting.size_bytes);
    ReceivedFrame frame;
    frame.buffer = waiting.buffer;
    frame.vlan_tag = take_vlan_tag(bytes);
    frame.bytes = bytes;
    frame.wire_size = bytes.size();
    frame.cast = cast_of(destination_of(bytes), mac_, joined_);
    if (wire_->options.clock != nullptr) frame.time = wire_->options.clock->now();
    return frame;
}

void MemoryLink::release(const ReceivedFrame& frame) noexcept {
    assert(held_ != 0);
    --held_;
    wire_->pool.put(frame.buffer);
}

std::optional<LentBuffer> MemoryLink::lend() {
    if (lent_ == buffers) return std::nullopt;
    ++lent_;
    const std::uint32_t buffer = wire_->pool.take();
    return LentBuffer{.bytes = wire_->pool.bytes(buffer), .buffer = buffer};
}

void MemoryLink::queue(const LentBuffer& buffer, std::size_t size) {
    assert(size <= buffer.bytes.size());
    queued_.push_back({.buffer = buffer.buffer, .size_bytes = size});
}

void MemoryLink::give_back(const LentBuffer& buffer) noexcept {
    assert(lent_ != 0);
    --lent_;
    wire_->pool.put(buffer.buffer);
}

std::error_code MemoryLink::flush() {
    std::error_code first;
    for (const Waiting& frame : queued_) {
        assert(lent_ != 0);
        --lent_;
        const std::error_code error = send(frame);
        if (!first) first = error;
    }
    queued_.clear();
    return first;
}

/// The same refusals as a packet socket's; no room at the far end is a loss that nobody is told.
std::error_code MemoryLink::send(const Waiting& frame) {
    std::size_t largest = ethernet_header_bytes + mtu();
    if (carries_vlan_tag(wire_->pool.bytes(frame.buffer).first(frame.size_bytes))) {
        largest += vlan_tag_bytes;
    }
    std::error_code error;
    if (frame.size_bytes < ethernet_header_bytes) {
        error = std::make_error_code(std::errc::invalid_argument);
    } else if (frame.size_bytes > largest) {
        error = std::make_error_code(std::errc::message_size);
    }
    Inbox& far = wire_->inboxes[1 - side_];
    if (error || far.frames.size() >= wire_->options.capacity) {
        wire_->pool.put(frame.buffer);
    } else {
        far.frames.push_back(frame);
        far.wakeup.set(true);
    }
    return error;
}

std::error_code MemoryLink::join(const Mac& mac) {
    if (is_group(mac)) return std::make_error_code(std::errc::invalid_argument);
    joined_.push_back(mac);
    return {};
}

}  // namespace

std::pair<LinkPtr, LinkPtr> make_memory_pair(const MemoryPairOptions& options) {
    const auto wire = std::make_shared<Wire>(options);
    return {std::make_unique<MemoryLink>(wire, 0), std::make_unique<MemoryLink>(wire, 1)};
}

VirtualClock::VirtualClock(std::function<bool()> step) : step_(std::move(step)) {}

void VirtualClock::set_step(std::function<bool()> step) {
    step_ = std::move(step);
}

void VirtualClock::wait(Link& link, Time deadline) {
    if (step_()) return;
    pollfd watched{.fd = link.descriptor(), .events = POLLIN, .revents = 0};
    if (poll(&watched, 1, 0) > 0) return;
    now_ = std::max(now_, std::min(deadline, link.next_due().value_or(deadline)));
}

}  // namespace aoe
