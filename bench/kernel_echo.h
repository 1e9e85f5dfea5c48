// SPDX-License-Identifier: MIT
// An echo inside the kernel: what no program that the kernel has to wake can reach.
#pragma once

#include <string>

#include "wire/descriptor.h"
#include "wire/netlink.h"

namespace aoe::bench {

/// Answers 48-bit reads (READ SECTORS EXT, without a tag of a virtual LAN) on an interface before
/// any socket hears of them: a read becomes its reply's length, with the addresses swapped, the
/// response flag and a good status; its sectors are whatever the buffer held. All else, and a read
/// larger than the MTU allowed when this began, goes on to sockets.
///
/// Where the kernel classifies received frames (tcx ingress), not in XDP: XDP gives a frame only
/// the room that its buffer has already, and between veth ends that is no room for two sectors, in
/// the general place nor in the driver's. The work is done on the core that received the frame; on
/// veth that is the sender's own.
///
/// Attached for as long as this lives, and no longer than the process, however that ends.
class KernelEcho {
public:
    /// Throws std::system_error with a sentence that names the interface: operation_not_permitted
    /// with the capabilities that are missing, else with the kernel that is needed (Linux 6.6).
    KernelEcho(const std::string& name, const InterfaceState& interface);

private:
    Descriptor program_;
    Descriptor attachment_;
};

}  // namespace aoe::bench
