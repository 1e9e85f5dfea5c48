// SPDX-License-Identifier: MIT
#include "wire/xdp_link.h"

#include <algorithm>
#include <cassert>
#include <poll.h>
#include <vector>

#include "wire/ethernet.h"
#include "wire/frame_pool.h"
#include "wire/link_monitor.h"
#include "wire/packet_socket.h"
#include "wire/xdp_interface.h"
#include "wire/xdp_program.h"
#include "wire/xdp_socket.h"

namespace aoe {
namespace {

constexpr std::size_t slot_bytes = ethernet_header_bytes + vlan_tag_bytes + largest_xdp_mtu;
constexpr std::uint32_t ring_entries = 512;
// Slots for frames on their way here, for those that the user has not released, and for those on
// their way out. All are pinned: 4 MiB, half of what Debian lets a process without rights pin.
constexpr std::size_t receive_slots = 512;
constexpr std::size_t held_slots = 256;
constexpr std::size_t send_slots = 256;
// How long one flush may wait in all until the kernel has taken what is queued.
constexpr int most_retries = 50;
constexpr int retry_wait_ms = 1;

class XdpLink final : public Link {
public:
    XdpLink(const XdpLinkOptions& options, const InterfaceState& interface);

    Mac mac() const noexcept override { return monitor_.mac(); }
    std::size_t mtu() const noexcept override { return std::min(monitor_.mtu(), largest_xdp_mtu); }
    int descriptor() const noexcept override { return socket_.descriptor(); }
    int event_descriptor() const noexcept override { return monitor_.descriptor(); }
    std::size_t receive_capacity() const noexcept override { return receive_slots; }
    std::uint64_t frames_lost() noexcept override { return socket_.frames_lost(); }
    std::span<const ReceivedFrame> receive(std::size_t most) override;
    void release(const ReceivedFrame& frame) noexcept override;
    std::optional<LentBuffer> lend() override;
    void queue(const LentBuffer& buffer, std::size_t size) override;
    void give_back(const LentBuffer& buffer) noexcept override;
    std::error_code flush() override;
    std::optional<LinkEvent> next_event() override;
    std::error_code join(const Mac&) override {
        return std::make_error_code(std::errc::operation_not_supported);
    }

private:
    void refill();
    void reap();
    std::error_code send_all();
    ReceivedFrame open(const xdp_desc& received);

    FramePool pool_{receive_slots + held_slots + send_slots, slot_bytes};
    XdpProgram program_;
    XdpSocket socket_;
    LinkMonitor monitor_;
    Mac mac_;  // As the program knows it.
    std::vector<ReceivedFrame> batch_;
    std::size_t receiving_ = 0;  // Slots that the kernel has to fill, or has filled.
    std::size_t held_ = 0;       // Slots that the user reads.
    std::size_t lent_ = 0;       // Slots that the user has to fill, or the kernel to send.
    std::error_code refused_;    // Why a frame was not queued since the last flush; the first one.
};

XdpLink::XdpLink(const XdpLinkOptions& options, const InterfaceState& interface)
    : program_(options.interface, interface),
      socket_(options.interface, interface.index, pool_, ring_entries),
      monitor_(interface.index),
      mac_(interface.mac) {
    batch_.reserve(held_slots);
    refill();
    program_.redirect_to(socket_.descriptor());
}

/// Gives the kernel all the slots that it may have.
void XdpLink::refill() {
    if (receiving_ == receive_slots) return;
    for (; receiving_ < receive_slots; ++receiving_) {
        socket_.fill().put(pool_.take() * pool_.stride_bytes());
    }
    socket_.fill().publish();
}

std::span<const ReceivedFrame> XdpLink::receive(std::size_t most) {
    batch_.clear();
    refill();
    auto& received = socket_.received();
    const std::size_t count =
        std::min({most, held_slots - held_, std::size_t{received.available()}});
    if (count == 0) return batch_;
    for (std::size_t i = 0; i < count; ++i) batch_.push_back(open(received.take()));
    received.return_taken();
    receiving_ -= count;
    held_ += count;
    return batch_;
}

ReceivedFrame XdpLink::open(const xdp_desc& received) {
    ReceivedFrame frame;
    frame.buffer = static_cast<std::uint32_t>(received.addr / pool_.stride_bytes());
    MutableBytes bytes = pool_.trim(frame.buffer, received.len);
    frame.vlan_tag = take_vlan_tag(bytes);
    frame.bytes = bytes;
    frame.wire_size = bytes.size();
    frame.cast = cast_of(destination_of(bytes), mac_, {});
    return frame;
}

void XdpLink::release(const ReceivedFrame& frame) noexcept {
    pool_.put(frame.buffer);
    --held_;
}

std::optional<LentBuffer> XdpLink::lend() {
    if (lent_ == send_slots) reap();
    if (lent_ == send_slots) return std::nullopt;
    ++lent_;
    const std::uint32_t slot = pool_.take();
    return LentBuffer{.bytes = pool_.bytes(slot), .buffer = slot};
}

void XdpLink::give_back(const LentBuffer& buffer) noexcept {
    pool_.put(buffer.buffer);
    --lent_;
}

void XdpLink::queue(const LentBuffer& buffer, std::size_t size) {
    assert(size <= buffer.bytes.size());
    const bool is_short = size < ethernet_header_bytes;
    if (is_short || size > ethernet_header_bytes + mtu()) {
        if (!refused_) {
            refused_ = std::make_error_code(is_short ? std::errc::invalid_argument
                                                     : std::errc::message_size);
        }
        return give_back(buffer);
    }
    xdp_desc frame{};
    frame.addr = buffer.buffer * pool_.stride_bytes() + FramePool::slot_offset_bytes;
    frame.len = static_cast<std::uint32_t>(size);
    socket_.to_send().put(frame);
}

/// Takes back the slots of what the kernel has sent.
void XdpLink::reap() {
    auto& done = socket_.completion();
    const std::uint32_t count = done.available();
    if (count == 0) return;
    for (std::uint32_t i = 0; i < count; ++i) {
        pool_.put(static_cast<std::uint32_t>(done.take() / pool_.stride_bytes()));
    }
    done.return_taken();
    lent_ -= count;
}

std::error_code XdpLink::flush() {
    socket_.to_send().publish();
    const std::error_code error = send_all();
    reap();
    const std::error_code first = refused_ ? refused_ : error;
    refused_ = {};
    return first;
}

/// What the kernel does not take stands in its ring, and leaves with the next flush.
std::error_code XdpLink::send_all() {
    auto& ring = socket_.to_send();
    int retries = 0;
    while (!ring.is_drained()) {
        const std::uint32_t before = ring.consumed();
        const std::error_code error = socket_.send();
        if (ring.consumed() != before) continue;
        if (error && error != std::errc::resource_unavailable_try_again &&
            error != std::errc::no_buffer_space && error != std::errc::device_or_resource_busy) {
            return error;
        }
        reap();
        if (++retries > most_retries) return std::make_error_code(std::errc::no_buffer_space);
        poll(nullptr, 0, retry_wait_ms);
    }
    return {};
}

std::optional<LinkEvent> XdpLink::next_event() {
    const auto event = monitor_.next_event();
    if (monitor_.mac() != mac_) {
        mac_ = monitor_.mac();
        program_.set_mac(mac_);
    }
    return event;
}

}  // namespace

LinkPtr open_xdp_link(const XdpLinkOptions& options) {
    const InterfaceState interface = find_ethernet_interface(options.interface);
    expect_fit_for_xdp(options.interface, xdp_facts(options.interface, interface));
    return std::make_unique<XdpLink>(options, interface);
}

}  // namespace aoe
