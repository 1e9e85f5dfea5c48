// SPDX-License-Identifier: MIT
// A network of our own: a namespace with virtual Ethernet pairs that nobody else sees. It ends with
// the last process inside, however that ends, so nothing is left behind.
#pragma once

#include <cstddef>
#include <string>

#include "wire/bytes.h"

namespace aoe {

/// Moves this process (and what it starts from now on) into a new network namespace; without root
/// into a new user namespace too, where the system allows that. The process must have one thread.
/// Throws std::system_error with a sentence that says what the system would have to allow.
void enter_private_network();

/// Adds a virtual Ethernet pair to the namespace and brings both ends up. Throws std::system_error.
void add_veth_pair(const std::string& first, const std::string& second, std::size_t mtu);

/// Changes an interface of this namespace. Throw std::system_error.
void set_mtu(const std::string& interface, std::size_t mtu);
void set_up(const std::string& interface, bool up);
void set_mac(const std::string& interface, const Mac& mac);

/// Moves an interface of this namespace into the one that the descriptor is of, and brings it up
/// there; the other end of its pair stays, and both end with either namespace. Needs root. Throws
/// std::system_error.
void hand_over(const std::string& interface, int network);

/// True when this process is in a namespace made by enter_private_network().
bool in_private_network() noexcept;

}  // namespace aoe
