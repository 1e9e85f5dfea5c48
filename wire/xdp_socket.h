// SPDX-License-Identifier: MIT
// AF_XDP sockets and the four rings that they share with the kernel, see
// Documentation/networking/af_xdp.rst of Linux. Rings carry the numbers of a FramePool's slots; the
// kernel writes received frames into the pool's memory and reads those to send from there.
//
// In copy mode, which every driver has: the kernel copies between its own frames and the pool, and
// sends when it is told to.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>

#include <linux/if_xdp.h>

#include "wire/descriptor.h"
#include "wire/frame_pool.h"

namespace aoe {

/// A ring of a power of two entries, of which one side writes and the other reads. Both count from
/// 0 on and never stop, so that the difference of their counts is what lies between them.
template <typename Entry> class XdpRing {
public:
    XdpRing(int socket, std::uint64_t page_offset, const xdp_ring_offset& offsets,
            std::uint32_t entries);
    XdpRing(const XdpRing&) = delete;
    XdpRing& operator=(const XdpRing&) = delete;
    ~XdpRing();

    /// For the writing side, which must never have more than `entries` under way: put() some, then
    /// publish() them together.
    void put(const Entry& entry) { at(ours_++) = entry; }
    void publish() { std::atomic_ref(*producer_).store(ours_, std::memory_order_release); }
    bool is_drained() const { return theirs(consumer_) == ours_; }
    std::uint32_t consumed() const { return theirs(consumer_); }

    /// For the reading side: take() as many as available() says, then return_taken() together.
    std::uint32_t available() const { return theirs(producer_) - ours_; }
    const Entry& take() { return at(ours_++); }
    void return_taken() { std::atomic_ref(*consumer_).store(ours_, std::memory_order_release); }

private:
    static std::uint32_t theirs(std::uint32_t* count) {
        return std::atomic_ref(*count).load(std::memory_order_acquire);
    }
    Entry& at(std::uint32_t count) { return entries_at_[count & (entries_ - 1)]; }

    std::byte* memory_;
    std::size_t mapped_bytes_;
    std::uint32_t* producer_;
    std::uint32_t* consumer_;
    Entry* entries_at_;
    std::uint32_t entries_;
    std::uint32_t ours_ = 0;
};

class XdpSocket {
public:
    /// Bound to the first receive queue. `entries` of each ring, a power of two. The pool must
    /// outlive the socket. Throws std::system_error with a sentence that names the interface:
    /// device_or_resource_busy while another socket has that queue.
    XdpSocket(const std::string& name, int interface_index, const FramePool& pool,
              std::uint32_t entries);

    int descriptor() const noexcept { return receiver_.get(); }

    XdpRing<std::uint64_t>& fill() noexcept { return *fill_; }
    XdpRing<std::uint64_t>& completion() noexcept { return *completion_; }
    XdpRing<xdp_desc>& received() noexcept { return *received_; }
    XdpRing<xdp_desc>& to_send() noexcept { return *to_send_; }

    /// Has the kernel send from its ring, without waiting; as many as it likes.
    std::error_code send();
    /// Frames that came while no slot or no room was there.
    std::uint64_t frames_lost() const noexcept;

private:
    Descriptor receiver_;
    /// Not waited on: on a socket that is, every frame sent calls the waiting side, which costs 5 %
    /// of a reply.
    Descriptor sender_;
    std::unique_ptr<XdpRing<std::uint64_t>> fill_;
    std::unique_ptr<XdpRing<std::uint64_t>> completion_;
    std::unique_ptr<XdpRing<xdp_desc>> received_;
    std::unique_ptr<XdpRing<xdp_desc>> to_send_;
};

}  // namespace aoe
