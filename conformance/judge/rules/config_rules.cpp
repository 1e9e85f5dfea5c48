// SPDX-License-Identifier: MIT
// Rules about config reads, about what every config reply states, and about announcements.
#include <fmt/format.h>

#include "conformance/describe.h"
#include "conformance/judge/rules/rule_words.h"

namespace aoe::conformance {

namespace {

constexpr Situations answered = Situation::reply | Situation::silence;

bool is_config_success(const Observation& seen) {
    return succeeded(seen) && seen.reply->command() == 1 && seen.reply->has(32);
}

Outcome config_version(const Observation& seen, Words* words) {
    if (!is_config_success(seen)) return Outcome::not_about_it;
    return expect(seen.reply->config_version() == 1, words, [&] {
        return Words{"AoE version 1", fmt::format("{}", seen.reply->config_version())};
    });
}

Outcome ccmd_echoed(const Observation& seen, Words* words) {
    if (!is_config_success(seen)) return Outcome::not_about_it;
    return expect(seen.reply->ccmd() == seen.request->ccmd(), words, [&] {
        return Words{fmt::format("CCmd {}", seen.request->ccmd()),
                     fmt::format("CCmd {}", seen.reply->ccmd())};
    });
}

Outcome buffer_count(const Observation& seen, Words* words) {
    if (!is_config_success(seen)) return Outcome::not_about_it;
    return expect(seen.reply->buffer_count() >= 1, words, [] {
        return Words{"Buffer Count of at least 1", "0"};
    });
}

Outcome firmware_constant(const Observation& seen, Words* words) {
    if (!is_config_success(seen) || seen.known.firmware == nullptr) return Outcome::not_about_it;
    return expect(seen.reply->firmware() == *seen.known.firmware, words, [&] {
        return Words{fmt::format("Firmware Version {:#06x}, as before", *seen.known.firmware),
                     fmt::format("{:#06x}", seen.reply->firmware())};
    });
}

// The reply is a success, whole, and shows the string that is known to be stored.
Outcome shows_string(const Observation& seen, Words* words) {
    const bool reserved = refused_with(seen, 6) && is_reserved_for_others(seen);
    if (reserved || has_odd_error(seen)) return Outcome::not_about_it;
    if (!is_config_success(seen)) {
        return expect(false, words, [&] {
            return Words{"a reply with the string", outcome_text(seen)};
        });
    }
    const SeenFrame& reply = *seen.reply;
    const bool whole = reply.string_length() <= 1024 && natural_end(reply) <= reply.size;
    if (!whole) {
        return expect(false, words, [&] {
            return Words{"as many bytes as the length says, at most 1024",
                         fmt::format("length {} in {} bytes", reply.string_length(), reply.size)};
        });
    }
    const auto shown = config_string(reply);
    if (!shown || seen.known.config == nullptr) return Outcome::not_about_it;
    return expect(*shown == *seen.known.config, words, [&] {
        return Words{quote(*seen.known.config), quote(*shown)};
    });
}

Outcome read_string(const Observation& seen, Words* words) {
    const bool bare = seen.request->ccmd() == 0 && seen.request->string_length() == 0;
    if (!bare || seen.reply == nullptr) return Outcome::not_about_it;
    return shows_string(seen, words);
}

Outcome read_ignores_argument(const Observation& seen, Words* words) {
    const bool argument = seen.request->ccmd() == 0 && seen.request->string_length() != 0;
    return argument ? shows_string(seen, words) : Outcome::not_about_it;
}

Outcome read_beyond_frame(const Observation& seen, Words* words) {
    if (seen.request->ccmd() != 0) return Outcome::not_about_it;
    return expect(succeeded(seen) || refused_with(seen, 2), words, [&] {
        return Words{"a reply, or error 2",
                     fmt::format("length {} in {} bytes gets {}", seen.request->string_length(),
                                 seen.request->size, outcome_text(seen))};
    });
}

bool has_numbers(const SeenFrame& request) {
    return request.u32(24) != 0 || request.sector_count() != 0;
}

Outcome version_nibble_ignored(const Observation& seen, Words* words) {
    if (has_numbers(*seen.request) || seen.request->ccmd() != 0) return Outcome::not_about_it;
    return expect(succeeded(seen), words, [&] {
        return Words{"a reply as with 0", outcome_text(seen)};
    });
}

Outcome numbers_ignored(const Observation& seen, Words* words) {
    if (!has_numbers(*seen.request) || seen.request->ccmd() != 0) return Outcome::not_about_it;
    if (!is_config_success(seen)) {
        return expect(false, words, [&] { return Words{"a reply as with 0", outcome_text(seen)}; });
    }
    const SeenFrame& reply = *seen.reply;
    const bool same =
        (!seen.known.buffer_count || reply.buffer_count() == *seen.known.buffer_count) &&
        (!seen.known.firmware || reply.firmware() == *seen.known.firmware) &&
        (!seen.known.sector_count || reply.sector_count() == *seen.known.sector_count);
    return expect(same, words, [&] {
        return Words{"Buffer Count, Firmware Version and Sector Count as before",
                     fmt::format("{}, {:#06x}, {}", reply.buffer_count(), reply.firmware(),
                                 reply.sector_count())};
    });
}

Outcome unknown_ccmd(const Observation& seen, Words* words, bool five) {
    if ((seen.request->ccmd() == 5) != five) return Outcome::not_about_it;
    return expect(refused_with(seen, 2), words, [&] {
        return Words{"error 2",
                     fmt::format("CCmd {} gets {}", seen.request->ccmd(), outcome_text(seen))};
    });
}

Outcome served_while_reserved(const Observation& seen, Words* words) {
    if (!is_reserved_for_others(seen)) return Outcome::not_about_it;
    return expect(!refused_with(seen, 6), words, [&] {
        return Words{"served", outcome_text(seen)};
    });
}

Outcome announcement_header(const Observation& seen, Words* words) {
    const SeenFrame& frame = *seen.reply;
    const unsigned ccmd = frame.has(32) ? frame.ccmd() : 0;
    return expect(frame.version() == 1 && ccmd == 0 && !frame.has_error(), words, [&] {
        return Words{
            "version 1, CCmd 0, no error",
            fmt::format("version {}, CCmd {}, flags {:#x}", frame.version(), ccmd, frame.flags())};
    });
}

Outcome announcement_tag(const Observation& seen, Words* words) {
    return expect(seen.reply->tag() == 0, words, [&] {
        return Words{"tag 0", "tag " + hex_text(seen.reply->tag())};
    });
}

Outcome announcement_fields(const Observation& seen, Words* words) {
    const SeenFrame& frame = *seen.reply;
    if (!frame.has(32)) return Outcome::not_about_it;
    return expect(frame.buffer_count() >= 1 && natural_end(frame) <= frame.size, words, [&] {
        return Words{"a Buffer Count of at least 1 and the whole string",
                     fmt::format("Buffer Count {}, string length {} in {} bytes",
                                 frame.buffer_count(), frame.string_length(), frame.size)};
    });
}

Outcome string_survives(const Observation& seen, Words* words) {
    const auto shown = config_string(*seen.reply);
    if (!shown || seen.known.config == nullptr || seen.known.config->empty()) {
        return Outcome::not_about_it;
    }
    return expect(*shown == *seen.known.config, words, [&] {
        return Words{quote(*seen.known.config), quote(*shown)};
    });
}

Rule make(std::string_view id, std::string_view requirement, std::string_view summary,
          Situations situations, Outcome (*judge)(const Observation&, Words*), Oddities odd = 0) {
    return {.test = {.id = id, .requirements = {requirement}, .summary = summary},
            .situations = situations,
            .commands = about::config,
            .odd = odd,
            .judge = judge};
}

}  // namespace

std::vector<Rule> config_rules() {
    return {
        make("seen.cfg.read", "AOE-CFG-01", "A config read shows the string that was last set.",
             Situation::reply, read_string),
        make("seen.cfg.read-ignores-argument", "AOE-CFG-02",
             "A config read ignores the string that the request carries.", answered,
             read_ignores_argument),
        make("seen.cfg.read-beyond-frame", "AOE-CFG-03",
             "A config read that promises more bytes than it has is answered, or gets error 2.",
             answered, read_beyond_frame, odd::length),
        make(
            "seen.cfg.unknown-ccmd", "AOE-CFG-19", "An unknown CCmd gets error 2.", answered,
            [](const Observation& seen, Words* words) { return unknown_ccmd(seen, words, false); },
            odd::subcommand),
        make("seen.cfg.version", "AOE-CFG-20", "A config reply states AoE version 1.",
             Situation::reply, config_version),
        make("seen.cfg.ccmd-echoed", "AOE-CFG-21", "A config reply repeats the CCmd.",
             Situation::reply, ccmd_echoed),
        make("seen.cfg.version-nibble-ignored", "AOE-CFG-22",
             "The version half of a config request's sub-command byte does not matter.", answered,
             version_nibble_ignored, odd::fields),
        make("seen.cfg.buffer-count", "AOE-CFG-23", "A config reply's Buffer Count is at least 1.",
             Situation::reply, buffer_count),
        make("seen.cfg.firmware-constant", "AOE-CFG-30", "The Firmware Version does not change.",
             Situation::reply, firmware_constant),
        make("seen.cfg.numbers-ignored", "AOE-CFG-31",
             "Counts and Firmware Version in a config request have no effect.", answered,
             numbers_ignored, odd::fields),
        make("seen.cfg.served-while-reserved", "AOE-CFG-32",
             "Config commands are served to those outside a reservation.", Situation::reply,
             served_while_reserved),
        make(
            "seen.cfg.ccmd-5", "AOE-CFG-35", "CCmd 5 gets error 2.", answered,
            [](const Observation& seen, Words* words) { return unknown_ccmd(seen, words, true); },
            odd::subcommand),
    };
}

std::vector<Rule> announcement_rules() {
    return {
        make("seen.ann.header", "AOE-ANN-02", "An announcement's header is that of a config reply.",
             Situation::announcement, announcement_header),
        make("seen.ann.tag", "AOE-ANN-03", "An announcement has tag 0.", Situation::announcement,
             announcement_tag),
        make("seen.ann.fields", "AOE-ANN-05", "An announcement says what a config read says.",
             Situation::announcement, announcement_fields),
        make("seen.cfg.survives-restart", "AOE-CFG-33",
             "The config string is announced as it was before.", Situation::announcement,
             string_survives),
    };
}

}  // namespace aoe::conformance
