// SPDX-License-Identifier: MIT
// Rules about the header and the padding of every reply to a clean request.
#include <fmt/format.h>

#include "conformance/judge/rules/rule_words.h"

namespace aoe::conformance {

namespace {

Outcome response_flag(const Observation& seen, Words* words) {
    return expect(seen.reply->is_response(), words, [&] {
        return Words{"flag R set", fmt::format("flags {:#x}", seen.reply->flags())};
    });
}

Outcome version(const Observation& seen, Words* words) {
    return expect(seen.reply->version() == 1, words, [&] {
        return Words{"version 1", fmt::format("version {}", seen.reply->version())};
    });
}

Outcome tag_echoed(const Observation& seen, Words* words) {
    return expect(seen.reply->tag() == seen.request->tag(), words, [&] {
        return Words{"tag " + hex_text(seen.request->tag()), "tag " + hex_text(seen.reply->tag())};
    });
}

Outcome command_echoed(const Observation& seen, Words* words) {
    return expect(seen.reply->command() == seen.request->command(), words, [&] {
        return Words{fmt::format("command {}", seen.request->command()),
                     fmt::format("command {}", seen.reply->command())};
    });
}

std::string reserved_in(const SeenFrame& reply) {
    if ((reply.flags() & 3) != 0) return fmt::format("flags {:#x}", reply.flags());
    if (reply.has_error()) return {};  // Nobody says what its argument holds.
    if (reply.command() == 0 && reply.has(36) && reply.u16(34) != 0) {
        return fmt::format("bytes 34 and 35 are {:#06x}", reply.u16(34));
    }
    if (reply.command() != 2 || !reply.has(28)) return {};
    if (reply.u8(24) != 0) return fmt::format("byte 24 is {:#04x}", reply.u8(24));
    for (std::size_t i = 0; i < reply.directive_count() && reply.has(29 + 8 * i); ++i) {
        const unsigned first = reply.u8(28 + 8 * i);
        if (first != 0) return fmt::format("directive {} begins with {:#04x}", i, first);
    }
    return {};
}

Outcome reserved_zero(const Observation& seen, Words* words) {
    const std::string found = reserved_in(*seen.reply);
    return expect(found.empty(), words, [&] { return Words{"reserved bits and bytes 0", found}; });
}

Outcome error_code(const Observation& seen, Words* words) {
    const SeenFrame& reply = *seen.reply;
    if (!reply.has_error()) return Outcome::kept;
    // A failed disk that is told by both means is AOE-ATA-12's.
    const bool both = reply.command() == 0 && reply.has(36) && (reply.status() & 1) != 0;
    if (reply.error() == 0 && both) return Outcome::not_about_it;
    return expect(reply.error() >= 1 && reply.error() <= 6, words, [&] {
        return Words{"with flag E an Error from 1 to 6", fmt::format("Error {}", reply.error())};
    });
}

Outcome no_error_byte(const Observation& seen, Words* words) {
    if (seen.reply->has_error()) return Outcome::not_about_it;
    return expect(seen.reply->error() == 0, words, [&] {
        return Words{"without flag E an Error of 0", fmt::format("Error {}", seen.reply->error())};
    });
}

Outcome own_address(const Observation& seen, Words* words) {
    return expect(!seen.reply->is_wildcard(), words, [&] {
        return Words{
            "the target's own shelf and slot",
            fmt::format("shelf {:#x}, slot {:#x}", seen.reply->shelf(), seen.reply->slot())};
    });
}

Outcome padded(const Observation& seen, Words* words) {
    return expect(seen.reply->size >= 60, words, [&] {
        return Words{"at least 60 bytes", fmt::format("{} bytes", seen.reply->size)};
    });
}

// Where a reply ends by its own account; 60 when that cannot be known.
std::size_t end_of(const Observation& seen) {
    const SeenFrame& reply = *seen.reply;
    if (reply.command() > 3 || reply.command() != seen.request->command()) return 60;
    if (reply.command() != 0) return reply.has_error() ? 60 : natural_end(reply);
    if (!reply.has(36) || !seen.request->has(36)) return 60;
    const bool failed = reply.has_error() || (reply.status() & 1) != 0;
    return failed || is_ata_write(seen.request->status()) ? 36 : 60;
}

Outcome padding_zero(const Observation& seen, Words* words) {
    const SeenFrame& reply = *seen.reply;
    const std::size_t end = end_of(seen), last = reply.size;
    if (end >= last || last > 60 || !reply.has(last)) return Outcome::not_about_it;
    for (std::size_t at = end; at < last; ++at) {
        // What the request itself brought is no secret.
        const bool own = seen.request->has(at + 1) && seen.request->u8(at) == reply.u8(at);
        if (reply.u8(at) == 0 || own) continue;
        return expect(false, words, [&] {
            return Words{fmt::format("zero from byte {} on", end),
                         fmt::format("byte {} is {:#04x}, which the request did not bring", at,
                                     reply.u8(at))};
        });
    }
    return Outcome::kept;
}

Outcome one_reply(const Observation& seen, Words* words) {
    if (seen.request->is_wildcard()) return Outcome::not_about_it;
    return expect(seen.situation == Situation::reply, words, [&] {
        return Words{"one reply", fmt::format("another one, {}", outcome_text(seen))};
    });
}

Outcome one_reply_to_wildcard(const Observation& seen, Words* words) {
    if (!seen.request->is_wildcard()) return Outcome::not_about_it;
    return expect(seen.situation == Situation::reply, words, [&] {
        return Words{"one reply of each target",
                     fmt::format("another one, {}", outcome_text(seen))};
    });
}

}  // namespace

std::vector<Rule> header_rules() {
    constexpr Situations both = Situation::reply | Situation::again;
    return {
        {.test = {.id = "seen.hdr.response-flag",
                  .requirements = {"AOE-HDR-07"},
                  .summary = "A reply has the response flag set."},
         .situations = Situation::reply,
         .judge = response_flag},
        {.test = {.id = "seen.hdr.version",
                  .requirements = {"AOE-HDR-09"},
                  .summary = "A reply to a clean request states version 1."},
         .situations = Situation::reply,
         .judge = version},
        {.test = {.id = "seen.hdr.tag-echoed",
                  .requirements = {"AOE-HDR-27"},
                  .summary = "A reply has the tag of its request."},
         .situations = Situation::reply,
         .judge = tag_echoed},
        {.test = {.id = "seen.hdr.command-echoed",
                  .requirements = {"AOE-HDR-29"},
                  .summary = "A reply has the command of its request."},
         .situations = Situation::reply,
         .judge = command_echoed},
        {.test = {.id = "seen.hdr.reserved-zero",
                  .requirements = {"AOE-HDR-03"},
                  .summary = "The reserved bits and bytes of a reply to a clean request are zero."},
         .situations = Situation::reply,
         .judge = reserved_zero},
        {.test = {.id = "seen.hdr.error-code",
                  .requirements = {"AOE-HDR-13"},
                  .summary = "A reply with the error flag has an Error from 1 to 6."},
         .situations = Situation::reply,
         .judge = error_code},
        {.test = {.id = "seen.hdr.error-zero",
                  .requirements = {"AOE-HDR-14"},
                  .summary = "A reply without the error flag has Error 0."},
         .situations = Situation::reply,
         .tolerated = odd::error_byte,
         .judge = no_error_byte},
        {.test = {.id = "seen.hdr.own-address",
                  .requirements = {"AOE-HDR-16"},
                  .summary = "A reply carries the target's own shelf and slot, never a wildcard."},
         .situations = Situation::reply,
         .judge = own_address},
        {.test = {.id = "seen.hdr.padded",
                  .requirements = {"AOE-HDR-36"},
                  .summary = "A reply is padded to 60 bytes."},
         .situations = Situation::reply,
         .judge = padded},
        {.test = {.id = "seen.hdr.padding-zero",
                  .requirements = {"AOE-HDR-37"},
                  .summary = "The padding of a reply holds nothing of earlier frames."},
         .situations = Situation::reply,
         .tolerated = odd::short_data | odd::no_count,
         .judge = padding_zero},
        {.test = {.id = "seen.rel.one-reply",
                  .requirements = {"AOE-REL-07"},
                  .summary = "A request gets no more than one reply."},
         .situations = both,
         .judge = one_reply},
        {.test = {.id = "seen.hdr.one-reply-to-wildcard",
                  .requirements = {"AOE-HDR-19"},
                  .summary = "A target answers a request with a wildcard once."},
         .situations = both,
         .judge = one_reply_to_wildcard},
    };
}

}  // namespace aoe::conformance
