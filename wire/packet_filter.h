// SPDX-License-Identifier: MIT
// Which frames a packet socket queues, decided by the kernel before they cost buffer space.
#pragma once

#include <span>
#include <system_error>

#include "wire/bytes.h"

namespace aoe {

/// Replaces the socket's filter. Own frames on their way out never pass. With `see_everything`, for
/// a socket bound to every protocol: frames of EtherType 0x88A2, tagged or not, to anybody. Else,
/// for one bound to 0x88A2: frames for this host, for groups, and for the `joined` addresses.
std::error_code set_packet_filter(int socket, bool see_everything, std::span<const Mac> joined);

}  // namespace aoe
