// SPDX-License-Identifier: MIT
// How frames travel, a few at a time both ways. A link carries bytes and has no opinion on them: it
// neither pads nor cuts. It owns its buffers: received ones are borrowed until they are released,
// ones to send are lent, filled in place and queued, so that an implementation need not copy.
//
//     for (const ReceivedFrame& frame : link.receive(16)) {
//         if (auto buffer = link.lend()) link.queue(*buffer, answer(frame.bytes, buffer->bytes));
//         link.release(frame);
//     }
//     link.flush();
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <system_error>

#include "wire/bytes.h"
#include "wire/clock.h"

namespace aoe {

/// Whom the destination address names, as the receiving interface sees it.
enum class Cast : std::uint8_t { unicast, broadcast, multicast, other_host };

struct ReceivedFrame {
    Bytes bytes;                            // From the destination address; no VLAN tag, no FCS.
    std::uint32_t buffer = 0;               // The link's own number for it.
    std::size_t wire_size = 0;              // More than bytes.size() when the frame was truncated.
    std::chrono::nanoseconds time{};        // Since the Unix epoch; on a virtual clock, its time.
    std::optional<std::uint16_t> vlan_tag;  // TCI, when the frame came tagged.
    Cast cast = Cast::unicast;
};

struct LentBuffer {
    MutableBytes bytes;  // As large as a frame may be; the contents are whatever they were.
    std::uint32_t buffer = 0;
};

/// Link down is an event, not an end: it may come up again. `gone` is an end.
enum class LinkEvent : std::uint8_t { down, up, mtu_changed, gone };

class Link {
public:
    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    virtual ~Link() = default;

    virtual Mac mac() const noexcept = 0;
    /// Bytes after the 14-byte Ethernet header.
    virtual std::size_t mtu() const noexcept = 0;
    /// Readable, for poll() and epoll, when receive() may return something.
    virtual int descriptor() const noexcept = 0;
    /// The same for next_event(); -1, which poll() passes over, where nothing ever happens. Two,
    /// since one that stood for both would cost every frame.
    virtual int event_descriptor() const noexcept = 0;
    /// How many frames of the MTU's size may wait here to be received before some are lost.
    virtual std::size_t receive_capacity() const noexcept = 0;
    /// Frames that came while there was no room, since the link was opened; 0 where nobody counts.
    virtual std::uint64_t frames_lost() noexcept { return 0; }
    /// When delayed frames fall due, for clocks; empty where nothing is ever delayed.
    virtual std::optional<Time> next_due() const { return std::nullopt; }

    /// Up to `most` frames that are here now; never waits. The span is valid until the next call,
    /// each frame's bytes until it is released.
    virtual std::span<const ReceivedFrame> receive(std::size_t most) = 0;
    virtual void release(const ReceivedFrame& frame) noexcept = 0;

    /// A buffer to fill, or none while all are out. Ends in queue() or give_back().
    virtual std::optional<LentBuffer> lend() = 0;
    virtual void queue(const LentBuffer& buffer, std::size_t size) = 0;
    virtual void give_back(const LentBuffer& buffer) noexcept = 0;
    /// Sends what is queued, in order. The first error, if any; the frame it is about is dropped
    /// and the others are still sent. std::errc::message_size: larger than the MTU.
    virtual std::error_code flush() = 0;

    /// The next thing that happened to the link itself.
    virtual std::optional<LinkEvent> next_event() = 0;

    /// Also receives frames for `mac`, a further address that may be used as source.
    virtual std::error_code join(const Mac& mac) = 0;
};

using LinkPtr = std::unique_ptr<Link>;

/// Sends one frame by copy: for callers that already hold its bytes. no_buffer_space while all
/// buffers are out, message_size when the frame exceeds a buffer.
std::error_code send_copy(Link& link, Bytes frame);

}  // namespace aoe
