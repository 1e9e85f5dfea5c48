// SPDX-License-Identifier: MIT
// Rules about config tests and sets, judged against the string that is known to be stored.
#include <fmt/format.h>

#include "conformance/describe.h"
#include "conformance/judge/rules/rule_words.h"

namespace aoe::conformance {

namespace {

constexpr Situations answered = Situation::reply | Situation::silence;
constexpr std::uint8_t exact = 1, prefix = 2, set_if_empty = 3, force_set = 4;
constexpr std::size_t longest = 1024;

// Whether a test of `argument` matches what is stored.
bool matches(std::uint8_t ccmd, const std::string& argument, const std::string& stored) {
    return ccmd == exact ? stored == argument : stored.starts_with(argument);
}

Words test_words(const Observation& seen, bool match) {
    const std::string argument(seen.request->string());
    std::string stored = seen.known.config != nullptr ? " of " + quote(*seen.known.config) : "";
    if (seen.known.config == nullptr && succeeded(seen)) {
        stored = " of " + quote(seen.reply->string());
    }
    return {
        match ? "a reply" : "no reply",
        fmt::format("{} test for {}{} gets {}", seen.request->ccmd() == exact ? "exact" : "prefix",
                    quote(argument), stored, outcome_text(seen))};
}

// A test is answered exactly when it matches. Without knowledge of the string a reply still shows
// it, and thereby whether it should have been sent.
Outcome test_answered(const Observation& seen, Words* words) {
    const auto argument = config_string(*seen.request);
    if (!argument) return Outcome::not_about_it;
    const std::uint8_t ccmd = seen.request->ccmd();
    if (seen.reply != nullptr && seen.reply->has_error()) return Outcome::not_about_it;
    const bool replied = seen.reply != nullptr;
    std::optional<std::string> stored;
    if (seen.known.config != nullptr) {
        stored = *seen.known.config;
    } else if (replied) {
        stored = config_string(*seen.reply);
    }
    if (!stored) return Outcome::not_about_it;
    const bool match = matches(ccmd, *argument, *stored);
    return expect(match == replied, words, [&] { return test_words(seen, match); });
}

Outcome test_of(const Observation& seen, Words* words, std::uint8_t ccmd) {
    const bool empty = seen.request->string_length() == 0;
    if (seen.request->ccmd() != ccmd || empty) return Outcome::not_about_it;
    return test_answered(seen, words);
}

Outcome exact_test(const Observation& seen, Words* words) {
    return test_of(seen, words, exact);
}
Outcome prefix_test(const Observation& seen, Words* words) {
    return test_of(seen, words, prefix);
}
Outcome empty_test(const Observation& seen, Words* words) {
    const bool test = seen.request->ccmd() == exact || seen.request->ccmd() == prefix;
    const bool empty = seen.request->string_length() == 0;
    return test && empty ? test_answered(seen, words) : Outcome::not_about_it;
}

Outcome failed_test_silent(const Observation& seen, Words* words) {
    if (seen.request->ccmd() != exact && seen.request->ccmd() != prefix) {
        return Outcome::not_about_it;
    }
    const bool error = seen.reply != nullptr && seen.reply->has_error();
    return expect(!error, words, [&] { return Words{"no reply at all", outcome_text(seen)}; });
}

Outcome test_shows_all(const Observation& seen, Words* words) {
    const bool test = seen.request->ccmd() == exact || seen.request->ccmd() == prefix;
    const auto argument = config_string(*seen.request);
    if (!test || !argument || !succeeded(seen) || seen.known.config == nullptr) {
        return Outcome::not_about_it;
    }
    const auto shown = config_string(*seen.reply);
    // A test that should have been silent is another rule's.
    if (!shown || !matches(seen.request->ccmd(), *argument, *seen.known.config)) {
        return Outcome::not_about_it;
    }
    return expect(*shown == *seen.known.config, words, [&] {
        return Words{quote(*seen.known.config), quote(*shown)};
    });
}

// Success, and a reply that shows the argument.
Outcome stored(const Observation& seen, Words* words) {
    const auto wanted = config_string(*seen.request);
    const bool reserved = refused_with(seen, 6) && is_reserved_for_others(seen);
    if (!wanted || reserved || has_odd_error(seen)) return Outcome::not_about_it;
    if (!succeeded(seen) || !seen.reply->has(32)) {
        return expect(false, words, [&] {
            return Words{"success, and a reply with " + quote(*wanted), outcome_text(seen)};
        });
    }
    const auto shown = config_string(*seen.reply);
    if (!shown && natural_end(*seen.reply) <= seen.reply->size) return Outcome::not_about_it;
    return expect(shown == wanted, words, [&] {
        return Words{"a reply with " + quote(*wanted),
                     shown ? quote(*shown)
                           : fmt::format("length {} in {} bytes", seen.reply->string_length(),
                                         seen.reply->size)};
    });
}

Outcome set_when_empty(const Observation& seen, Words* words) {
    const bool empty = seen.known.config != nullptr && seen.known.config->empty();
    if (seen.request->ccmd() != set_if_empty || !empty) return Outcome::not_about_it;
    return stored(seen, words);
}

// Set if empty, over a string that is known; nothing when the request is another one.
std::optional<bool> sets_same_string(const Observation& seen) {
    const auto wanted = config_string(*seen.request);
    const bool over = seen.known.config != nullptr && !seen.known.config->empty();
    if (seen.request->ccmd() != set_if_empty || !over || !wanted) return std::nullopt;
    return *wanted == *seen.known.config;
}

Outcome set_refused(const Observation& seen, Words* words) {
    if (sets_same_string(seen) != false) return Outcome::not_about_it;
    return expect(refused_with(seen, 4), words, [&] {
        return Words{"error 4",
                     fmt::format("over {}: {}", quote(*seen.known.config), outcome_text(seen))};
    });
}

Outcome set_same(const Observation& seen, Words* words) {
    if (sets_same_string(seen) != true) return Outcome::not_about_it;
    return expect(succeeded(seen) || refused_with(seen, 4), words, [&] {
        return Words{"success or error 4", outcome_text(seen)};
    });
}

Outcome error_shows_string(const Observation& seen, Words* words) {
    const bool told = refused_with(seen, 4) && seen.request->ccmd() == set_if_empty &&
                      seen.known.config != nullptr && seen.reply->has(32);
    if (!told) return Outcome::not_about_it;
    const auto shown = config_string(*seen.reply);
    if (!shown || shown->empty()) return Outcome::not_about_it;
    return expect(*shown == *seen.known.config, words, [&] {
        return Words{quote(*seen.known.config), quote(*shown)};
    });
}

Outcome forced(const Observation& seen, Words* words) {
    const std::size_t length = seen.request->string_length();
    const bool force = seen.request->ccmd() == force_set && length != 0 && length != longest;
    return force ? stored(seen, words) : Outcome::not_about_it;
}
Outcome cleared(const Observation& seen, Words* words) {
    const bool clear = seen.request->ccmd() == force_set && seen.request->string_length() == 0;
    return clear ? stored(seen, words) : Outcome::not_about_it;
}
Outcome longest_string(const Observation& seen, Words* words) {
    const bool all = seen.request->ccmd() == force_set && seen.request->string_length() == longest;
    return all ? stored(seen, words) : Outcome::not_about_it;
}

Outcome length_refused(const Observation& seen, Words* words) {
    // A set if empty over a string is refused for that reason as well.
    const bool over = seen.request->ccmd() == set_if_empty && refused_with(seen, 4) &&
                      !(seen.known.config != nullptr && seen.known.config->empty());
    const bool harmless = seen.reply == nullptr || refused_with(seen, 2) || over;
    return expect(harmless, words, [&] {
        return Words{
            "error 2 or no reply",
            fmt::format("CCmd {} with length {} in {} bytes gets {}", seen.request->ccmd(),
                        seen.request->string_length(), seen.request->size, outcome_text(seen))};
    });
}

Outcome above_limit(const Observation& seen, Words* words) {
    const bool above = seen.request->ccmd() != 0 && seen.request->string_length() > longest;
    return above ? length_refused(seen, words) : Outcome::not_about_it;
}
Outcome beyond_frame(const Observation& seen, Words* words) {
    const bool beyond =
        seen.request->ccmd() >= set_if_empty && seen.request->string_length() <= longest;
    return beyond ? length_refused(seen, words) : Outcome::not_about_it;
}

Rule make(std::string_view id, std::string_view requirement, std::string_view summary,
          Outcome (*judge)(const Observation&, Words*), Oddities odd = 0) {
    return {.test = {.id = id, .requirements = {requirement}, .summary = summary},
            .situations = answered,
            .commands = about::config,
            .odd = odd,
            .judge = judge};
}

}  // namespace

std::vector<Rule> config_test_rules() {
    return {
        make("seen.cfg.exact-test", "AOE-CFG-04",
             "An exact test is answered if and only if the string is the stored one.", exact_test),
        make("seen.cfg.prefix-test", "AOE-CFG-05",
             "A prefix test is answered if and only if the stored string begins so.", prefix_test),
        make("seen.cfg.failed-test-silent", "AOE-CFG-06", "A test gets no error.",
             failed_test_silent),
        make("seen.cfg.empty-test", "AOE-CFG-07",
             "The empty string begins every string, and equals only the empty one.", empty_test),
        make("seen.cfg.test-shows-all", "AOE-CFG-08",
             "The reply to a test that matches shows the whole string.", test_shows_all),
    };
}

std::vector<Rule> config_set_rules() {
    return {
        make("seen.cfg.set-when-empty", "AOE-CFG-09",
             "A set over no string stores the request's and shows it.", set_when_empty),
        make("seen.cfg.set-refused", "AOE-CFG-10", "A set over another string gets error 4.",
             set_refused),
        make("seen.cfg.set-same", "AOE-CFG-11",
             "A set of the string that is stored succeeds, or gets error 4.", set_same),
        make("seen.cfg.error-4-string", "AOE-CFG-12",
             "The string in a reply with error 4 is the stored one.", error_shows_string),
        make("seen.cfg.force-set", "AOE-CFG-13", "A force set stores the string and shows it.",
             forced),
        make("seen.cfg.force-clear", "AOE-CFG-14", "A force set of length 0 clears the string.",
             cleared),
        make("seen.cfg.longest", "AOE-CFG-15", "1024 bytes are stored and shown.", longest_string),
        make("seen.cfg.above-limit", "AOE-CFG-16", "A length above 1024 gets error 2 or silence.",
             above_limit, odd::length),
        make("seen.cfg.beyond-frame", "AOE-CFG-17",
             "A set that promises more bytes than it has gets error 2 or silence.", beyond_frame,
             odd::length),
    };
}

}  // namespace aoe::conformance
