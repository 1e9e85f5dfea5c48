// SPDX-License-Identifier: MIT
#include "target/daemon/identity.h"

#include <algorithm>
#include <array>
#include <unistd.h>

namespace aoe::target {

std::string default_serial(const Address& address) {
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    return std::to_string(address.shelf) + "." + std::to_string(address.slot) + ":" + host.data();
}

bool is_identity_text(std::string_view text, std::size_t limit) noexcept {
    return text.size() <= limit &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace aoe::target
