// SPDX-License-Identifier: MIT
#include "wire/netlink.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>

#include <sys/socket.h>

namespace aoe {
namespace {

constexpr std::size_t alignment_bytes = 4;
constexpr std::size_t buffer_bytes = std::size_t{64} << 10;

std::error_code system_error(int number) {
    return {number, std::system_category()};
}

template <typename T> Bytes object_bytes(const T& object) {
    return std::as_bytes(std::span(&object, 1));
}

/// The object at the front of `bytes`, when there are enough of them.
template <typename T> bool read_front(Bytes bytes, T& object) {
    if (bytes.size() < sizeof object) return false;
    std::memcpy(&object, bytes.data(), sizeof object);
    return true;
}

std::size_t padded(std::size_t size) {
    return (size + alignment_bytes - 1) / alignment_bytes * alignment_bytes;
}

/// What a message or attribute of `size` bytes leaves behind it.
Bytes behind(Bytes bytes, std::size_t size) {
    return bytes.subspan(std::min(bytes.size(), padded(size)));
}

void read_attributes(Bytes bytes, InterfaceState& state) {
    rtattr attribute{};
    while (read_front(bytes, attribute) && attribute.rta_len >= sizeof attribute &&
           attribute.rta_len <= bytes.size()) {
        const Bytes value = bytes.first(attribute.rta_len).subspan(sizeof attribute);
        std::uint32_t mtu = 0;
        if (attribute.rta_type == IFLA_MTU && read_front(value, mtu)) state.mtu = mtu;
        if (attribute.rta_type == IFLA_ADDRESS) read_front(value, state.mac);
        bytes = behind(bytes, attribute.rta_len);
    }
}

/// What one message says of an interface itself; bridges speak of their ports in the same words.
bool read_interface(const nlmsghdr& header, Bytes body, InterfaceState& state) {
    if (header.nlmsg_type != RTM_NEWLINK && header.nlmsg_type != RTM_DELLINK) return false;
    ifinfomsg info{};
    if (!read_front(body, info) || info.ifi_family != AF_UNSPEC) return false;
    state.index = info.ifi_index;
    state.flags = info.ifi_flags;
    state.type = info.ifi_type;
    state.removed = header.nlmsg_type == RTM_DELLINK;
    read_attributes(behind(body, sizeof info), state);
    return true;
}

/// Calls `visit(header, body)` for each whole message.
template <typename Visit> void for_each_message(Bytes bytes, Visit visit) {
    nlmsghdr header{};
    while (read_front(bytes, header) && header.nlmsg_len >= sizeof header &&
           header.nlmsg_len <= bytes.size()) {
        visit(header, bytes.first(header.nlmsg_len).subspan(sizeof header));
        bytes = behind(bytes, header.nlmsg_len);
    }
}

Expected<InterfaceState, std::error_code> query(NetlinkMessage& message) {
    return NetlinkSocket(0).query(message);
}

}  // namespace

NetlinkMessage::NetlinkMessage(std::uint16_t type, std::uint16_t flags,
                               const ifinfomsg& interface) {
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    append(object_bytes(header));
    append(object_bytes(interface));
}

void NetlinkMessage::append(Bytes bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    bytes_.resize(padded(bytes_.size()));
}

void NetlinkMessage::add(std::uint16_t attribute, Bytes value) {
    const std::size_t opened = open(attribute);
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    close(opened);
}

void NetlinkMessage::add(std::uint16_t attribute, std::string_view text) {
    const std::string terminated(text);
    add(attribute, std::as_bytes(std::span(terminated.c_str(), terminated.size() + 1)));
}

void NetlinkMessage::add(std::uint16_t attribute, std::uint32_t value) {
    add(attribute, object_bytes(value));
}

std::size_t NetlinkMessage::open(std::uint16_t attribute) {
    const std::size_t at = bytes_.size();
    rtattr header{};
    header.rta_type = attribute;
    append(object_bytes(header));
    return at;
}

void NetlinkMessage::close(std::size_t opened) {
    rtattr header{};
    read_front(Bytes(bytes_).subspan(opened), header);
    header.rta_len = static_cast<std::uint16_t>(bytes_.size() - opened);
    std::memcpy(bytes_.data() + opened, &header, sizeof header);
    bytes_.resize(padded(bytes_.size()));
}

Bytes NetlinkMessage::finish(std::uint32_t sequence) {
    nlmsghdr header{};
    read_front(bytes_, header);
    header.nlmsg_len = static_cast<std::uint32_t>(bytes_.size());
    header.nlmsg_seq = sequence;
    std::memcpy(bytes_.data(), &header, sizeof header);
    return bytes_;
}

NetlinkSocket::NetlinkSocket(std::uint32_t groups)
    : socket_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)), buffer_(buffer_bytes) {
    if (!socket_) throw_errno("rtnetlink socket");
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (bind(socket_.get(), generic, sizeof address) != 0) throw_errno("rtnetlink bind");
}

