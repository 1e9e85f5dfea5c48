// SPDX-License-Identifier: MIT
#include "fuzz/live/reply_check.h"

#include <algorithm>
#include <cstring>

#include "fuzz/field_values.h"
#include "fuzz/reply_rules.h"
#include "wire/ata.h"

namespace aoe::fuzz {
namespace {

constexpr std::uint64_t ata_failed = 0xa9;  // BSY, DF, DRQ or ERR in Status.

std::size_t ata_bytes(Bytes request, Bytes reply) {
    constexpr std::size_t fixed = 36;
    if ((value_in(reply, FieldKind::opcode) & ata_failed) != 0) return fixed;
    const auto opcode = static_cast<std::uint8_t>(value_in(request, FieldKind::opcode));
    if (opcode == ata_command::identify_device) return fixed + sector_size;
    if (addressing(opcode).transfer != AtaTransfer::read) return fixed;
    return fixed + value_in(request, FieldKind::ata_count) * sector_size;
}

/// Padding is zero, or the request's own bytes sent back.
bool padding_is_stale(Bytes request, Bytes reply, std::size_t meaningful) {
    for (std::size_t i = meaningful; i < reply.size(); ++i) {
        const bool echoed = i < request.size() && reply[i] == request[i];
        if (reply[i] != std::byte{} && !echoed) return true;
    }
    return false;
}

}  // namespace

bool shows_canary(Bytes bytes) {
    constexpr std::size_t run = 8;
    for (std::size_t at = run - 1; at < bytes.size(); at += run) {
        // Every run of 15 bytes has one of these places in it; then its neighbours decide.
        const auto value = std::to_integer<std::uint8_t>(bytes[at]);
        const auto found = std::ranges::find(canary, value);
        if (found == canary.end()) continue;
        const auto phase = static_cast<std::size_t>(found - canary.begin());
        std::size_t length = 1;
        for (std::size_t i = at; i-- > 0 && length < run;) {
            if (std::to_integer<std::uint8_t>(bytes[i]) !=
                canary[(phase + 2 * canary.size() - (at - i)) % canary.size()]) {
                break;
            }
            ++length;
        }
        for (std::size_t i = at + 1; i < bytes.size() && length < run; ++i) {
            if (std::to_integer<std::uint8_t>(bytes[i]) !=
                canary[(phase + i - at) % canary.size()]) {
                break;
            }
            ++length;
        }
        if (length >= run) return true;
    }
    return false;
}

std::size_t meaningful_bytes(Bytes request, Bytes reply) {
    std::size_t bytes = header_size;
    // Some send back the flag that came with the request.
    const std::uint64_t flags =
        value_in(reply, FieldKind::version_flags) & ~value_in(request, FieldKind::version_flags);
    const bool refused = (flags & header_flag::error) != 0;
    switch (command_of(reply)) {
        case command::ata:
            bytes = refused ? entries_offset(command::ata) : ata_bytes(request, reply);
            break;
        case command::config:
            bytes = entries_offset(command::config) + value_in(reply, FieldKind::string_length);
            break;
        case command::mac_mask:
            bytes = entries_offset(command::mac_mask) +
                    value_in(reply, FieldKind::directive_count) * entry_size(command::mac_mask);
            break;
        case command::reserve:
            bytes = entries_offset(command::reserve) +
                    value_in(reply, FieldKind::mac_count) * entry_size(command::reserve);
            break;
        default:
            break;
    }
    return std::min(bytes, reply.size());
}

std::optional<Kind> broken_by(Bytes request, Bytes reply, const ReplyRules& rules) {
    if (!is_response(reply)) return Kind::no_response;
    if (is_response(request)) return Kind::answered_response;
    if (!why_for_others(request, rules.target, rules.address).empty()) return Kind::answered_others;
    const std::size_t meaningful = meaningful_bytes(request, reply);
    if (reply.size() > rules.most_bytes ||
        reply.size() > std::max({minimum_frame_size, meaningful, request.size()})) {
        return Kind::too_long;
    }
    if (padding_is_stale(request, reply, meaningful)) return Kind::stale_bytes;
    if (shows_canary(reply) && !shows_canary(request)) return Kind::stale_bytes;
    return std::nullopt;
}

}  // namespace aoe::fuzz
