// SPDX-License-Identifier: MIT
// Rules about reservations: reads and sets of the list, and whom it lets through. A target that
// answers command 3 with error 1 does not have it, and nothing here is about that target.
#include <fmt/format.h>

#include "conformance/describe.h"
#include "conformance/judge/rules/rule_words.h"

namespace aoe::conformance {

namespace {

constexpr Situations answered = Situation::reply | Situation::silence;
constexpr std::uint8_t set = 1, force_set = 2, identify_opcode = 0xec;

bool is_served(const Observation& seen) {
    return seen.reply != nullptr ? !refused_with(seen, 1) : seen.known.serves_reserve;
}

bool is_reserve_success(const Observation& seen) {
    return succeeded(seen) && seen.reply->command() == 3 && seen.reply->has(26);
}

std::string reserve_outcome(const Observation& seen) {
    const auto list = is_reserve_success(seen) ? reserve_list(*seen.reply) : std::nullopt;
    return list ? list_text(*list) : outcome_text(seen);
}

Outcome shows(const Observation& seen, const MacList* list, Words* words) {
    const auto tell = [&] {
        return Words{list != nullptr ? list_text(*list) : "the list", reserve_outcome(seen)};
    };
    if (!is_reserve_success(seen)) return expect(false, words, tell);
    if (natural_end(*seen.reply) > seen.reply->size) {
        return expect(false, words, [&] {
            return Words{
                "a reply that holds what it counts",
                fmt::format("NMacs {} in {} bytes", seen.reply->mac_count(), seen.reply->size)};
        });
    }
    const auto shown = reserve_list(*seen.reply);
    if (!shown || list == nullptr) return Outcome::not_about_it;
    return expect(same_list(*shown, *list), words, tell);
}

Outcome read_list(const Observation& seen, Words* words) {
    const bool read = seen.request->rcmd() == 0 && seen.reply != nullptr && is_served(seen);
    // AOE-RES-13's.
    if (refused_with(seen, 6) && is_reserved_for_others(seen)) return Outcome::not_about_it;
    return read ? shows(seen, seen.known.reserve, words) : Outcome::not_about_it;
}

// What a set is most of all about; each kind has requirements of its own.
enum class Set : std::uint8_t { none, foreign, release, same, without_sender, plain, forced };

Set kind_of(const Observation& seen) {
    const SeenFrame& request = *seen.request;
    const auto wanted = request.rcmd() == 0 ? std::nullopt : reserve_list(request);
    if (!wanted || !is_served(seen)) return Set::none;
    if (request.rcmd() == force_set) return wanted->empty() ? Set::release : Set::forced;
    const MacList* before = seen.known.reserve;
    if (before == nullptr) return Set::none;
    if (!before->empty() && !contains(*before, request.source)) return Set::foreign;
    if (wanted->empty()) return Set::release;
    if (same_list(*wanted, *before)) return Set::same;
    return contains(*wanted, request.source) ? Set::plain : Set::without_sender;
}

template <Set kind> Outcome set_done(const Observation& seen, Words* words) {
    if (kind_of(seen) != kind) return Outcome::not_about_it;
    const auto wanted = reserve_list(*seen.request);
    return shows(seen, &*wanted, words);
}

// A set that is due: refused, or a list that is not the one asked for, are different matters.
Outcome set_allowed(const Observation& seen, Words* words) {
    if (kind_of(seen) != Set::plain) return Outcome::not_about_it;
    return expect(succeeded(seen), words, [&] { return Words{"success", outcome_text(seen)}; });
}

Outcome set_replaces(const Observation& seen, Words* words) {
    const bool replaced = kind_of(seen) == Set::plain && is_reserve_success(seen) &&
                          seen.known.reserve != nullptr && !seen.known.reserve->empty();
    if (!replaced) return Outcome::not_about_it;
    const auto wanted = reserve_list(*seen.request), shown = reserve_list(*seen.reply);
    if (!shown) return Outcome::not_about_it;
    MacList merged = *seen.known.reserve;
    for (const Mac& mac : *wanted) {
        if (!contains(merged, mac)) merged.push_back(mac);
    }
    const bool told_apart = !same_list(merged, *wanted);
    if (!told_apart) return Outcome::not_about_it;
    return expect(!same_list(*shown, merged), words, [&] {
        return Words{list_text(*wanted), list_text(*shown)};
    });
}

Outcome set_shows_list(const Observation& seen, Words* words) {
    if (kind_of(seen) != Set::plain || !is_reserve_success(seen)) return Outcome::not_about_it;
    const auto wanted = reserve_list(*seen.request);
    return shows(seen, &*wanted, words);
}

Outcome foreign_set(const Observation& seen, Words* words) {
    if (kind_of(seen) != Set::foreign) return Outcome::not_about_it;
    return expect(refused_with(seen, 6), words, [&] {
        return Words{"error 6, as " + list_text(*seen.known.reserve) + " holds the reservation",
                     reserve_outcome(seen)};
    });
}

Outcome error_shows_list(const Observation& seen, Words* words) {
    if (kind_of(seen) != Set::foreign || !refused_with(seen, 6)) return Outcome::not_about_it;
    const auto shown = seen.reply->has(26) ? reserve_list(*seen.reply) : std::nullopt;
    if (!shown && natural_end(*seen.reply) <= seen.reply->size && seen.reply->cut()) {
        return Outcome::not_about_it;
    }
    return expect(shown && same_list(*shown, *seen.known.reserve), words, [&] {
        return Words{list_text(*seen.known.reserve),
                     shown ? list_text(*shown) : fmt::format("{} bytes", seen.reply->size)};
    });
}

bool moves_sectors(const Observation& seen) {
    if (!seen.request->has(36)) return false;
    return is_ata_read(seen.request->status()) || is_ata_write(seen.request->status());
}

Outcome io_refused(const Observation& seen, Words* words) {
    if (!is_reserved_for_others(seen) || !moves_sectors(seen)) return Outcome::not_about_it;
    return expect(refused_with(seen, 6), words, [&] {
        return Words{"error 6, as the target is reserved for " + list_text(*seen.known.reserve),
                     outcome_text(seen)};
    });
}

Outcome identify_served(const Observation& seen, Words* words) {
    const bool identify = seen.request->has(36) && seen.request->status() == identify_opcode;
    if (!is_reserved_for_others(seen) || !identify) return Outcome::not_about_it;
    return expect(!refused_with(seen, 6), words, [&] {
        return Words{"IDENTIFY DEVICE served", outcome_text(seen)};
    });
}

Outcome member_served(const Observation& seen, Words* words) {
    const bool others = seen.known.reserve == nullptr || is_reserved_for_others(seen);
    if (others || !moves_sectors(seen)) return Outcome::not_about_it;
    return expect(!refused_with(seen, 6), words, [&] {
        return Words{"served: the reservation is of " + list_text(*seen.known.reserve),
                     outcome_text(seen)};
    });
}

Outcome others_served(const Observation& seen, Words* words) {
    const bool set_list =
        seen.request->command() == 3 && (!seen.request->has(26) || seen.request->rcmd() != 0);
    if (!is_reserved_for_others(seen) || set_list) return Outcome::not_about_it;
    return expect(!refused_with(seen, 6), words, [&] {
        return Words{"served", outcome_text(seen)};
    });
}

Outcome unknown_rcmd(const Observation& seen, Words* words) {
    if (!is_served(seen)) return Outcome::not_about_it;
    return expect(refused_with(seen, 2), words, [&] {
        return Words{"error 2",
                     fmt::format("RCmd {} gets {}", seen.request->rcmd(), reserve_outcome(seen))};
    });
}

Outcome too_many_macs(const Observation& seen, Words* words) {
    if (seen.request->rcmd() == 0 || !is_served(seen)) return Outcome::not_about_it;
    const bool foreign = is_reserved_for_others(seen) && seen.request->rcmd() == set;
    return expect(refused_with(seen, 2) || (foreign && refused_with(seen, 6)), words, [&] {
        return Words{"error 2",
                     fmt::format("NMacs {} in {} bytes gets {}", seen.request->mac_count(),
                                 seen.request->size, reserve_outcome(seen))};
    });
}

Outcome read_ignores_count(const Observation& seen, Words* words) {
    if (seen.request->rcmd() != 0 || !is_served(seen)) return Outcome::not_about_it;
    return expect(succeeded(seen) || refused_with(seen, 2), words, [&] {
        return Words{"the list, or error 2", outcome_text(seen)};
    });
}

Rule make(std::string_view id, std::string_view requirement, std::string_view summary,
          Outcome (*judge)(const Observation&, Words*), Oddities odd = 0) {
    return {.test = {.id = id, .requirements = {requirement}, .summary = summary},
            .situations = answered,
            .commands = about::reserve,
            .odd = odd,
            .judge = judge};
}

Rule make_access(std::string_view id, std::string_view requirement, std::string_view summary,
                 Outcome (*judge)(const Observation&, Words*), std::uint8_t commands) {
    return {.test = {.id = id, .requirements = {requirement}, .summary = summary},
            .situations = Situation::reply,
            .commands = commands,
            .judge = judge};
}

}  // namespace

std::vector<Rule> reserve_rules() {
    return {
        make("seen.res.read", "AOE-RES-01", "A read shows the list as it was left.", read_list),
        make("seen.res.set", "AOE-RES-02", "A set over no list, or by a member, succeeds.",
             set_allowed),
        make("seen.res.set-refused", "AOE-RES-03",
             "A set by somebody outside the list gets error 6.", foreign_set),
        make("seen.res.force-set", "AOE-RES-04", "A force set replaces any list.",
             set_done<Set::forced>),
        make("seen.res.release", "AOE-RES-05", "A set of no address releases.",
             set_done<Set::release>),
        make("seen.res.replaced", "AOE-RES-06", "A set replaces the list, without merging.",
             set_replaces),
        make("seen.res.set-shows-list", "AOE-RES-07", "A set shows the list then in force.",
             set_shows_list),
        make("seen.res.error-6-list", "AOE-RES-08", "Error 6 to a set shows the list in force.",
             error_shows_list),
        make_access("seen.res.io-refused", "AOE-RES-09",
                    "Reads and writes of those outside the list get error 6.", io_refused,
                    about::ata),
        make_access("seen.res.identify-served", "AOE-RES-10",
                    "IDENTIFY DEVICE is served to those outside the list.", identify_served,
                    about::ata),
        make_access("seen.res.member-served", "AOE-RES-12",
                    "Members, or everybody without a list, read and write.", member_served,
                    about::ata),
        make_access("seen.res.others-served", "AOE-RES-13",
                    "Reads of the list and mask commands are served to those outside it.",
                    others_served, about::mask | about::reserve),
        make("seen.res.unknown-rcmd", "AOE-RES-14", "An unknown RCmd gets error 2.", unknown_rcmd,
             odd::subcommand),
        make("seen.res.too-many-macs", "AOE-RES-15",
             "A set that promises more addresses than it has gets error 2.", too_many_macs,
             odd::length),
        make("seen.res.without-sender", "AOE-RES-16", "A set may leave its sender off the list.",
             set_done<Set::without_sender>),
        make("seen.res.set-again", "AOE-RES-17", "A set repeated by a member succeeds.",
             set_done<Set::same>),
        make("seen.res.read-ignores-count", "AOE-RES-18", "A read ignores NMacs.",
             read_ignores_count, odd::length),
    };
}

}  // namespace aoe::conformance
