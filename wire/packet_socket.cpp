// SPDX-License-Identifier: MIT
#include "wire/packet_socket.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <filesystem>
#include <ifaddrs.h>
#include <string>
#include <system_error>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/socket.h>

#include <climits>

#include "wire/ethernet.h"
#include "wire/netlink.h"
#include "wire/packet_filter.h"

namespace aoe {
namespace {

[[noreturn]] void refuse(std::error_code error, const std::string& sentence) {
    throw std::system_error(error, sentence);
}

std::string program_path() {
    std::error_code error;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? "PROGRAM" : path.string();
}

std::string existing_interfaces() {
    std::string list;
    for (const std::string& name : ethernet_interfaces()) list += (list.empty() ? "" : ", ") + name;
    return list.empty() ? "there is no Ethernet interface here"
                        : "the Ethernet interfaces here are: " + list;
}

[[noreturn]] void refuse_without(const char* capabilities, const char* in_words,
                                 const std::string& interface, std::error_code error) {
    refuse(error, "opening \"" + interface + "\" needs the " + in_words +
                      ": run this as root, or grant that with `sudo setcap " + capabilities +
                      "+ep " + program_path() + "`");
}

}  // namespace

InterfaceState find_ethernet_interface(const std::string& name) {
    const auto missing = std::make_error_code(std::errc::no_such_device);
    if (name.empty()) refuse(missing, "no interface is named; " + existing_interfaces());
    const int index = static_cast<int>(if_nametoindex(name.c_str()));
    if (index == 0) {
        refuse(missing, "there is no interface \"" + name + "\"; " + existing_interfaces());
    }
    const auto state = query_interface(index);
    if (!state) refuse(state.error(), "interface \"" + name + "\"");
    const auto unfit = std::make_error_code(std::errc::invalid_argument);
    if ((state->flags & IFF_LOOPBACK) != 0) {
        refuse(unfit,
               "\"" + name +
                   "\" is the loopback interface: its address is all zeros, so no target can "
                   "be told from another there; " +
                   existing_interfaces());
    }
    if (state->type != ARPHRD_ETHER) {
        refuse(unfit, "\"" + name + "\" is not an Ethernet interface; " + existing_interfaces());
    }
    return *state;
}

void refuse_without_xdp_rights(const std::string& interface, std::error_code error) {
    refuse_without("cap_bpf,cap_net_admin,cap_net_raw",
                   "capabilities CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW of the machine itself",
                   interface, error);
}

namespace {

/// With protocol 0 the socket hears nothing before it is bound: no frame of another interface, and
/// none that the filter would have dropped, ever waits in it.
Descriptor make_socket(const std::string& interface) {
    Descriptor made(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (made) return made;
    const std::error_code error(errno, std::system_category());
    if (error == std::errc::operation_not_permitted) {
        refuse_without("cap_net_raw", "capability CAP_NET_RAW", interface, error);
    }
    refuse(error, "opening a packet socket for \"" + interface + "\"");
}

bool bind_to(int socket, int interface_index, std::uint16_t protocol) {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(protocol);
    address.sll_ifindex = interface_index;
    return bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

template <typename T> bool set_option(int socket, int level, int option, const T& value) {
    return setsockopt(socket, level, option, &value, sizeof value) == 0;
}

/// The kernel doubles what is asked for, for its own overhead, and says so when asked. Returns what
/// it says.
std::size_t size_buffer(int socket, std::size_t wanted_bytes, bool receive) {
    const int wanted = static_cast<int>(std::min<std::size_t>(wanted_bytes, INT_MAX / 2));
    if (!set_option(socket, SOL_SOCKET, receive ? SO_RCVBUFFORCE : SO_SNDBUFFORCE, wanted)) {
        set_option(socket, SOL_SOCKET, receive ? SO_RCVBUF : SO_SNDBUF, wanted);
    }
    int granted = 0;
    socklen_t size = sizeof granted;
    getsockopt(socket, SOL_SOCKET, receive ? SO_RCVBUF : SO_SNDBUF, &granted, &size);
    return static_cast<std::size_t>(granted);
}

}  // namespace

PacketSockets open_packet_sockets(const PacketLinkOptions& options) {
    const InterfaceState interface = find_ethernet_interface(options.interface);
    PacketSockets opened{.receiver = make_socket(options.interface),
                         .sender = make_socket(options.interface),
                         .interface_index = interface.index};
    const int receiver = opened.receiver.get();
    const auto need = [&](bool done, const char* what) {
        if (!done) {
            refuse({errno, std::system_category()},
                   std::string(what) + " for \"" + options.interface + "\"");
        }
    };
    // Kernels before 4.20 refuse this one; the filter does the same, later.
    set_option(receiver, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
    if (options.see_everything) {
        need(set_option(receiver, SOL_PACKET, PACKET_AUXDATA, 1), "asking for VLAN tags");
        need(set_option(receiver, SOL_SOCKET, SO_TIMESTAMPNS, 1), "asking for receive times");
    }
    opened.receive_buffer_bytes = size_buffer(receiver, options.socket_buffer_bytes, true);
    size_buffer(opened.sender.get(), options.socket_buffer_bytes, false);
    const std::error_code error = set_packet_filter(receiver, options.see_everything, {});
    if (error) refuse(error, "filtering frames for \"" + options.interface + "\"");
    const std::uint16_t protocol = options.see_everything ? ETH_P_ALL : ethertype_aoe;
    need(bind_to(receiver, interface.index, protocol), "binding a packet socket");
    need(bind_to(opened.sender.get(), interface.index, 0), "binding a packet socket");
    return opened;
}

// The kernel charges a waiting frame all the memory that is kept for it (skb->truesize), and queues
// one more while the charges stay below the buffer's size. Drivers keep a frame with its headroom
// (XDP's 256 bytes are the most) and struct skb_shared_info in a power of two, or in whole pages
// beside a small buffer for the headers; struct sk_buff comes on top. The sizes are those of the
// largest kernel configuration. Measured on veth with Linux 6.18: 2304 bytes for a frame of 1514,
// 13120 for one of 9014; here they count as 5376 and 17664.
std::size_t frames_held(std::size_t receive_buffer_bytes, std::size_t mtu) noexcept {
    constexpr std::size_t headroom_bytes = 256;
    constexpr std::size_t shared_info_bytes = 768;
    constexpr std::size_t sk_buff_bytes = 256;
    constexpr std::size_t header_buffer_bytes = headroom_bytes + shared_info_bytes;
    const std::size_t frame_bytes = ethernet_header_bytes + vlan_tag_bytes + mtu;
    const auto page_bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t kept_bytes =
        std::max(std::bit_ceil(headroom_bytes + frame_bytes + shared_info_bytes), page_bytes);
    const std::size_t charged_bytes = kept_bytes + header_buffer_bytes + sk_buff_bytes;
    return std::max<std::size_t>(receive_buffer_bytes / charged_bytes, 1);
}

std::vector<std::string> ethernet_interfaces() {
    std::vector<std::string> names;
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) return names;
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_PACKET) continue;
        const auto* link = reinterpret_cast<const sockaddr_ll*>(entry->ifa_addr);
        const bool loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
        if (link->sll_hatype == ARPHRD_ETHER && !loopback) names.emplace_back(entry->ifa_name);
    }
    freeifaddrs(list);
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace aoe
