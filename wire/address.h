// SPDX-License-Identifier: MIT
// Addresses as people write them: "e7.3@veth0", "02:00:00:00:00:01".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/bytes.h"
#include "wire/expected.h"

namespace aoe {

/// A target as every program's command line takes it: "e7.3", "7.3" or "e7.3@veth0".
struct TargetName {
    std::uint16_t shelf = 0;
    std::uint8_t slot = 0;
    std::string interface;  // Empty when not given.
};

/// On failure one sentence that says what was wrong and what would be right. The wildcards 65535
/// and 255 are refused: they name no target.
Expected<TargetName, std::string> parse_target_name(std::string_view text);
/// "e7.3"
std::string target_name(std::uint16_t shelf, std::uint8_t slot);

/// Two hexadecimal digits each, separated by colons; exactly six of them.
std::optional<Mac> parse_mac(std::string_view text);
std::string to_string(const Mac& mac);

}  // namespace aoe
