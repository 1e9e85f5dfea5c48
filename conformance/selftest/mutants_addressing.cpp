// SPDX-License-Identifier: MIT
// Mistakes about who is asked and who is answered: shelf and slot, wildcards, MAC addresses, tags.
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "conformance/selftest/mutant_frame.h"

namespace aoe::conformance {

namespace {

bool shelf_by_wildcard(const FrameBytes& request) {
    return word(request, 16) == 0xffff && at(request, 18) != 0xff;
}
bool slot_by_wildcard(const FrameBytes& request) {
    return word(request, 16) != 0xffff && at(request, 18) == 0xff;
}

// Nobody may ask for sectors or identity before having asked for the config string.
Fault wants_a_login() {
    const auto known = std::make_shared<std::set<Mac>>();
    return {.on_request = [=](FrameBytes& request) {
        if (request.size() < 24) return;
        if (at(request, 19) == 1) known->insert(mac_at(request, 6));
        if (at(request, 19) == 0 && !known->contains(mac_at(request, 6))) request.clear();
    }};
}

// A tag that was answered is never answered again.
Fault takes_tags_once() {
    const auto seen = std::make_shared<std::set<std::pair<unsigned, unsigned>>>();
    return {.on_request = [=](FrameBytes& request) {
        if (request.size() < 24) return;
        if (!seen->emplace(word(request, 20), word(request, 22)).second) request.clear();
    }};
}

std::vector<Mutant> whom_mutants() {
    return {
        {"shelf-in-any-order", "The shelf is recognised with its bytes swapped.", "AOE-HDR-02",
         requests([](const FrameBytes& request) { return word(request, 16) == 0x0700; },
                  [](FrameBytes& request) { set_word(request, 16, mutant_shelf); })},
        {"wants-a-login", "ATA commands are ignored until the initiator has read the config.",
         "AOE-HDR-05", wants_a_login()},
        {"wildcard-in-reply",
         "A reply to a wildcard carries the wildcard.",
         "AOE-HDR-16",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  for (std::size_t i = 16; i < 19; ++i) set(reply, i, at(request, i));
              }}},
        {"shelf-0-in-lists", "Mask and reserve replies carry shelf 0.", "AOE-HDR-16",
         replies([](const FrameBytes& request) { return at(request, 19) >= 2; },
                 [](FrameBytes& reply) { set_word(reply, 16, 0); })},
        {"answers-for-neighbours", "Requests for any slot are answered.", "AOE-HDR-17",
         requests(any, put(18, 0xff))},
        {"answers-for-other-shelves", "The shelf's high byte is not looked at.", "AOE-HDR-17",
         requests([](const FrameBytes& request) { return at(request, 17) == mutant_shelf; },
                  put(16, 0))},
        {"ata-for-neighbours", "ATA requests for any slot are answered.", "AOE-HDR-17",
         requests(command(0), put(18, 0xff))},
        {"deaf-to-wildcards", "Requests to both wildcards are ignored.", "AOE-HDR-18",
         ignores(by_wildcard)},
        {"deaf-to-broadcast-wildcards", "Broadcasts to both wildcards are ignored.", "AOE-HDR-18",
         ignores(both(by_wildcard, to_everyone))},
        {"wildcards-for-config-only", "Wildcards with ATA commands are ignored.", "AOE-HDR-20",
         ignores(both(by_wildcard, command(0)))},
        {"no-wildcards-for-lists", "Wildcards with mask and reserve commands are ignored.",
         "AOE-HDR-20", ignores([](const FrameBytes& request) {
             return by_wildcard(request) && at(request, 19) >= 2;
         })},
        {"deaf-to-shelf-wildcard", "The shelf's wildcard counts only with the slot's.",
         "AOE-HDR-42", ignores(shelf_by_wildcard)},
        {"deaf-to-slot-wildcard", "The slot's wildcard counts only with the shelf's.", "AOE-HDR-42",
         ignores(slot_by_wildcard)},
    };
}

