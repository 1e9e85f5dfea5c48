// SPDX-License-Identifier: MIT
#include "conformance/session.h"

#include <algorithm>
#include <fmt/format.h>

#include "conformance/describe.h"
#include "wire/address.h"

namespace aoe::conformance {

namespace {

constexpr Doors saved_doors = Doors(Door::write) | Door::config | Door::mask | Door::reserve;

// A second source address of ours: locally administered, made from the interface's own.
Mac second_address(Mac mac) {
    mac[0] = std::byte{0x02} | (mac[0] & std::byte{0xfc});
    mac[1] ^= std::byte{0x5a};
    mac[5] ^= std::byte{0xa5};
    return mac;
}

class Session {
public:
    Session(Link& link, Clock& clock, const SessionOptions& options, Reporter& reporter,
            TargetControl* control)
        : link_(link),
          clock_(clock),
          options_(options),
          reporter_(reporter),
          control_(control),
          started_(clock.now()),
          second_(second_address(link.mac())) {}

    int run() {
        reporter_.run_started(options_.info);
        try {
            return run_all();
        } catch (const CannotBegin& why) {
            return finish(Ending{}, {why.what()});
        }
    }

private:
    int run_all() {
        const std::vector<Reply> found = find_targets();
        Ending ending{.strict = options_.strict, .excuse_flaky = options_.retries.has_value()};
        if (found.empty()) {
            ending.target_lost = true;
            return finish(ending, {nobody()});
        }
        std::vector<std::string> problems;
        for (const Reply& target : found) {
            TargetOutcome outcome = run_target(target);
            ending.target_lost = ending.target_lost || outcome.lost;
            ending.unjudged_left = ending.unjudged_left || outcome.unjudged_left;
            problems.insert(problems.end(), outcome.problems.begin(), outcome.problems.end());
            for (const CaseResult& result : outcome.results) {
                const bool setup = result.verdict == Verdict::skip && result.code == "setup";
                ending.setup_failed = ending.setup_failed || setup;
            }
            std::move(outcome.results.begin(), outcome.results.end(), std::back_inserter(results_));
        }
        if (exit_status(summarize(results_).counts, ending) == 2) {
            problems.emplace_back("nothing was judged: see why each case was skipped");
        }
        return finish(ending, std::move(problems));
    }

    std::vector<Reply> find_targets() {
        GuardedLink guarded(link_, rules(Mac{}, 0, 0));
        const std::vector<Reply> found = discover(guarded, clock_, options_.wanted);
        for (std::size_t i = 1; i < found.size(); ++i) {
            if (found[i - 1].aoe.slot != found[i].aoe.slot) continue;
            throw CannotBegin(fmt::format(
                "{} is answered by two machines, {} and {}; choose one with --target-mac",
                target_name(found[i].aoe.shelf, found[i].aoe.slot), mac_text(found[i - 1].source),
                mac_text(found[i].source)));
        }
        return found;
    }

    std::string nobody() const {
        const Wanted& wanted = options_.wanted;
        const std::string who = wanted.slot ? target_name(wanted.shelf, *wanted.slot)
                                            : fmt::format("shelf {}, any slot,", wanted.shelf);
        return fmt::format(
            "nobody answers for {} on {}: is the target running, on this network, with our address "
            "{} allowed? A target on this very interface cannot be seen from here: give it the "
            "other end of a veth pair",
            who, options_.interface, mac_text(link_.mac()));
    }

    GuardRules rules(const Mac& target, std::uint16_t shelf, std::uint8_t slot) const {
        return {.open = options_.open,
                .private_network = options_.private_network,
                .ours = link_.mac(),
                .second = second_,
                .target = target,
                .shelf = shelf,
                .slot = slot,
                .mtu = link_.mtu()};
    }

    TargetOutcome run_target(const Reply& found) {
        GuardRules known = rules(found.source, found.aoe.shelf, found.aoe.slot);
        known.buffer_count = found.config->buffer_count;
        GuardedLink guarded(link_, known);
        Peer peer(guarded, clock_,
                  {.target = found.source,
                   .shelf = found.aoe.shelf,
                   .slot = found.aoe.slot,
                   // Well above those of the discovery.
                   .first_tag = options_.wanted.first_tag + 0x10000,
                   .timeout_factor = options_.wanted.timeout_factor});
        auto facts = learn_facts(peer, found, options_.facts);
        if (!facts) throw CannotBegin(facts.error());
        facts->private_link = options_.private_network;
        known.scratch = facts->scratch;
        known.sectors = facts->sectors;
        known.sectors_per_message = facts->sectors_per_message();
        guarded.set_rules(known);
        if (options_.open.contains(Door::hostile)) {
            if (const std::error_code error = link_.join(second_)) {
                throw std::system_error(error, "joining a second address");
            }
        }
        reporter_.target_started(*facts);
        return run_cases(peer, *facts);
    }

