// SPDX-License-Identifier: MIT
#include "conformance/judge/contents.h"

#include <algorithm>

namespace aoe::conformance {

std::optional<MacList> mask_list(const SeenFrame& reply) {
    if (!reply.has(28) || !reply.has(natural_end(reply))) return std::nullopt;
    MacList list;
    for (std::size_t i = 0; i < reply.directive_count(); ++i) list.push_back(reply.mac(30 + 8 * i));
    return list;
}

std::optional<MacList> reserve_list(const SeenFrame& message) {
    if (!message.has(26) || !message.has(natural_end(message))) return std::nullopt;
    MacList list;
    for (std::size_t i = 0; i < message.mac_count(); ++i) list.push_back(message.mac(26 + 6 * i));
    return list;
}

std::optional<std::string> config_string(const SeenFrame& message) {
    if (!message.has(32) || !message.has(natural_end(message))) return std::nullopt;
    return std::string(message.string());
}

std::uint64_t digest(std::string_view bytes) {
    std::uint64_t sum = 0xcbf29ce484222325U;
    for (const char byte : bytes) sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
    return sum;
}

bool contains(const MacList& list, const Mac& mac) {
    return std::find(list.begin(), list.end(), mac) != list.end();
}

bool same_list(MacList a, MacList b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
}

std::optional<Edited> edited(const MacList& before, const SeenFrame& edit) {
    if (!edit.has(28) || !edit.has(natural_end(edit))) return std::nullopt;
    Edited result{.list = before, .bad = std::nullopt};
    for (std::size_t i = 0; i < edit.directive_count(); ++i) {
        const std::uint8_t dcmd = edit.u8(29 + 8 * i);
        const Mac mac = edit.mac(30 + 8 * i);
        if (dcmd > 2) {
            result.bad = i;
            break;
        }
        if (dcmd == 1 && !contains(result.list, mac)) result.list.push_back(mac);
        if (dcmd == 2) std::erase(result.list, mac);
    }
    return result;
}

std::uint16_t identify_word(const SeenFrame& reply, std::size_t index) {
    const std::size_t at = 36 + 2 * index;
    return static_cast<std::uint16_t>(reply.u8(at) | reply.u8(at + 1) << 8);
}

}  // namespace aoe::conformance