std::vector<Mutant> station_mutants() {
    const auto heard = std::make_shared<unsigned>(0);
    return {
        {"hears-one-broadcast", "Only the first broadcast is answered.", "AOE-HDR-21",
         ignores(
             [heard](const FrameBytes& request) { return to_everyone(request) && ++*heard > 1; })},
        {"deaf-to-broadcast-ata", "ATA broadcasts are ignored.", "AOE-HDR-21",
         ignores(both(to_everyone, command(0)))},
        {"replies-to-everyone", "Replies are broadcast.", "AOE-HDR-22",
         replies(any, [](FrameBytes& reply) { set_mac(reply, 0, broadcast_mac); })},
        {"broadcast-for-broadcast", "Replies to broadcasts are broadcast.", "AOE-HDR-22",
         replies(to_everyone, [](FrameBytes& reply) { set_mac(reply, 0, broadcast_mac); })},
        {"answers-as-broadcast", "Replies to broadcasts come from the broadcast address.",
         "AOE-HDR-23",
         replies(both(to_everyone, [](const FrameBytes& q) { return !by_wildcard(q); }),
                 [](FrameBytes& reply) { set_mac(reply, 6, broadcast_mac); })},
        {"ata-from-another-port", "ATA replies come from another MAC address.", "AOE-HDR-23",
         replies(command(0), flip(11, 0x10))},
        {"serves-foreign-stations", "Frames for another station are served.", "AOE-HDR-24",
         requests([](const FrameBytes& request) { return !to_everyone(request); },
                  [](FrameBytes& request) { set_mac(request, 0, mutant_mac); })},
        {"serves-broadcast-sources",
         "Requests from the broadcast address are answered.",
         "AOE-HDR-25",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (mac_at(request, 6) != broadcast_mac || at(request, 19) != 1) return;
                  reply = answer_to(request);
                  set(reply, 29, 0x10);
              }}},
        {"serves-itself",
         "Requests from its own address are answered.",
         "AOE-HDR-26",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (mac_at(request, 6) != mutant_mac || at(request, 19) != 1) return;
                  reply = answer_to(request);
                  set_mac(reply, 0, {std::byte{2}, {}, {}, {}, {}, std::byte{1}});
              }}},
    };
}

std::vector<Mutant> tag_mutants() {
    return {
        {"tag-bytes-swapped",
         "Tags without bit 31 come back in the other byte order.",
         "AOE-HDR-27",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (reply.size() < 24 || at(request, 20) >= 0x80) return;
                  std::reverse(reply.begin() + 20, reply.begin() + 24);
              }}},
        {"tag-bit-inverted", "Bit 0 of tags without bit 31 is inverted.", "AOE-HDR-27",
         replies([](const FrameBytes& request) { return at(request, 20) < 0x80; }, flip(23, 1))},
        {"ata-tag-of-16-bits", "ATA replies to tags without bit 31 lose the tag's high half.",
         "AOE-HDR-27",
         replies([](const FrameBytes& q) { return at(q, 19) == 0 && at(q, 20) < 0x80; },
                 [](FrameBytes& reply) { set_word(reply, 20, 0); })},
        {"tag-0-ignored", "Requests with tag 0 are ignored.", "AOE-HDR-28",
         ignores([](const FrameBytes& request) {
             return word(request, 20) == 0 && word(request, 22) == 0;
         })},
        {"tags-used-once", "A tag that was used before is ignored.", "AOE-HDR-28",
         takes_tags_once()},
        {"command-not-echoed", "ATA replies carry command 1.", "AOE-HDR-29",
         replies(command(0), put(19, 1))},
        {"reserve-says-mask", "Reserve replies carry command 2.", "AOE-HDR-29",
         replies(command(3), put(19, 2))},
    };
}

}  // namespace

std::vector<Mutant> addressing_mutants() {
    return joined({whom_mutants(), station_mutants(), tag_mutants()});
}

}  // namespace aoe::conformance
