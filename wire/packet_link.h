// SPDX-License-Identifier: MIT
// A Link over AF_PACKET: real frames on a Linux Ethernet interface.
#pragma once

#include <string>
#include <vector>

#include "wire/link.h"

namespace aoe {

struct PacketLinkOptions {
    std::string interface {};
    /// True: every frame with EtherType 0x88A2, tagged ones with their VLAN tag shown and ones for
    /// other hosts too, each with the time when it came (a test tool's view). False: untagged
    /// frames for this host and group addresses only, without a time, which costs more than the
    /// rest of what the kernel tells (a target's view).
    bool see_everything = false;
    /// Wanted receive and send buffer in bytes; forced where the privilege allows, else what the
    /// system grants. receive_capacity() tells what it came to.
    std::size_t socket_buffer_bytes = std::size_t{8} << 20;
    std::size_t batch = 64;     // Most frames of one recvmmsg or sendmmsg.
    std::size_t buffers = 256;  // Lent and received frames together never exceed twice this.
};

/// Opens the interface, which may be down; own frames are never echoed back. What mac() and mtu()
/// say follows the interface as next_event() is asked. Throws std::system_error with a sentence
/// that names the interface and, without CAP_NET_RAW, the command that grants it: no_such_device
/// (the sentence lists the Ethernet interfaces that exist), operation_not_permitted,
/// invalid_argument for an interface that is not Ethernet, such as lo.
LinkPtr open_packet_link(const PacketLinkOptions& options);

/// Names of the machine's Ethernet interfaces, sorted; loopback left out.
std::vector<std::string> ethernet_interfaces();

}  // namespace aoe
