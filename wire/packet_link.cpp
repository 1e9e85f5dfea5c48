// SPDX-License-Identifier: MIT
#include "wire/packet_link.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <optional>
#include <poll.h>
#include <utility>

#include <linux/if_packet.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "wire/descriptor.h"
#include "wire/ethernet.h"
#include "wire/frame_pool.h"
#include "wire/link_monitor.h"
#include "wire/packet_filter.h"
#include "wire/packet_socket.h"

namespace aoe {
namespace {

constexpr std::size_t largest_mtu = 65535;  // What Linux allows on any Ethernet interface.
constexpr std::size_t slot_bytes = ethernet_header_bytes + vlan_tag_bytes + largest_mtu;
// How long one flush may wait in all for a full queue, before frames are given up.
constexpr int most_retries = 50;
constexpr int retry_wait_ms = 1;

/// Where recvmmsg() puts one frame, and what it tells beside it.
struct Envelope {
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(tpacket_auxdata)) +
                                               CMSG_SPACE(sizeof(timespec))> control;
    iovec data{};
    std::optional<std::uint32_t> slot;  // None until it is taken for the next frame.
};

struct Queued {
    std::uint32_t slot;
    std::size_t size_bytes;
};

std::chrono::nanoseconds since_epoch(const timespec& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// The time and the VLAN tag that the kernel noted beside a frame.
void read_control(msghdr& message, ReceivedFrame& frame) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPNS) {
            timespec time{};
            std::memcpy(&time, CMSG_DATA(part), sizeof time);
            frame.time = since_epoch(time);
        } else if (part->cmsg_level == SOL_PACKET && part->cmsg_type == PACKET_AUXDATA) {
            tpacket_auxdata beside{};
            std::memcpy(&beside, CMSG_DATA(part), sizeof beside);
            if ((beside.tp_status & TP_STATUS_VLAN_VALID) != 0) frame.vlan_tag = beside.tp_vlan_tci;
        }
    }
}

class PacketLink final : public Link {
public:
    explicit PacketLink(const PacketLinkOptions& options);

    Mac mac() const noexcept override { return monitor_.mac(); }
    std::size_t mtu() const noexcept override { return monitor_.mtu(); }
    int descriptor() const noexcept override { return sockets_.receiver.get(); }
    int event_descriptor() const noexcept override { return monitor_.descriptor(); }
    std::size_t receive_capacity() const noexcept override {
        return frames_held(sockets_.receive_buffer_bytes, mtu());
    }

    std::uint64_t frames_lost() noexcept override;
    std::span<const ReceivedFrame> receive(std::size_t most) override;
    void release(const ReceivedFrame& frame) noexcept override { received_.put(frame.buffer); }
    std::optional<LentBuffer> lend() override;
    void queue(const LentBuffer& buffer, std::size_t size) override;
    void give_back(const LentBuffer& buffer) noexcept override { lent_.put(buffer.buffer); }
    std::error_code flush() override;
    std::optional<LinkEvent> next_event() override { return monitor_.next_event(); }
    std::error_code join(const Mac& mac) override;

private:
    std::size_t make_room(std::size_t most);
    std::size_t fetch(std::size_t most);
    ReceivedFrame open(mmsghdr& message, Envelope& envelope);
    std::size_t submit(std::span<const Queued> frames);
    bool may_retry(int error, int& retries) const;

    PacketLinkOptions options_;
    PacketSockets sockets_;
    LinkMonitor monitor_;
    FramePool received_;
    FramePool lent_;
    std::vector<Mac> joined_;
    // Kept from call to call: who polls asks many times for each frame that comes.
    std::vector<mmsghdr> incoming_;
    std::vector<Envelope> envelopes_;
    std::vector<ReceivedFrame> batch_;
    std::vector<mmsghdr> outgoing_;
    std::vector<iovec> outgoing_data_;
    std::vector<Queued> queued_;
    std::uint64_t lost_ = 0;
};

PacketLink::PacketLink(const PacketLinkOptions& options)
    : options_(options),
      sockets_(open_packet_sockets(options)),
      monitor_(sockets_.interface_index),
      received_(options.buffers, slot_bytes),
      lent_(options.buffers, slot_bytes),
      incoming_(options.batch),
      envelopes_(options.batch),
      outgoing_(options.batch),
      outgoing_data_(options.batch) {
    assert(options.batch != 0);
    batch_.reserve(options.batch);
    queued_.reserve(options.buffers);
    for (std::size_t i = 0; i < options.batch; ++i) {
        incoming_[i].msg_hdr.msg_iov = &envelopes_[i].data;
        incoming_[i].msg_hdr.msg_iovlen = 1;
        if (options.see_everything) incoming_[i].msg_hdr.msg_control = &envelopes_[i].control;
        outgoing_[i].msg_hdr.msg_iov = &outgoing_data_[i];
        outgoing_[i].msg_hdr.msg_iovlen = 1;
    }
}

std::uint64_t PacketLink::frames_lost() noexcept {
    tpacket_stats since_last_asked{};
    socklen_t size = sizeof since_last_asked;
    if (getsockopt(sockets_.receiver.get(), SOL_PACKET, PACKET_STATISTICS, &since_last_asked,
                   &size) == 0) {
        lost_ += since_last_asked.tp_drops;
    }
    return lost_;
}

