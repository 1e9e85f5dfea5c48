// SPDX-License-Identifier: MIT
// What messages hold besides their fixed fields: lists, config strings, words of IDENTIFY DEVICE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/judge/seen_frame.h"

namespace aoe::conformance {

using MacList = std::vector<Mac>;

/// The lists of a message, as far as they were captured whole; else nothing.
std::optional<MacList> mask_list(const SeenFrame& reply);
std::optional<MacList> reserve_list(const SeenFrame& message);
/// The config string of a message, when all of it was captured.
std::optional<std::string> config_string(const SeenFrame& message);

/// What an edit makes of a mask list: up to its first bad directive.
struct Edited {
    MacList list;
    std::optional<std::size_t> bad;  // Index of the first unknown DCmd.
};
std::optional<Edited> edited(const MacList& before, const SeenFrame& edit);

/// Word `index` of IDENTIFY data in a reply that has it.
std::uint16_t identify_word(const SeenFrame& reply, std::size_t index);
/// A sum that tells byte strings apart.
std::uint64_t digest(std::string_view bytes);
bool contains(const MacList& list, const Mac& mac);
/// The same addresses, in any order.
bool same_list(MacList a, MacList b);

}  // namespace aoe::conformance