std::error_code NetlinkSocket::send(NetlinkMessage& message) {
    const Bytes bytes = message.finish(++sequence_);
    const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), 0);
    return sent < 0 ? system_error(errno) : std::error_code{};
}

Expected<Bytes, std::error_code> NetlinkSocket::receive(int flags) {
    while (true) {
        const auto size = recv(socket_.get(), buffer_.data(), buffer_.size(), flags);
        if (size >= 0) return Bytes(buffer_).first(static_cast<std::size_t>(size));
        if (errno != EINTR) return Unexpected<std::error_code>{system_error(errno)};
    }
}

std::error_code NetlinkSocket::request(NetlinkMessage& message) {
    if (const auto error = send(message)) return error;
    const auto answer = receive(0);
    if (!answer) return answer.error();
    std::error_code result = std::make_error_code(std::errc::protocol_error);
    for_each_message(*answer, [&](const nlmsghdr& header, Bytes body) {
        nlmsgerr word{};
        if (header.nlmsg_type == NLMSG_ERROR && read_front(body, word)) {
            result = word.error == 0 ? std::error_code{} : system_error(-word.error);
        }
    });
    return result;
}

Expected<InterfaceState, std::error_code> NetlinkSocket::query(NetlinkMessage& message) {
    if (const auto error = send(message)) return Unexpected<std::error_code>{error};
    const auto answer = receive(0);
    if (!answer) return Unexpected<std::error_code>{answer.error()};
    InterfaceState state;
    std::error_code error = std::make_error_code(std::errc::protocol_error);
    for_each_message(*answer, [&](const nlmsghdr& header, Bytes body) {
        nlmsgerr word{};
        if (read_interface(header, body, state)) {
            error.clear();
        } else if (header.nlmsg_type == NLMSG_ERROR && read_front(body, word)) {
            error = system_error(-word.error);
        }
    });
    if (error) return Unexpected<std::error_code>{error};
    return state;
}

Expected<std::vector<InterfaceState>, std::error_code> NetlinkSocket::notified() {
    std::vector<InterfaceState> states;
    // Asked on every turn of a loop: a socket without news answers poll() in half the time that it
    // takes to refuse recv().
    pollfd watched{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    if (poll(&watched, 1, 0) == 0) return states;
    const auto bytes = receive(MSG_DONTWAIT);
    if (!bytes) {
        const bool none = bytes.error() == std::errc::resource_unavailable_try_again;
        if (none) return states;
        return Unexpected<std::error_code>{bytes.error()};
    }
    for_each_message(*bytes, [&](const nlmsghdr& header, Bytes body) {
        InterfaceState state;
        if (read_interface(header, body, state)) states.push_back(state);
    });
    return states;
}

Expected<InterfaceState, std::error_code> query_interface(int index) {
    ifinfomsg interface {};
    interface.ifi_index = index;
    NetlinkMessage message(RTM_GETLINK, 0, interface);
    return query(message);
}

Expected<InterfaceState, std::error_code> query_interface(std::string_view name) {
    NetlinkMessage message(RTM_GETLINK, 0, ifinfomsg{});
    message.add(IFLA_IFNAME, name);
    return query(message);
}

}  // namespace aoe
