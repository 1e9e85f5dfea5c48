// SPDX-License-Identifier: MIT
// The part of rtnetlink that links need: to ask about an interface, to change one, and to be told
// when one changes. See rtnetlink(7).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <linux/rtnetlink.h>

#include "wire/bytes.h"
#include "wire/descriptor.h"
#include "wire/expected.h"

namespace aoe {

struct InterfaceState {
    int index = 0;
    unsigned flags = 0;       // IFF_...
    unsigned short type = 0;  // ARPHRD_...
    std::size_t mtu = 0;
    Mac mac{};
    bool removed = false;  // The message said that it went away.
};

/// One request, built in order: the fixed part, then attributes, some of them nested.
class NetlinkMessage {
public:
    NetlinkMessage(std::uint16_t type, std::uint16_t flags, const ifinfomsg& interface);
    void add(std::uint16_t attribute, Bytes value);
    void add(std::uint16_t attribute, std::string_view text);
    void add(std::uint16_t attribute, std::uint32_t value);
    /// Bytes without an attribute's header around them.
    void append(Bytes bytes);
    /// What is added until close() lies within the attribute. `open` gives what close() wants.
    std::size_t open(std::uint16_t attribute);
    void close(std::size_t opened);
    /// Valid until the message changes.
    Bytes finish(std::uint32_t sequence);

private:
    std::vector<std::byte> bytes_;
};

class NetlinkSocket {
public:
    /// `groups`: RTMGRP_LINK, or 0 to hear nothing but answers. Throws std::system_error.
    explicit NetlinkSocket(std::uint32_t groups);
    int descriptor() const noexcept { return socket_.get(); }

    /// Sends a request that carries NLM_F_ACK and waits for the kernel's word on it.
    std::error_code request(NetlinkMessage& message);
    /// Asks about one interface. no_such_device when there is none.
    Expected<InterfaceState, std::error_code> query(NetlinkMessage& message);

    /// The links that the next message speaks of, without waiting; empty when none is there.
    /// no_buffer_space: some messages were lost.
    Expected<std::vector<InterfaceState>, std::error_code> notified();

private:
    std::error_code send(NetlinkMessage& message);
    Expected<Bytes, std::error_code> receive(int flags);

    Descriptor socket_;
    std::uint32_t sequence_ = 0;
    std::vector<std::byte> buffer_;
};

/// By number or by name. The error is no_such_device when there is none.
Expected<InterfaceState, std::error_code> query_interface(int index);
Expected<InterfaceState, std::error_code> query_interface(std::string_view name);

}  // namespace aoe
