// SPDX-License-Identifier: MIT
// Rules about the mask list: what it lets through, reads and edits. A target that answers command 2
// with error 1 does not have it, and nothing here is about that target.
#include <fmt/format.h>

#include "conformance/describe.h"
#include "conformance/judge/rules/rule_words.h"

namespace aoe::conformance {

namespace {

constexpr Situations answered = Situation::reply | Situation::silence;
constexpr std::uint8_t bad_directive = 2, list_full = 3;

bool is_served(const Observation& seen) {
    return seen.reply != nullptr ? !refused_with(seen, 1) : seen.known.serves_mask;
}

bool is_kept_out(const Observation& seen) {
    const MacList* list = seen.known.mask;
    return list != nullptr && !list->empty() && !contains(*list, seen.request->source);
}

Outcome kept_out(const Observation& seen, Words* words) {
    return expect(seen.reply == nullptr, words, [&] {
        return Words{"no reply to " + mac_text(seen.request->source) + ", which is not among " +
                         list_text(*seen.known.mask),
                     outcome_text(seen)};
    });
}

bool is_config_query(const SeenFrame& request) {
    return request.command() == 1 && !request.is_wildcard();
}
Outcome query_kept_out(const Observation& seen, Words* words) {
    const bool mine = is_kept_out(seen) && is_config_query(*seen.request);
    return mine ? kept_out(seen, words) : Outcome::not_about_it;
}
Outcome all_kept_out(const Observation& seen, Words* words) {
    const bool mine = is_kept_out(seen) && !is_config_query(*seen.request);
    return mine ? kept_out(seen, words) : Outcome::not_about_it;
}

bool is_mask_success(const Observation& seen) {
    return succeeded(seen) && seen.reply->command() == 2 && seen.reply->has(28);
}

std::string mask_outcome(const Observation& seen) {
    if (!is_mask_success(seen)) return outcome_text(seen);
    const auto list = mask_list(*seen.reply);
    return fmt::format("MError {}, Dir Count {}{}", seen.reply->merror(),
                       seen.reply->directive_count(), list ? ": " + list_text(*list) : "");
}

// A success without MError that shows exactly this list.
Outcome shows(const Observation& seen, const MacList* list, Words* words) {
    const auto tell = [&] {
        return Words{"MError 0" + (list != nullptr ? ": " + list_text(*list) : ""),
                     mask_outcome(seen)};
    };
    if (!is_mask_success(seen) || seen.reply->merror() != 0) return expect(false, words, tell);
    if (natural_end(*seen.reply) > seen.reply->size) {
        return expect(false, words, [&] {
            return Words{"a reply that holds what it counts",
                         fmt::format("Dir Count {} in {} bytes", seen.reply->directive_count(),
                                     seen.reply->size)};
        });
    }
    const auto shown = mask_list(*seen.reply);
    if (!shown || list == nullptr) return Outcome::not_about_it;
    return expect(same_list(*shown, *list), words, tell);
}

Outcome read_list(const Observation& seen, Words* words) {
    const bool read = seen.request->mcmd() == 0 && seen.reply != nullptr && is_served(seen);
    if (!read || seen.known.mask_edit_failed) return Outcome::not_about_it;
    return shows(seen, seen.known.mask, words);
}

Outcome read_after_failure(const Observation& seen, Words* words) {
    const bool read = seen.request->mcmd() == 0 && seen.reply != nullptr && is_served(seen);
    if (!read || !seen.known.mask_edit_failed || seen.known.mask == nullptr) {
        return Outcome::not_about_it;
    }
    return shows(seen, seen.known.mask, words);
}

// What an edit is most of all about; each kind has a requirement of its own.
enum class Edit : std::uint8_t { none, bad, nothing, ordered, again, absent, adds, deletes };

Edit kind_of(const Observation& seen) {
    const SeenFrame& request = *seen.request;
    const auto result = request.mcmd() == 1 ? edited({}, request) : std::nullopt;
    if (!result || !is_served(seen)) return Edit::none;
    if (result->bad) return Edit::bad;
    bool all_nothing = true, twice = false, again = false, absent = false, deletes = false;
    MacList named;
    for (std::size_t i = 0; i < request.directive_count(); ++i) {
        const std::uint8_t dcmd = request.u8(29 + 8 * i);
        if (dcmd == 0) continue;
        all_nothing = false;
        const Mac mac = request.mac(30 + 8 * i);
        twice = twice || contains(named, mac);
        named.push_back(mac);
        const bool listed = seen.known.mask != nullptr && contains(*seen.known.mask, mac);
        again = again || (dcmd == 1 && listed);
        absent = absent || (dcmd == 2 && seen.known.mask != nullptr && !listed);
        deletes = deletes || dcmd == 2;
    }
    if (all_nothing) return Edit::nothing;
    if (twice) return Edit::ordered;
    if (again) return Edit::again;
    if (absent) return Edit::absent;
    return deletes ? Edit::deletes : Edit::adds;
}

template <Edit kind> Outcome edit(const Observation& seen, Words* words) {
    if (kind_of(seen) != kind) return Outcome::not_about_it;
    // A full list is a matter of the target's size, which nobody knows.
    if (is_mask_success(seen) && seen.reply->merror() == list_full) return Outcome::not_about_it;
    if (seen.known.mask == nullptr) return shows(seen, nullptr, words);
    const auto result = edited(*seen.known.mask, *seen.request);
    return shows(seen, &result->list, words);
}

// An ordinary edit is answered as a read would be. Whether the list is right is asked below.
Outcome edit_answered(const Observation& seen, Words* words) {
    const Edit kind = kind_of(seen);
    if (kind != Edit::adds && kind != Edit::deletes) return Outcome::not_about_it;
    if (is_mask_success(seen) && seen.reply->merror() == list_full) return Outcome::not_about_it;
    return shows(seen, nullptr, words) == Outcome::broken ? Outcome::broken : Outcome::kept;
}

template <Edit kind> Outcome list_after(const Observation& seen, Words* words) {
    const bool shown = is_mask_success(seen) && seen.reply->merror() == 0 &&
                       natural_end(*seen.reply) <= seen.reply->size;
    if (!shown || seen.known.mask == nullptr) return Outcome::not_about_it;
    return edit<kind>(seen, words);
}

Outcome bad_dcmd(const Observation& seen, Words* words) {
    if (kind_of(seen) != Edit::bad || !succeeded(seen)) return Outcome::not_about_it;
    if (!seen.reply->has(28) || seen.reply->merror() == list_full) return Outcome::not_about_it;
    return expect(seen.reply->merror() == bad_directive, words, [&] {
        return Words{"MError 2", mask_outcome(seen)};
    });
}

Outcome done_count(const Observation& seen, Words* words) {
    const bool told = kind_of(seen) == Edit::bad && is_mask_success(seen) &&
                      seen.reply->merror() == bad_directive;
    if (!told) return Outcome::not_about_it;
    const std::size_t index = *edited({}, *seen.request)->bad;
    return expect(seen.reply->directive_count() == index, words, [&] {
        return Words{fmt::format("Dir Count {}", index), mask_outcome(seen)};
    });
}

Outcome no_aoe_error(const Observation& seen, Words* words) {
    if (kind_of(seen) != Edit::bad || seen.reply == nullptr) return Outcome::not_about_it;
    return expect(succeeded(seen) && seen.reply->error() == 0, words, [&] {
        return Words{"flag E clear, Error 0", outcome_text(seen)};
    });
}

Outcome unknown_mcmd(const Observation& seen, Words* words) {
    if (!is_served(seen)) return Outcome::not_about_it;
    return expect(refused_with(seen, 2), words, [&] {
        return Words{"error 2",
                     fmt::format("MCmd {} gets {}", seen.request->mcmd(), mask_outcome(seen))};
    });
}

Outcome too_many_directives(const Observation& seen, Words* words) {
    if (seen.request->mcmd() != 1 || !is_served(seen)) return Outcome::not_about_it;
    return expect(seen.reply == nullptr || refused_with(seen, 2), words, [&] {
        return Words{"error 2 or no reply", fmt::format("Dir Count {} in {} bytes gets {}",
                                                        seen.request->directive_count(),
                                                        seen.request->size, mask_outcome(seen))};
    });
}

Outcome read_ignores_count(const Observation& seen, Words* words) {
    if (seen.request->mcmd() != 0 || !is_served(seen)) return Outcome::not_about_it;
    return expect(is_mask_success(seen) && seen.reply->merror() == 0, words, [&] {
        return Words{"the list", fmt::format("Dir Count {} gets {}",
                                             seen.request->directive_count(), mask_outcome(seen))};
    });
}

Outcome reserved_byte(const Observation& seen, Words* words) {
    if (!is_served(seen)) return Outcome::not_about_it;
    return expect(seen.reply == nullptr || succeeded(seen) || refused_with(seen, 2), words, [&] {
        return Words{"served, error 2 or no reply", outcome_text(seen)};
    });
}

Outcome merror_ignored(const Observation& seen, Words* words) {
    if (!is_served(seen)) return Outcome::not_about_it;
    return expect(is_mask_success(seen) && seen.reply->merror() == 0, words, [&] {
        return Words{"MError 0", fmt::format("MError {} in the request gets {}",
                                             seen.request->merror(), mask_outcome(seen))};
    });
}

Rule make(std::string_view id, std::string_view requirement, std::string_view summary,
          Outcome (*judge)(const Observation&, Words*), Oddities odd = 0) {
    return {.test = {.id = id, .requirements = {requirement}, .summary = summary},
            .situations = answered,
            .commands = about::mask,
            .odd = odd,
            .judge = judge};
}

Rule make_access(std::string_view id, std::string_view requirement, std::string_view summary,
                 Outcome (*judge)(const Observation&, Words*)) {
    return {.test = {.id = id, .requirements = {requirement}, .summary = summary},
            .situations = answered | Situations(Situation::masked),
            .tolerated = ~(odd::response | odd::other_target | odd::foreign),
            .judge = judge};
}

}  // namespace

std::vector<Rule> mask_rules() {
    return {
        make_access("seen.mask.kept-out", "AOE-MASK-02",
                    "Config queries of those not on the mask list get silence.", query_kept_out),
        make_access("seen.mask.kept-out-of-all", "AOE-MASK-03",
                    "Other commands and wildcards of those not on the mask list get silence.",
                    all_kept_out),
        make("seen.mask.read", "AOE-MASK-04", "A read shows the list as it was left.", read_list),
        make("seen.mask.in-order", "AOE-MASK-05", "Directives are applied first to last.",
             edit<Edit::ordered>),
        make("seen.mask.edit-answered", "AOE-MASK-06", "An edit is answered as a read would be.",
             edit_answered),
        make("seen.mask.nothing", "AOE-MASK-07", "A directive 0 changes nothing.",
             edit<Edit::nothing>),
        make("seen.mask.adds", "AOE-MASK-08", "The addresses that are added are on the list.",
             list_after<Edit::adds>),
        make("seen.mask.add-again", "AOE-MASK-08", "An address on the list may be added again.",
             edit<Edit::again>),
        make("seen.mask.deletes", "AOE-MASK-09", "What is deleted is no longer on the list.",
             list_after<Edit::deletes>),
        make("seen.mask.delete-absent", "AOE-MASK-09",
             "An address that is not on the list may be deleted.", edit<Edit::absent>),
        make("seen.mask.bad-directive", "AOE-MASK-10", "An unknown directive gets MError 2.",
             bad_dcmd),
        make("seen.mask.done-count", "AOE-MASK-12",
             "A refused edit says how many directives were applied.", done_count),
        make("seen.mask.no-rollback", "AOE-MASK-13",
             "Directives before a refused one stay in force.", read_after_failure),
        make("seen.mask.no-aoe-error", "AOE-MASK-14", "MError comes without the error flag.",
             no_aoe_error),
        make("seen.mask.unknown-mcmd", "AOE-MASK-15", "An unknown MCmd gets error 2.", unknown_mcmd,
             odd::subcommand),
        make("seen.mask.too-many-directives", "AOE-MASK-16",
             "An edit that promises more directives than it has gets error 2 or silence.",
             too_many_directives, odd::length),
        make("seen.mask.reserved-byte", "AOE-MASK-18",
             "A reserved byte that is set is tolerated, refused with error 2 or ignored.",
             reserved_byte, odd::reserved),
        make("seen.mask.merror-ignored", "AOE-MASK-19", "The MError of a request does not matter.",
             merror_ignored, odd::fields),
        make("seen.mask.read-ignores-count", "AOE-MASK-20", "A read ignores Dir Count.",
             read_ignores_count, odd::length),
    };
}

}  // namespace aoe::conformance
