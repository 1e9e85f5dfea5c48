// SPDX-License-Identifier: MIT
// A Link over AF_XDP: real frames on a Linux Ethernet interface, past most of the kernel's network
// code. Fewer processor cycles a frame than packet sockets, at a price: the frames that it takes
// nobody else on this machine sees, packet sockets included; one of its kind fits an interface;
// and frames have a largest size.
#pragma once

#include <cstddef>
#include <string>

#include "wire/link.h"

namespace aoe {

struct XdpLinkOptions {
    std::string interface {};
};

/// Opens the interface, which may be down, with a target's view: untagged frames of EtherType
/// 0x88A2 for this host and group addresses, and those whose VLAN tag gives a priority only. join()
/// is refused: operation_not_supported. Frames come without a time. An MTU that grows
/// beyond largest_xdp_mtu later counts as that. Frames that an interface cannot send while it is
/// down leave when it is up again.
///
/// Throws std::system_error with a sentence that names the interface: what open_packet_link()
/// throws, the missing capabilities being CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW of the machine
/// itself; message_size for an MTU above the largest; device_or_resource_busy when another XDP
/// program is attached; operation_not_supported for more than one receive queue, and where the
/// hardware takes VLAN tags off, so that frames of virtual LANs look like untagged ones.
LinkPtr open_xdp_link(const XdpLinkOptions& options);

/// A frame lies within one page, behind what the kernel and the alignment of its data take.
inline constexpr std::size_t largest_xdp_mtu = 4096 - 476 - 18;

}  // namespace aoe
