// SPDX-License-Identifier: MIT
#include "wire/xdp_interface.h"

#include <string_view>
#include <system_error>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "wire/descriptor.h"
#include "wire/xdp_link.h"

namespace aoe {
namespace {

/// Fills what `command` is about; false when the driver does not know it.
template <typename Answer>
bool ask_driver(const std::string& name, std::uint32_t command, Answer& answer) {
    const Descriptor any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    answer.cmd = command;
    ifreq request{};
    name.copy(request.ifr_name, sizeof request.ifr_name - 1);
    request.ifr_data = reinterpret_cast<char*>(&answer);
    return ioctl(any.get(), SIOCETHTOOL, &request) == 0;
}

std::uint32_t receive_queues(const std::string& name) {
    ethtool_channels channels{};
    if (!ask_driver(name, ETHTOOL_GCHANNELS, channels)) return 1;
    return channels.rx_count + channels.combined_count;
}

/// veth says that it does, and leaves a tag that was sent in the frame where it is. The tag of a
/// VLAN interface at its other end travels beside the frame, and XDP does not see it; there is
/// nothing here to tell that one is there (docs/target.md says what to do then).
bool hides_vlan_tags(const std::string& name) {
    ethtool_value flags{};
    ethtool_drvinfo driver{};
    return ask_driver(name, ETHTOOL_GFLAGS, flags) && (flags.data & ETH_FLAG_RXVLAN) != 0 &&
           !(ask_driver(name, ETHTOOL_GDRVINFO, driver) &&
             std::string_view(driver.driver) == "veth");
}

[[noreturn]] void refuse(std::errc error, const std::string& sentence) {
    throw std::system_error(std::make_error_code(error), sentence);
}

}  // namespace

XdpFacts xdp_facts(const std::string& name, const InterfaceState& interface) {
    return {.mtu = interface.mtu,
            .receive_queues = receive_queues(name),
            .hides_vlan_tags = hides_vlan_tags(name)};
}

void expect_fit_for_xdp(const std::string& name, const XdpFacts& facts) {
    if (facts.mtu > largest_xdp_mtu) {
        const std::string largest = std::to_string(largest_xdp_mtu);
        refuse(std::errc::message_size,
               "the MTU of \"" + name + "\" is " + std::to_string(facts.mtu) +
                   ", and AF_XDP takes at most " + largest + ": `ip link set " + name + " mtu " +
                   largest + "`, or packet sockets");
    }
    if (facts.receive_queues > 1) {
        refuse(std::errc::operation_not_supported,
               "\"" + name + "\" has " + std::to_string(facts.receive_queues) +
                   " receive queues, and AF_XDP is for one here: `ethtool -L " + name +
                   " combined 1` (or `rx 1`), or packet sockets");
    }
    if (facts.hides_vlan_tags) {
        refuse(std::errc::operation_not_supported,
               "\"" + name +
                   "\" takes VLAN tags off before AF_XDP sees them, so that frames of other "
                   "networks would be answered: `ethtool -K " +
                   name + " rxvlan off`, or packet sockets");
    }
}

}  // namespace aoe
