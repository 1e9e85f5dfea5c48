// SPDX-License-Identifier: MIT
#include "conformance/judge/rules/rule_words.h"

#include <fmt/format.h>

#include "conformance/describe.h"

namespace aoe::conformance {

std::string hex_text(std::uint64_t value) {
    return hex(value);
}

std::string outcome_text(const Observation& seen) {
    if (seen.reply == nullptr) return "no reply";
    const SeenFrame& reply = *seen.reply;
    std::string text;
    if (reply.has_error()) text = fmt::format("error {}", reply.error());
    if (reply.command() == 0 && reply.has(36)) {
        text += fmt::format("{}Status {:#04x}, Error {:#04x}", text.empty() ? "" : " with ",
                            reply.status(), reply.ata_error());
    }
    if (text.empty()) text = "a success";
    return fmt::format("{}, {} bytes", text, reply.size);
}

std::string list_text(const MacList& list) {
    if (list.empty()) return "nobody";
    std::string text;
    for (const Mac& mac : list) {
        if (text.size() > 100) return text + " ...";
        text += (text.empty() ? "" : " ") + mac_text(mac);
    }
    return text;
}

bool succeeded(const Observation& seen) {
    return seen.reply != nullptr && !seen.reply->has_error();
}

bool refused_with(const Observation& seen, std::uint8_t error) {
    return seen.reply != nullptr && seen.reply->has_error() && seen.reply->error() == error;
}

bool has_odd_error(const Observation& seen) {
    const bool error = seen.reply != nullptr && seen.reply->has_error();
    return error && (seen.reply->error() == 0 || seen.reply->error() > 6);
}

bool is_reserved_for_others(const Observation& seen) {
    const MacList* list = seen.known.reserve;
    return list != nullptr && !list->empty() && !contains(*list, seen.request->source);
}

bool has_registers(const Observation& seen) {
    return succeeded(seen) && seen.reply->command() == 0 && seen.reply->has(36);
}

bool ata_failed(const Observation& seen) {
    return has_registers(seen) && (seen.reply->status() & 1) != 0;
}

bool ata_succeeded(const Observation& seen) {
    return has_registers(seen) && (seen.reply->status() & 0xa9) == 0;
}

}  // namespace aoe::conformance
