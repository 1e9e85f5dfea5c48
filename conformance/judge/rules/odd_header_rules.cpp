// SPDX-License-Identifier: MIT
// Rules about requests whose header or size is not in order, each about one oddity alone.
#include <fmt/format.h>

#include "conformance/judge/rules/rule_words.h"

namespace aoe::conformance {

namespace {

constexpr Situations answered = Situation::reply | Situation::silence;
constexpr Situations refused = answered | Situations(Situation::masked);

bool changes_something(const SeenFrame& request) {
    switch (request.command()) {
        case 0:
            return request.has(36) && is_ata_write(request.status());
        case 1:
            return request.has(32) && request.ccmd() >= 3;
        case 2:
            return request.has(28) && request.mcmd() == 1;
        case 3:
            return request.has(26) && request.rcmd() != 0;
        default:
            return false;
    }
}

Outcome version_not_carried_out(const Observation& seen, Words* words) {
    if (!changes_something(*seen.request)) return Outcome::not_about_it;
    return expect(!succeeded(seen), words, [&] {
        return Words{
            "error 5 or no reply",
            fmt::format("version {} gets {}", seen.request->version(), outcome_text(seen))};
    });
}

Outcome version_refused(const Observation& seen, Words* words) {
    if (seen.reply == nullptr || changes_something(*seen.request)) return Outcome::not_about_it;
    return expect(refused_with(seen, 5), words, [&] {
        return Words{
            "error 5 or no reply",
            fmt::format("version {} gets {}", seen.request->version(), outcome_text(seen))};
    });
}

Outcome version_stated(const Observation& seen, Words* words) {
    if (!refused_with(seen, 5)) return Outcome::not_about_it;
    return expect(seen.reply->version() == 1, words, [&] {
        return Words{"version 1", fmt::format("version {}", seen.reply->version())};
    });
}

Outcome error_flag_not_copied(const Observation& seen, Words* words) {
    if (seen.reply == nullptr) return Outcome::kept;
    return expect(!seen.reply->has_error() || seen.reply->error() != 0, words, [&] {
        return Words{"flag E clear", outcome_text(seen)};
    });
}

// A config test may be unanswered for its own reasons, and a set refused for them.
bool is_test_or_set(const SeenFrame& request) {
    return request.command() == 1 && request.has(32) && request.ccmd() >= 1 && request.ccmd() <= 3;
}

Outcome reserved_tolerated(const Observation& seen, Words* words) {
    if (is_test_or_set(*seen.request)) return Outcome::not_about_it;
    return expect(succeeded(seen) || refused_with(seen, 2), words, [&] {
        return Words{"served, or error 2", outcome_text(seen)};
    });
}

Outcome unknown_no_success(const Observation& seen, Words* words) {
    // 4 is a keyed reservation in what came after revision 11, 240 and above are the vendors'.
    const std::uint8_t command = seen.request->command();
    if (command == 4 || command >= 0xf0 || seen.reply == nullptr) return Outcome::not_about_it;
    return expect(seen.reply->has_error(), words, [&] {
        return Words{"error 1", fmt::format("command {:#x} gets {}", command, outcome_text(seen))};
    });
}

Outcome unknown_error(const Observation& seen, Words* words) {
    if (seen.request->command() >= 0xf0 || succeeded(seen)) return Outcome::not_about_it;
    return expect(refused_with(seen, 1), words, [&] {
        return Words{"error 1", fmt::format("command {:#x} gets {}", seen.request->command(),
                                            outcome_text(seen))};
    });
}

Outcome vendor_error(const Observation& seen, Words* words) {
    if (seen.request->command() < 0xf0 || succeeded(seen)) return Outcome::not_about_it;
    return expect(refused_with(seen, 1), words, [&] {
        return Words{"error 1", fmt::format("command {:#x} gets {}", seen.request->command(),
                                            outcome_text(seen))};
    });
}

Outcome later_commands(const Observation& seen, Words* words) {
    const bool serves =
        seen.request->command() == 2 ? seen.known.serves_mask : seen.known.serves_reserve;
    if (serves || (seen.reply != nullptr && !refused_with(seen, 1))) return Outcome::not_about_it;
    return expect(seen.reply != nullptr, words, [&] {
        return Words{"error 1, or the command served",
                     fmt::format("command {} gets no reply", seen.request->command())};
    });
}

Outcome short_argument(const Observation& seen, Words* words) {
    const bool harmless = seen.reply == nullptr || refused_with(seen, 1) || refused_with(seen, 2);
    return expect(harmless, words, [&] {
        return Words{"error 1, error 2 or no reply",
                     fmt::format("{} of {} bytes get {}", seen.request->size,
                                 fixed_end(seen.request->command()), outcome_text(seen))};
    });
}

Outcome trailing_ignored(const Observation& seen, Words* words) {
    if (is_test_or_set(*seen.request)) return Outcome::not_about_it;
    return expect(succeeded(seen), words, [&] {
        return Words{"the same reply as without them",
                     fmt::format("{} bytes get {}", seen.request->size, outcome_text(seen))};
    });
}

Outcome runt_ignored(const Observation& seen, Words* words) {
    return expect(seen.reply == nullptr, words, [&] {
        return Words{"no reply to a frame shorter than the header", outcome_text(seen)};
    });
}

Outcome response_ignored(const Observation& seen, Words* words) {
    return expect(seen.reply == nullptr, words, [&] {
        return Words{"no reply to a reply", outcome_text(seen)};
    });
}

}  // namespace

std::vector<Rule> odd_header_rules() {
    return {
        {.test = {.id = "seen.hdr.version-not-carried-out",
                  .requirements = {"AOE-HDR-10"},
                  .summary = "A change that is asked for in another version is not made."},
         .situations = refused,
         .odd = odd::version,
         .judge = version_not_carried_out},
        {.test = {.id = "seen.hdr.version-refused",
                  .requirements = {"AOE-HDR-11"},
                  .summary = "A request of another version gets error 5, or silence."},
         .situations = refused,
         .odd = odd::version,
         .judge = version_refused},
        {.test = {.id = "seen.hdr.version-stated",
                  .requirements = {"AOE-HDR-12"},
                  .summary = "A reply with error 5 states version 1."},
         .situations = Situation::reply,
         .odd = odd::version,
         .judge = version_stated},
        {.test = {.id = "seen.hdr.error-flag-own",
                  .requirements = {"AOE-HDR-15"},
                  .summary = "The error flag of a request is not copied into its reply."},
         .situations = answered,
         .odd = odd::error_flag,
         .judge = error_flag_not_copied},
        {.test = {.id = "seen.hdr.reserved-tolerated",
                  .requirements = {"AOE-HDR-04"},
                  .summary =
                      "A request with reserved bits or bytes set is served, or gets error 2."},
         .situations = answered,
         .commands = about::ata | about::config,
         .odd = odd::reserved,
         .judge = reserved_tolerated},
        {.test = {.id = "seen.hdr.unknown-no-success",
                  .requirements = {"AOE-HDR-30"},
                  .summary = "An unknown command is not answered as a success."},
         .situations = Situation::reply,
         .odd = odd::command,
         .judge = unknown_no_success},
        {.test = {.id = "seen.hdr.unknown-error",
                  .requirements = {"AOE-HDR-43"},
                  .summary = "An unknown command gets error 1."},
         .situations = answered,
         .odd = odd::command,
         .judge = unknown_error},
        {.test = {.id = "seen.hdr.vendor-error",
                  .requirements = {"AOE-HDR-31"},
                  .summary = "A vendor command that the target does not serve gets error 1."},
         .situations = answered,
         .odd = odd::command,
         .judge = vendor_error},
        {.test = {.id = "seen.hdr.later-commands",
                  .requirements = {"AOE-HDR-32"},
                  .summary = "A target without the commands of r11 answers them with error 1."},
         .situations = answered,
         .commands = about::mask | about::reserve,
         .judge = later_commands},
        {.test = {.id = "seen.hdr.short-argument",
                  .requirements = {"AOE-HDR-33"},
                  .summary = "A command that breaks off within its argument is not carried out."},
         .situations = refused,
         .odd = odd::short_argument,
         .judge = short_argument},
        {.test = {.id = "seen.hdr.trailing-ignored",
                  .requirements = {"AOE-HDR-44"},
                  .summary = "Bytes after the end of a message change nothing."},
         .situations = answered,
         .commands = about::config,
         .odd = odd::trailing,
         .judge = trailing_ignored},
        {.test = {.id = "seen.hdr.runt-ignored",
                  .requirements = {"AOE-HDR-06"},
                  .summary = "A frame that breaks off within the header is not answered."},
         .situations = Situation::runt,
         .judge = runt_ignored},
        {.test = {.id = "seen.hdr.response-ignored",
                  .requirements = {"AOE-HDR-08"},
                  .summary = "A frame with the response flag is not answered."},
         .situations = refused,
         .odd = odd::response,
         .tolerated = ~odd::response,
         .judge = response_ignored},
    };
}

}  // namespace aoe::conformance
