// SPDX-License-Identifier: MIT
// Rules about who is asked and who answers: addresses, wildcards, VLANs, and frames that are short
// or have a tag of 0.
#include <fmt/format.h>

#include "conformance/describe.h"
#include "conformance/judge/rules/rule_words.h"

namespace aoe::conformance {

namespace {

constexpr Situations answered = Situation::reply | Situation::silence;
constexpr Situations refused = answered | Situations(Situation::masked);

// A request that every target which serves its sender answers.
bool is_plain(const Observation& seen) {
    const SeenFrame& request = *seen.request;
    switch (request.command()) {
        case 0:
            return true;
        case 1:
            return request.has(32) && request.ccmd() == 0;
        case 2:
            return seen.known.serves_mask;
        case 3:
            return seen.known.serves_reserve;
        default:
            return false;
    }
}

Outcome is_answered(const Observation& seen, Words* words) {
    if (seen.reply == nullptr && !is_plain(seen)) return Outcome::not_about_it;
    return expect(seen.reply != nullptr, words, [] { return Words{"a reply", "no reply"}; });
}

Outcome is_ignored(const Observation& seen, Words* words) {
    return expect(seen.reply == nullptr, words, [&] {
        return Words{"no reply", outcome_text(seen)};
    });
}

Outcome group_source(const Observation& seen, Words* words) {
    return is_group(seen.request->source) ? is_ignored(seen, words) : Outcome::not_about_it;
}

Outcome both_wildcards(const Observation& seen, Words* words) {
    const bool both = seen.request->shelf() == 0xffff && seen.request->slot() == 0xff;
    return both ? is_answered(seen, words) : Outcome::not_about_it;
}

Outcome one_wildcard(const Observation& seen, Words* words) {
    const bool one = (seen.request->shelf() == 0xffff) != (seen.request->slot() == 0xff);
    return one ? is_answered(seen, words) : Outcome::not_about_it;
}

Outcome broadcast(const Observation& seen, Words* words) {
    const SeenFrame& request = *seen.request;
    const bool to_all = request.destination_known && request.destination == broadcast_mac;
    return to_all && !request.is_wildcard() ? is_answered(seen, words) : Outcome::not_about_it;
}

Outcome tag_zero(const Observation& seen, Words* words) {
    return seen.request->tag() == 0 ? is_answered(seen, words) : Outcome::not_about_it;
}

Outcome short_frame(const Observation& seen, Words* words) {
    return seen.request->size < 60 ? is_answered(seen, words) : Outcome::not_about_it;
}

Outcome reply_to_requester(const Observation& seen, Words* words) {
    if (!seen.reply->destination_known) return Outcome::not_about_it;
    return expect(seen.reply->destination == seen.request->source, words, [&] {
        return Words{"to " + mac_text(seen.request->source),
                     "to " + mac_text(seen.reply->destination)};
    });
}

Outcome reply_source(const Observation& seen, Words* words) {
    const SeenFrame& request = *seen.request;
    if (!request.destination_known || is_group(request.destination)) {
        if (!is_group(seen.reply->source)) return Outcome::not_about_it;
    }
    return expect(!is_group(seen.reply->source), words, [&] {
        return Words{"from one station's address", "from " + mac_text(seen.reply->source)};
    });
}

Outcome same_vlan(const Observation& seen, Words* words) {
    if (seen.request->vlan == 0) return Outcome::not_about_it;
    return expect(seen.reply->vlan == seen.request->vlan, words, [&] {
        return Words{fmt::format("in VLAN {}", seen.request->vlan),
                     fmt::format("in VLAN {}", seen.reply->vlan)};
    });
}

Rule make(std::string_view id, std::string_view requirement, std::string_view summary,
          Situations situations, Outcome (*judge)(const Observation&, Words*), Oddities odd = 0,
          std::uint8_t commands = about::any) {
    return {.test = {.id = id, .requirements = {requirement}, .summary = summary},
            .situations = situations,
            .commands = commands,
            .odd = odd,
            .judge = judge};
}

}  // namespace

std::vector<Rule> address_rules() {
    constexpr std::uint8_t not_config = about::ata | about::mask | about::reserve;
    std::vector<Rule> rules{
        make("seen.hdr.other-target", "AOE-HDR-17",
             "A request for another shelf or slot is not answered.", refused, is_ignored,
             odd::other_target),
        make("seen.hdr.wildcards", "AOE-HDR-18",
             "A config query for every shelf and slot is answered.", answered, both_wildcards, 0,
             about::config),
        make("seen.hdr.wildcards-other-commands", "AOE-HDR-20",
             "Other commands for every shelf and slot are answered too.", answered, both_wildcards,
             0, not_config),
        make("seen.hdr.one-wildcard", "AOE-HDR-42",
             "Every shelf of one slot, or every slot of one shelf, may be asked.", answered,
             one_wildcard),
        make("seen.hdr.broadcast", "AOE-HDR-21",
             "A request to the Ethernet broadcast address is answered.", answered, broadcast),
        make("seen.hdr.reply-to-requester", "AOE-HDR-22",
             "A reply goes to the address that the request came from.", Situation::reply,
             reply_to_requester),
        make("seen.hdr.reply-source", "AOE-HDR-23",
             "A reply comes from a station's own address, not from a group's.", Situation::reply,
             reply_source),
        make("seen.hdr.foreign-destination", "AOE-HDR-24",
             "A frame for another station's address is not answered.", refused, is_ignored,
             odd::foreign),
        make("seen.hdr.group-source", "AOE-HDR-25",
             "A request whose source is a group address is not answered.", refused, group_source,
             odd::source),
        make("seen.hdr.own-source", "AOE-HDR-26",
             "A request from the target's own address is not answered.", refused, is_ignored,
             odd::own_source),
        make("seen.hdr.tag-zero", "AOE-HDR-28", "A request with tag 0 is answered.", answered,
             tag_zero),
        make("seen.hdr.short-frame", "AOE-HDR-35",
             "A request of fewer than 60 bytes that is complete is answered.", answered,
             short_frame),
        make("seen.hdr.vlan", "AOE-HDR-38", "A reply is in the VLAN of its request.",
             Situation::reply, same_vlan),
    };
    rules.back().tolerated = odd::vlan;
    return rules;
}

}  // namespace aoe::conformance