    TargetOutcome run_cases(Peer& peer, const TargetFacts& facts) {
        TargetState home{.doors = Doors(options_.open.bits & unsigned{saved_doors.bits}),
                         .config_string = {},
                         .mask_list = {},
                         .reserve_list = {},
                         .range = {},
                         .sectors = {}};
        home.doors = home.doors - Doors(Door::write);
        std::filesystem::path journal;
        if (!options_.own_target) {
            home = save(peer, facts, journal);
        } else if (facts.revision != Revision::r11) {
            home.doors = home.doors - (Door::mask | Door::reserve);
        }
        peer.forget(0);

        // Sectors go back at the end: no case relies on what another one wrote.
        TargetState between = home;
        between.doors = home.doors - Doors(Door::write);
        const RunnerOptions runner_options{
            .open = options_.open,
            .repeat = options_.repeat,
            .retries = options_.retries.value_or(1),
            .seed = options_.seed,
            .deadline =
                options_.max_time ? std::optional(started_ + *options_.max_time) : std::nullopt,
            .expectations = options_.expectations,
            .second_mac = second_,
            .stop = options_.stop};
        if (control_ != nullptr) {
            peer.set_ended([this] { return control_->ended().has_value(); });
        }
        Runner runner(peer, facts, between, runner_options, reporter_, control_);
        TargetOutcome outcome = runner.run(options_.cases);
        if (!journal.empty()) give_back(peer, facts, home, journal, outcome);
        return outcome;
    }

    // Everything that the open doors lead to, on disk before anything is changed.
    TargetState save(Peer& peer, const TargetFacts& facts, std::filesystem::path& journal) {
        const Doors doors(options_.open.bits & unsigned{saved_doors.bits});
        if (doors.empty()) return {};
        auto state = read_state(peer, facts, doors);
        if (!state) {
            throw CannotBegin("nothing was changed: " + state.error() +
                              " of the target could not be saved");
        }
        refuse_foreign(facts, *state, peer.link().mac());
        journal = options_.journal;
        if (journal.empty()) journal = fmt::format("aoe-conform-{}.journal", facts.name());
        if (std::filesystem::exists(journal)) {
            throw CannotBegin(fmt::format(
                "the journal {0} of an earlier run is still there: 'aoe-conform restore {0}' puts "
                "that target back as it was",
                journal.string()));
        }
        write_journal(journal, {.target = facts.name(),
                                .interface = options_.interface,
                                .mac = facts.mac,
                                .state = *state});
        return *std::move(state);
    }

    void refuse_foreign(const TargetFacts& facts, const TargetState& state, const Mac& ours) const {
        if (options_.force) return;
        if (!state.config_string.empty()) {
            throw CannotBegin(fmt::format(
                "{} has a config string, {}, so somebody uses it; --force runs all the same and "
                "puts it back afterwards",
                facts.name(), quote(state.config_string)));
        }
        const auto& reserved = state.reserve_list;
        if (!reserved.empty() &&
            std::find(reserved.begin(), reserved.end(), ours) == reserved.end()) {
            throw CannotBegin(fmt::format(
                "{} is reserved by {}; --force runs all the same and puts the list back afterwards",
                facts.name(), mac_text(reserved.front())));
        }
    }

    static void give_back(Peer& peer, const TargetFacts& facts, const TargetState& home,
                          const std::filesystem::path& journal, TargetOutcome& outcome) {
        const std::string left =
            outcome.lost ? "everything" : restore_state(peer, facts, home, home.doors);
        if (left.empty()) {
            std::filesystem::remove(journal);
            return;
        }
        outcome.lost = true;
        outcome.problems.push_back(fmt::format(
            "{} could not be put back as it was; when the target is well again, 'aoe-conform "
            "restore {}' does it",
            left, journal.string()));
    }

    int finish(const Ending& ending, std::vector<std::string> problems) {
        Summary summary = summarize(results_);
        summary.problems = std::move(problems);
        summary.exit_status = exit_status(summary.counts, ending);
        summary.seconds = std::chrono::duration<double>(clock_.now() - started_).count();
        reporter_.run_finished(summary);
        return summary.exit_status;
    }

    Link& link_;
    Clock& clock_;
    const SessionOptions& options_;
    Reporter& reporter_;
    TargetControl* control_;
    Time started_;
    Mac second_;
    std::vector<CaseResult> results_;
};

}  // namespace

int run_session(Link& link, Clock& clock, const SessionOptions& options, Reporter& reporter,
                TargetControl* control) {
    return Session(link, clock, options, reporter, control).run();
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
