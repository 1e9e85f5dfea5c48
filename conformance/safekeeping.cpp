// SPDX-License-Identifier: MIT
#include "conformance/safekeeping.h"

#include <algorithm>
#include <fmt/format.h>

#include "conformance/describe.h"
#include "conformance/session.h"
#include "wire/address.h"

namespace aoe::conformance {

namespace {

void refuse_foreign(const TargetFacts& facts, const TargetState& state, const Mac& ours) {
    if (!state.config_string.empty()) {
        throw CannotBegin(fmt::format(
            "{} has a config string, {}, so somebody uses it; --force runs all the same and "
            "puts it back afterwards",
            facts.name(), quote(state.config_string)));
    }
    const auto& reserved = state.reserve_list;
    if (!reserved.empty() && std::find(reserved.begin(), reserved.end(), ours) == reserved.end()) {
        throw CannotBegin(fmt::format(
            "{} is reserved by {}; --force runs all the same and puts the list back afterwards",
            facts.name(), mac_text(reserved.front())));
    }
}

}  // namespace

Safekeeping::Safekeeping(Peer& peer, const TargetFacts& facts, const SafekeepingOptions& options) {
    const Doors doors(options.open.bits & unsigned{saved_doors.bits});
    if (doors.empty()) return;
    auto state = read_state(peer, facts, doors);
    if (!state) {
        throw CannotBegin("nothing was changed: " + state.error() +
                          " of the target could not be saved");
    }
    home_ = *std::move(state);
    if (!options.force) refuse_foreign(facts, home_, peer.link().mac());
    journal_ = options.journal;
    if (journal_.empty()) journal_ = fmt::format("aoe-conform-{}.journal", facts.name());
    const Journal journal{
        .target = facts.name(), .interface = options.interface, .mac = facts.mac, .state = home_};
    if (write_journal(journal_, journal)) return;
    throw CannotBegin(fmt::format(
        "the journal {0} of another run is still there: if that run is over, 'aoe-conform restore "
        "{0}' puts its target back as it was; if not, --journal names another file for this one",
        journal_.string()));
}

std::string Safekeeping::give_back(Peer& peer, const TargetFacts& facts, bool lost) const {
    if (journal_.empty()) return {};
    const std::string left = lost ? "everything" : restore_state(peer, facts, home_, home_.doors);
    if (left.empty()) {
        std::filesystem::remove(journal_);
        return {};
    }
    return fmt::format(
        "{} could not be put back as it was; when the target is well again, 'aoe-conform "
        "restore {}' does it",
        left, journal_.string());
}

int restore_from_journal(Link& link, Clock& clock, const Journal& journal, double timeout_factor,
                         std::string& text) {
    const auto target = parse_target_name(journal.target);
    if (!target) throw CannotBegin("the journal's target: " + target.error());
    GuardRules rules{.open = saved_doors,
                     .ours = link.mac(),
                     .target = journal.mac,
                     .shelf = target->shelf,
                     .slot = target->slot,
                     .mtu = link.mtu(),
                     .scratch = journal.state.range,
                     .sectors = journal.state.range.first + journal.state.range.count};
    GuardedLink guarded(link, rules);
    const Wanted wanted{.shelf = target->shelf,
                        .slot = target->slot,
                        .mac = journal.mac,
                        .timeout_factor = timeout_factor};
    const std::vector<Reply> found = discover(guarded, clock, wanted);
    if (found.empty()) {
        text = fmt::format("nobody with the address {} answers for {}", mac_text(journal.mac),
                           journal.target);
        return 3;
    }
    Peer peer(guarded, clock,
              {.target = journal.mac,
               .shelf = target->shelf,
               .slot = target->slot,
               .timeout_factor = timeout_factor});
    const auto facts = learn_facts(peer, found.front(), {});
    if (!facts) throw CannotBegin(facts.error());
    rules.sectors_per_message = facts->sectors_per_message();
    rules.buffer_count = facts->config.buffer_count;
    guarded.set_rules(rules);
    const std::string left = restore_state(peer, *facts, journal.state, journal.state.doors);
    text = left.empty() ? fmt::format("{} is as it was", journal.target)
                        : fmt::format("{} of {} could not be put back", left, journal.target);
    return left.empty() ? 0 : 3;
}

}  // namespace aoe::conformance