std::span<const ReceivedFrame> PacketLink::receive(std::size_t most) {
    batch_.clear();
    const std::size_t wanted = make_room(std::min(most, options_.batch));
    const std::size_t count = wanted == 0 ? 0 : fetch(wanted);
    for (std::size_t i = 0; i < count; ++i) batch_.push_back(open(incoming_[i], envelopes_[i]));
    return batch_;
}

/// For how many of the next `most` frames there are slots.
std::size_t PacketLink::make_room(std::size_t most) {
    std::size_t ready = 0;
    for (; ready < most; ++ready) {
        Envelope& envelope = envelopes_[ready];
        if (envelope.slot) continue;
        if (received_.available() == 0) break;
        envelope.slot = received_.take();
        const MutableBytes room = received_.bytes(*envelope.slot);
        envelope.data = {.iov_base = room.data(), .iov_len = room.size()};
        if (options_.see_everything) {
            incoming_[ready].msg_hdr.msg_controllen = envelope.control.size();
        }
    }
    return ready;
}

std::size_t PacketLink::fetch(std::size_t most) {
    const int socket = sockets_.receiver.get();
    const auto size = static_cast<unsigned>(most);
    int count = recvmmsg(socket, incoming_.data(), size, MSG_DONTWAIT | MSG_TRUNC, nullptr);
    // An interface that went down leaves one error behind, before the frames that still wait; the
    // event comes from the monitor.
    if (count < 0 && errno != EAGAIN) {
        count = recvmmsg(socket, incoming_.data(), size, MSG_DONTWAIT | MSG_TRUNC, nullptr);
    }
    return count < 0 ? 0 : static_cast<std::size_t>(count);
}

ReceivedFrame PacketLink::open(mmsghdr& message, Envelope& envelope) {
    ReceivedFrame frame;
    frame.buffer = *std::exchange(envelope.slot, std::nullopt);
    frame.wire_size = message.msg_len;
    frame.bytes = received_.trim(frame.buffer, std::min(frame.wire_size, envelope.data.iov_len));
    if (options_.see_everything) read_control(message.msg_hdr, frame);
    frame.cast = cast_of(destination_of(frame.bytes), mac(), joined_);
    return frame;
}

std::optional<LentBuffer> PacketLink::lend() {
    if (lent_.available() == 0) return std::nullopt;
    const std::uint32_t slot = lent_.take();
    return LentBuffer{.bytes = lent_.bytes(slot), .buffer = slot};
}

void PacketLink::queue(const LentBuffer& buffer, std::size_t size) {
    assert(size <= buffer.bytes.size());
    queued_.push_back({.slot = buffer.buffer, .size_bytes = size});
}

std::error_code PacketLink::flush() {
    std::error_code first;
    std::span<const Queued> left = queued_;
    int retries = 0;
    while (!left.empty()) {
        const std::size_t sent = submit(left.first(std::min(left.size(), options_.batch)));
        left = left.subspan(sent);
        if (sent != 0) continue;
        const int error = errno;
        if (may_retry(error, retries)) continue;
        if (!first) first = {error, std::system_category()};
        left = left.subspan(1);
    }
    for (const Queued& frame : queued_) lent_.put(frame.slot);
    queued_.clear();
    return first;
}

/// Returns how many went; when none did, errno says why the first one did not.
std::size_t PacketLink::submit(std::span<const Queued> frames) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
        outgoing_data_[i] = {.iov_base = lent_.bytes(frames[i].slot).data(),
                             .iov_len = frames[i].size_bytes};
    }
    const int sent = sendmmsg(sockets_.sender.get(), outgoing_.data(),
                              static_cast<unsigned>(frames.size()), MSG_DONTWAIT);
    return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

/// Waits a moment when the frame can go later: its buffer is full, or the interface's queue is,
/// of which poll() knows nothing.
bool PacketLink::may_retry(int error, int& retries) const {
    if ((error != EAGAIN && error != ENOBUFS) || retries == most_retries) return false;
    ++retries;
    pollfd watched{.fd = sockets_.sender.get(), .events = POLLOUT, .revents = 0};
    poll(&watched, error == EAGAIN ? 1 : 0, retry_wait_ms);
    return true;
}

std::error_code PacketLink::join(const Mac& mac) {
    if (is_group(mac)) return std::make_error_code(std::errc::invalid_argument);
    packet_mreq request{};
    request.mr_ifindex = sockets_.interface_index;
    request.mr_type = PACKET_MR_UNICAST;
    request.mr_alen = sizeof mac;
    std::memcpy(request.mr_address, mac.data(), mac.size());
    const int socket = sockets_.receiver.get();
    if (setsockopt(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof request) != 0) {
        return {errno, std::system_category()};
    }
    joined_.push_back(mac);
    return set_packet_filter(socket, options_.see_everything, joined_);
}

}  // namespace

LinkPtr open_packet_link(const PacketLinkOptions& options) {
    return std::make_unique<PacketLink>(options);
}

}  // namespace aoe
