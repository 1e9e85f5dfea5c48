// SPDX-License-Identifier: MIT
#include "wire/private_network.h"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sched.h>
#include <string_view>
#include <system_error>
#include <unistd.h>

#include <linux/if_link.h>
#include <linux/veth.h>
#include <net/if.h>

#include "wire/descriptor.h"
#include "wire/netlink.h"

namespace aoe {
namespace {

bool entered = false;

bool write_file(const std::string& path, std::string_view text) {
    const Descriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    const auto size = static_cast<ssize_t>(text.size());
    return file && write(file.get(), text.data(), text.size()) == size;
}

/// True when the file holds just this number; false when it cannot be read.
bool holds(const char* path, int number) {
    std::ifstream file(path);
    int value = 0;
    return file >> value && value == number;
}

/// Which setting of this system is in the way, as far as one can tell.
std::string obstacle() {
    if (holds("/proc/sys/user/max_user_namespaces", 0)) {
        return "sudo sysctl user.max_user_namespaces=10000";
    }
    if (holds("/proc/sys/kernel/unprivileged_userns_clone", 0)) {
        return "sudo sysctl kernel.unprivileged_userns_clone=1";
    }
    if (holds("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 1)) {
        return "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0";
    }
    return "";
}

[[noreturn]] void refuse(int error) {
    std::string sentence = "a private network needs root";
    const std::string remedy = obstacle();
    if (error == EINVAL) {
        sentence = "a private network can only be entered before the program has threads";
    } else if (remedy.empty()) {
        sentence += " or user namespaces, which this system or its container does not grant";
    } else {
        sentence += ", or user namespaces, which this grants: " + remedy;
    }
    throw std::system_error(error, std::system_category(), sentence);
}

/// Root inside is who we are outside: what is started in here keeps its capabilities, and files
/// are created as ours.
bool map_to_root(uid_t user, gid_t group) {
    return write_file("/proc/self/setgroups", "deny") &&
           write_file("/proc/self/uid_map", "0 " + std::to_string(user) + " 1") &&
           write_file("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
}

/// The kernel's own IPv6 traffic would stand between ours in every capture. Best effort: without
/// IPv6 there is nothing to turn off.
void silence_ipv6() {
    write_file("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
    write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
}

[[noreturn]] void fail(std::error_code error, const std::string& sentence) {
    throw std::system_error(error, sentence);
}

/// Both ends are up at once, but that they are running the kernel notes a little later; whoever
/// opens one before that would meet a link that is down.
void wait_until_running(const std::string& name) {
    constexpr int most_looks = 2000;
    constexpr int look_again_ms = 1;
    for (int i = 0; i < most_looks; ++i) {
        const auto state = query_interface(name);
        if (!state) fail(state.error(), "interface \"" + name + "\"");
        if ((state->flags & IFF_RUNNING) != 0) return;
        poll(nullptr, 0, look_again_ms);
    }
    fail(std::make_error_code(std::errc::timed_out), "bringing up \"" + name + "\"");
}

ifinfomsg up_request(bool up) {
    ifinfomsg interface {};
    interface.ifi_change = IFF_UP;
    if (up) interface.ifi_flags = IFF_UP;
    return interface;
}

}  // namespace

void enter_private_network() {
    const uid_t user = geteuid();
    const gid_t group = getegid();
    if (unshare(CLONE_NEWNET) != 0) {
        if (errno != EPERM) refuse(errno);
        if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) refuse(errno);
        if (!map_to_root(user, group)) refuse(errno);
    }
    silence_ipv6();
    entered = true;
}

bool in_private_network() noexcept {
    return entered;
}

void add_veth_pair(const std::string& first, const std::string& second, std::size_t mtu) {
    const auto mtu_value = static_cast<std::uint32_t>(mtu);
    const ifinfomsg as_created{};  // Neither end can come up before it has the other.
    NetlinkMessage message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, as_created);
    message.add(IFLA_IFNAME, first);
    message.add(IFLA_MTU, mtu_value);
    const std::size_t kind = message.open(IFLA_LINKINFO);
    message.add(IFLA_INFO_KIND, "veth");
    const std::size_t data = message.open(IFLA_INFO_DATA);
    const std::size_t peer = message.open(VETH_INFO_PEER);
    message.append(std::as_bytes(std::span(&as_created, 1)));
    message.add(IFLA_IFNAME, second);
    message.add(IFLA_MTU, mtu_value);
    message.close(peer);
    message.close(data);
    message.close(kind);
    const std::error_code error = NetlinkSocket(0).request(message);
    if (error) {
        fail(error, "adding the virtual Ethernet pair \"" + first + "\", \"" + second + "\"");
    }
    set_up(first, true);
    set_up(second, true);
    wait_until_running(first);
    wait_until_running(second);
}

void set_mtu(const std::string& interface, std::size_t mtu) {
    NetlinkMessage message(RTM_NEWLINK, NLM_F_ACK, ifinfomsg{});
    message.add(IFLA_IFNAME, interface);
    message.add(IFLA_MTU, static_cast<std::uint32_t>(mtu));
    const std::error_code error = NetlinkSocket(0).request(message);
    if (error) fail(error, "setting the MTU of \"" + interface + "\" to " + std::to_string(mtu));
}

void set_up(const std::string& interface, bool up) {
    NetlinkMessage message(RTM_NEWLINK, NLM_F_ACK, up_request(up));
    message.add(IFLA_IFNAME, interface);
    const std::error_code error = NetlinkSocket(0).request(message);
    if (error) fail(error, "bringing \"" + interface + "\" " + (up ? "up" : "down"));
}

void hand_over(const std::string& interface, int network) {
    const Descriptor here(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    NetlinkMessage message(RTM_NEWLINK, NLM_F_ACK, ifinfomsg{});
    message.add(IFLA_IFNAME, interface);
    message.add(IFLA_NET_NS_FD, static_cast<std::uint32_t>(network));
    const std::error_code error = NetlinkSocket(0).request(message);
    if (error) fail(error, "moving \"" + interface + "\" into another network");
    const auto enter = [](int namespace_of) {
        if (setns(namespace_of, CLONE_NEWNET) == 0) return;
        fail({errno, std::system_category()}, "entering a network");
    };
    enter(network);
    try {
        set_up(interface, true);  // Moving brought it down.
        wait_until_running(interface);
    } catch (...) {
        enter(here.get());
        throw;
    }
    enter(here.get());
}

void set_mac(const std::string& interface, const Mac& mac) {
    NetlinkMessage message(RTM_NEWLINK, NLM_F_ACK, ifinfomsg{});
    message.add(IFLA_IFNAME, interface);
    message.add(IFLA_ADDRESS, mac);
    const std::error_code error = NetlinkSocket(0).request(message);
    if (error) fail(error, "setting the MAC address of \"" + interface + "\"");
}

}  // namespace aoe
