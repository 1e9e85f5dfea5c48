// SPDX-License-Identifier: MIT
// The XDP program that hands an interface's AoE frames to an AF_XDP socket, before the rest of the
// system sees them. Everything else passes: frames of other EtherTypes, of virtual LANs, for other
// hosts, and all of them while no socket is there.
#pragma once

#include <string>

#include "wire/bytes.h"
#include "wire/descriptor.h"
#include "wire/netlink.h"

namespace aoe {

/// Runs in the kernel's general place for XDP, which every driver has, and not in the driver's own:
/// on veth that is 4 % faster, drivers reset an interface for theirs, and theirs limits the MTU of
/// a veth's other end, too.
///
/// Attached for as long as this lives, and by the kernel's doing no longer than the process,
/// however that ends.
class XdpProgram {
public:
    /// Takes frames of EtherType 0x88A2, untagged or with a tag that names no VLAN, for the
    /// interface's own address and for groups. Throws std::system_error with a sentence that names
    /// the interface: operation_not_permitted with the capabilities that are missing,
    /// device_or_resource_busy when another program is attached.
    XdpProgram(const std::string& name, const InterfaceState& interface);

    /// The socket that gets the frames of the interface's first receive queue. Throws
    /// std::system_error.
    void redirect_to(int socket);
    /// What the interface's own address is from now on.
    void set_mac(const Mac& mac) noexcept;

private:
    Descriptor sockets_;  // A map from queue numbers to sockets.
    Descriptor own_mac_;  // A map with one value, which the program reads directly.
    Descriptor program_;
    Descriptor attachment_;
};

}  // namespace aoe
