// SPDX-License-Identifier: MIT
// Opening packet sockets on one interface, with a sentence for everything that can be wrong.
#pragma once

#include <cstddef>
#include <string>
#include <system_error>

#include "wire/descriptor.h"
#include "wire/netlink.h"
#include "wire/packet_link.h"

namespace aoe {

struct PacketSockets {
    Descriptor receiver;
    /// Hears nothing and is not waited on: on one that is, every frame sent calls the waiting side
    /// (100 ns each), and a time down leaves an error that the next frame would meet.
    Descriptor sender;
    int interface_index = 0;
    std::size_t receive_buffer_bytes = 0;  // What the system granted, in its own accounting.
};

/// Bound, filtered and ready. Throws what open_packet_link() promises.
PacketSockets open_packet_sockets(const PacketLinkOptions& options);

/// Throws what open_packet_link() promises of an interface that is missing or unfit.
InterfaceState find_ethernet_interface(const std::string& name);
/// Throws `error` with a sentence that names the capabilities for AF_XDP and what grants them.
[[noreturn]] void refuse_without_xdp_rights(const std::string& interface, std::error_code error);

/// How many frames that fill `mtu` a receive buffer of that size holds on any driver.
std::size_t frames_held(std::size_t receive_buffer_bytes, std::size_t mtu) noexcept;

}  // namespace aoe
