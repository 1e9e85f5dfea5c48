// SPDX-License-Identifier: MIT
// What IDENTIFY says of a disk in words, where the command line or a configuration file says it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "wire/frame.h"

namespace aoe::target {

inline constexpr std::size_t serial_limit = 20;  // Characters.
inline constexpr std::size_t model_limit = 40;

/// "7.3:HOST". Shelf and slot first, so that cutting a long host name leaves two exports of it
/// apart (AOE-ATAID-23).
std::string default_serial(const Address& address);

/// Printable ASCII, and not more than `limit` of it (AOE-ATAID-05).
bool is_identity_text(std::string_view text, std::size_t limit) noexcept;

}  // namespace aoe::target
