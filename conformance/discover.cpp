// SPDX-License-Identifier: MIT
#include "conformance/discover.h"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "conformance/match.h"

namespace aoe::conformance {

using namespace std::chrono_literals;

namespace {

// Commands 2 and 3 came with r11. An answer that is not "unrecognized command" proves them; for
// older targets error 1 and silence are both usual.
void find_revision(Peer& peer, TargetFacts& facts) {
    for (const Request& request : {mask_request(), reserve_request()}) {
        const std::uint32_t tag = peer.send(request);
        peer.fence();
        const auto reply = peer.await(tag, peer.now() + peer.patience().grace());
        if (reply && !(reply->has_error() && reply->aoe.error == 1)) {
            facts.revision = Revision::r11;
            facts.revision_reason = "the target answers command " +
                                    std::to_string(request.aoe.command) + ", which is of r11";
            return;
        }
    }
    facts.revision = Revision::r10;
    facts.revision_reason = "the target knows neither mask nor reserve commands";
}

}  // namespace

std::vector<Reply> discover(Link& link, Clock& clock, const Wanted& wanted) {
    constexpr unsigned tries = 4;
    Peer everybody(link, clock,
                   {.target = {std::byte{0xff}, std::byte{0xff}, std::byte{0xff}, std::byte{0xff},
                               std::byte{0xff}, std::byte{0xff}},
                    .shelf = wanted.slot ? wanted.shelf : std::uint16_t{0xffff},
                    .slot = wanted.slot.value_or(0xff),
                    .first_tag = wanted.first_tag,
                    .timeout_factor = wanted.timeout_factor});
    std::vector<Reply> found;
    // One address is asked for until it answers and a second machine has had time to; a whole shelf
    // is listened to for longer.
    for (unsigned attempt = 0; attempt < tries && found.empty(); ++attempt) {
        const std::uint32_t tag = everybody.send(config_request());
        everybody.await(tag, clock.now() + everybody.patience().reply() * (1 + attempt));
        if (everybody.replies(tag).empty()) continue;
        everybody.listen(wanted.slot ? Time(20ms) : everybody.patience().reply());
        for (const Reply& reply : everybody.replies(tag)) {
            // Flag R is judged later: who echoes our tag has answered.
            const bool fits = reply.config && reply.aoe.shelf == wanted.shelf &&
                              (!wanted.slot || reply.aoe.slot == *wanted.slot) &&
                              (!wanted.mac || reply.source == *wanted.mac);
            const bool known = std::any_of(found.begin(), found.end(), [&](const Reply& other) {
                return other.source == reply.source && other.aoe.slot == reply.aoe.slot;
            });
            if (fits && !known) found.push_back(reply);
        }
    }
    std::sort(found.begin(), found.end(), [](const Reply& a, const Reply& b) {
        return std::tie(a.aoe.slot, a.source) < std::tie(b.aoe.slot, b.source);
    });
    return found;
}

Expected<TargetFacts, std::string> learn_facts(Peer& peer, const Reply& discovered,
                                               const FactOptions& options) {
    TargetFacts facts;
    facts.mac = discovered.source;
    facts.shelf = peer.settings().shelf;
    facts.slot = peer.settings().slot;
    facts.mtu = peer.link().mtu();
    facts.config = discovered.config.value_or(ConfigFields{});
    facts.config_string = discovered.config_string();

    const auto identify = peer.ask(identify_request());
    if (identify && AtaSucceeds().Matches(*identify) && identify->data.size() >= 512) {
        read_identify(facts, *identify);
    }
    if (options.revision) {
        facts.revision = *options.revision;
        facts.revision_reason = "--revision asks for " + std::string(name(*options.revision));
    } else {
        find_revision(peer, facts);
    }

    facts.scratch = options.scratch.value_or(default_scratch(facts.sectors));
    const SectorRange disk{.first = 0, .count = facts.sectors};
    if (options.scratch && !disk.contains(facts.scratch.first, facts.scratch.count)) {
        return Unexpected{fmt::format("--scratch {}:{} is not on {}, which has {} sectors",
                                      facts.scratch.first, facts.scratch.count, facts.name(),
                                      facts.sectors)};
    }
    return facts;
}

}  // namespace aoe::conformance
