// SPDX-License-Identifier: MIT
#include "conformance/meeting.h"

#include <system_error>

namespace aoe::conformance {

namespace {

GuardRules first_rules(const Link& link, const SessionOptions& options, const Reply& found) {
    return {.open = options.open,
            .private_network = options.private_network,
            .ours = link.mac(),
            .second = second_address(link.mac()),
            .target = found.source,
            .shelf = found.aoe.shelf,
            .slot = found.aoe.slot,
            .mtu = link.mtu(),
            .buffer_count = found.config->buffer_count};
}

PeerSettings peer_settings(const SessionOptions& options, const Reply& found) {
    return {.target = found.source,
            .shelf = found.aoe.shelf,
            .slot = found.aoe.slot,
            // Well above those of the discovery.
            .first_tag = options.wanted.first_tag + 0x10000,
            .timeout_factor = options.wanted.timeout_factor};
}

}  // namespace

Meeting::Meeting(Link& link, Clock& clock, const SessionOptions& options, const Reply& found)
    : options_(options),
      found_(found),
      guarded_(link, first_rules(link, options, found)),
      peer_(guarded_, clock, peer_settings(options, found)) {}

void Meeting::learn() {
    auto facts = learn_facts(peer_, found_, options_.facts);
    if (!facts) throw CannotBegin(facts.error());
    facts_ = *std::move(facts);
    facts_.private_link = options_.private_network;
    GuardRules rules = guarded_.rules();
    rules.scratch = facts_.scratch;
    rules.sectors = facts_.sectors;
    rules.sectors_per_message = facts_.sectors_per_message();
    guarded_.set_rules(rules);
}

void Meeting::listen_as_second() {
    if (!options_.open.contains(Door::hostile)) return;
    if (const std::error_code error = guarded_.join(second_address(guarded_.mac()))) {
        throw std::system_error(error, "joining a second address");
    }
}

void Meeting::save() {
    if (options_.own_target) return;
    safe_.emplace(peer_, facts_,
                  SafekeepingOptions{.open = options_.open,
                                     .force = options_.force,
                                     .interface = options_.interface,
                                     .journal = options_.journal});
}

TargetState Meeting::home() const {
    if (safe_) return safe_->home();
    TargetState fresh;
    fresh.doors = Doors(options_.open.bits & unsigned{saved_doors.bits}) - Doors(Door::write);
    if (facts_.revision != Revision::r11) fresh.doors = fresh.doors - (Door::mask | Door::reserve);
    return fresh;
}

std::string Meeting::give_back(bool lost) {
    return safe_ ? safe_->give_back(peer_, facts_, lost) : std::string();
}

}  // namespace aoe::conformance
