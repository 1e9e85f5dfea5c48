// SPDX-License-Identifier: MIT
// Whether an interface can be had over AF_XDP, and what would have to be changed about it if not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "wire/netlink.h"

namespace aoe {

struct XdpFacts {
    std::size_t mtu = 0;
    std::uint32_t receive_queues = 1;
    bool hides_vlan_tags = false;  // Takes them off frames before XDP sees these.
};

/// What the kernel says of the interface. Where a driver does not tell, it has one queue and leaves
/// tags alone.
XdpFacts xdp_facts(const std::string& name, const InterfaceState& interface);

/// Throws std::system_error as open_xdp_link() promises, with the command that would help.
void expect_fit_for_xdp(const std::string& name, const XdpFacts& facts);

}  // namespace aoe
