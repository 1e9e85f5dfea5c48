// SPDX-License-Identifier: MIT
#include "wire/xdp_socket.h"

#include <cerrno>
#include <poll.h>

#include <sys/mman.h>
#include <sys/socket.h>

#include "wire/packet_socket.h"

namespace aoe {

template <typename Entry>
XdpRing<Entry>::XdpRing(int socket, std::uint64_t page_offset, const xdp_ring_offset& offsets,
                        std::uint32_t entries)
    : mapped_bytes_(offsets.desc + entries * sizeof(Entry)), entries_(entries) {
    void* const memory = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_POPULATE, socket, static_cast<off_t>(page_offset));
    if (memory == MAP_FAILED) throw_errno("a ring of an AF_XDP socket");
    memory_ = static_cast<std::byte*>(memory);
    producer_ = reinterpret_cast<std::uint32_t*>(memory_ + offsets.producer);
    consumer_ = reinterpret_cast<std::uint32_t*>(memory_ + offsets.consumer);
    entries_at_ = reinterpret_cast<Entry*>(memory_ + offsets.desc);
}

template <typename Entry> XdpRing<Entry>::~XdpRing() {
    munmap(memory_, mapped_bytes_);
}

template class XdpRing<std::uint64_t>;
template class XdpRing<xdp_desc>;

namespace {

constexpr std::size_t kernels_headroom_bytes = 256;  // XDP_PACKET_HEADROOM
constexpr int send_buffer_bytes = 8 << 20;
// The kernel takes a queue from a process that ended a moment later than its end can be seen.
constexpr int most_retries = 1000;
constexpr int retry_wait_ms = 1;

[[noreturn]] void refuse(const std::string& name, const char* what) {
    const std::error_code error(errno, std::system_category());
    if (error == std::errc::operation_not_permitted) refuse_without_xdp_rights(name, error);
    throw std::system_error(error, std::string(what) + " for \"" + name + "\"");
}

Descriptor make_socket(const std::string& name) {
    Descriptor made(socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0));
    if (!made) refuse(name, "opening an AF_XDP socket");
    return made;
}

template <typename T> bool set_option(const Descriptor& socket, int option, const T& value) {
    return setsockopt(socket.get(), SOL_XDP, option, &value, sizeof value) == 0;
}

xdp_umem_reg describe(const FramePool& pool) {
    xdp_umem_reg memory{};
    memory.addr = reinterpret_cast<std::uintptr_t>(pool.memory().data());
    memory.len = pool.memory().size();
    memory.chunk_size = static_cast<std::uint32_t>(pool.stride_bytes());
    memory.headroom = FramePool::slot_offset_bytes - kernels_headroom_bytes;
    return memory;
}

bool bind_patiently(const Descriptor& socket, const sockaddr_xdp& address) {
    for (int i = 0;; ++i) {
        const auto* any = reinterpret_cast<const sockaddr*>(&address);
        if (bind(socket.get(), any, sizeof address) == 0) return true;
        if (errno != EBUSY || i == most_retries) return false;
        poll(nullptr, 0, retry_wait_ms);
    }
}

}  // namespace

XdpSocket::XdpSocket(const std::string& name, int interface_index, const FramePool& pool,
                     std::uint32_t entries)
    : receiver_(make_socket(name)), sender_(make_socket(name)) {
    const auto need = [&](bool done, const char* what) {
        if (!done) refuse(name, what);
    };
    need(set_option(receiver_, XDP_UMEM_REG, describe(pool)), "sharing memory with the kernel");
    need(set_option(receiver_, XDP_UMEM_FILL_RING, entries) &&
             set_option(receiver_, XDP_UMEM_COMPLETION_RING, entries) &&
             set_option(receiver_, XDP_RX_RING, entries) &&
             set_option(sender_, XDP_TX_RING, entries),
         "making the rings of an AF_XDP socket");
    xdp_mmap_offsets offsets{};
    socklen_t size = sizeof offsets;
    need(getsockopt(receiver_.get(), SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &size) == 0,
         "asking for the rings of an AF_XDP socket");
    using Slots = XdpRing<std::uint64_t>;
    using Frames = XdpRing<xdp_desc>;
    const int receiver = receiver_.get();
    fill_ = std::make_unique<Slots>(receiver, XDP_UMEM_PGOFF_FILL_RING, offsets.fr, entries);
    completion_ =
        std::make_unique<Slots>(receiver, XDP_UMEM_PGOFF_COMPLETION_RING, offsets.cr, entries);
    received_ = std::make_unique<Frames>(receiver, XDP_PGOFF_RX_RING, offsets.rx, entries);
    to_send_ = std::make_unique<Frames>(sender_.get(), XDP_PGOFF_TX_RING, offsets.tx, entries);
    setsockopt(sender_.get(), SOL_SOCKET, SO_SNDBUFFORCE, &send_buffer_bytes,
               sizeof send_buffer_bytes);

    sockaddr_xdp address{};
    address.sxdp_family = AF_XDP;
    address.sxdp_flags = XDP_COPY;
    address.sxdp_ifindex = static_cast<std::uint32_t>(interface_index);
    need(bind_patiently(receiver_, address), "binding an AF_XDP socket");
    address.sxdp_flags = XDP_SHARED_UMEM;
    address.sxdp_shared_umem_fd = static_cast<std::uint32_t>(receiver);
    need(bind_patiently(sender_, address), "binding an AF_XDP socket");
}

std::error_code XdpSocket::send() {
    if (sendto(sender_.get(), nullptr, 0, MSG_DONTWAIT, nullptr, 0) >= 0) return {};
    return {errno, std::system_category()};
}

std::uint64_t XdpSocket::frames_lost() const noexcept {
    xdp_statistics statistics{};
    socklen_t size = sizeof statistics;
    if (getsockopt(receiver_.get(), SOL_XDP, XDP_STATISTICS, &statistics, &size) != 0) return 0;
    return statistics.rx_dropped + statistics.rx_ring_full;
}

}  // namespace aoe
