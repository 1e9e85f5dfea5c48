// SPDX-License-Identifier: MIT
#include "conformance/session.h"

#include <fmt/format.h>

#include "conformance/capture/recorded_lab.h"
#include "conformance/capture/recorder.h"
#include "conformance/capture/recording_facts.h"
#include "conformance/describe.h"
#include "conformance/meeting.h"
#include "wire/address.h"

namespace aoe::conformance {

namespace {

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

    RunEnd run() {
        const std::vector<Reply> found = find_targets(link_, clock_, options_);
        if (found.empty()) {
            return {.target_lost = true, .problems = {nobody_answers(link_, options_)}};
        }
        RunEnd end;
        for (const Reply& target : found) {
            const auto recorder = new_recorder(target);
            recorder_ = recorder.get();
            TargetControl* const control = control_;
            std::optional<RecordedLab> recorded;
            if (recorder != nullptr && control != nullptr) {
                control_ = &recorded.emplace(*control, *recorder, clock_);
            }
            const TargetOutcome outcome = run_target(target);
            control_ = control;
            recorder_ = nullptr;
            end.add({.target_lost = outcome.lost || outcome.left_changed,
                     .unjudged_left = outcome.unjudged_left,
                     .problems = outcome.problems,
                     .remarks = outcome.remarks});
            const std::string failure = recorder ? recorder->failure() : std::string();
            if (!failure.empty()) end.add({.our_error = true, .problems = {failure}});
            paused_ += outcome.paused;
            if (outcome.failed) break;
        }
        return end;
    }

private:
    std::unique_ptr<Recorder> new_recorder(const Reply& target) const {
        if (options_.record.empty()) return nullptr;
        const std::string name = target_name(target.aoe.shelf, target.aoe.slot);
        const RecordingFacts facts = recording_facts(target);
        return std::make_unique<Recorder>(
            reporter_,
            RecorderOptions{
                .file = recording_file(options_.record, name, options_.part, options_.parts),
                .section = {.application = "aoe-conform " + options_.info.version,
                            .comment = recording_comment(options_.info),
                            .interfaces = interfaces_of(facts),
                            .second_comment = to_text(facts)},
                .epoch = options_.epoch});
    }

    RecordingFacts recording_facts(const Reply& target) const {
        RecordingFacts facts{.interface = options_.interface,
                             .ours = link_.mac(),
                             .mtu = link_.mtu(),
                             .receive_capacity = link_.receive_capacity(),
                             .shelf = target.aoe.shelf,
                             .slot = target.aoe.slot,
                             .discovered = target.bytes,
                             .open = options_.open,
                             .started = options_.own_target,
                             .force = options_.force,
                             .revision = options_.facts.revision,
                             .scratch = options_.facts.scratch,
                             .seed = options_.seed,
                             .first_tag = options_.wanted.first_tag,
                             .timeout_factor = options_.wanted.timeout_factor,
                             .retries = options_.retries,
                             .soak = options_.soak,
                             .cases = options_.selection};
        Lab* const lab = control_ != nullptr ? control_->lab() : nullptr;
        if (lab == nullptr) return facts;
        facts.offers = lab->offers();
        facts.twin = lab->twin();
        const SecondPort second = lab->second_port();
        if (second.link != nullptr) {
            facts.second_ours = second.link->mac();
            facts.second_target = second.target;
        }
        return facts;
    }
    // Whatever `peer` sees, through the link's or the target's second interface.
    void record(Peer& peer, std::uint32_t interface) {
        peer.on_frame = [this, interface](const TranscriptEntry& frame) {
            if (recorder_ != nullptr) recorder_->frame(frame, interface);
            if (options_.on_frame) options_.on_frame(frame);
        };
        if (recorder_ == nullptr) return;
        peer.on_unsent = [this](const std::error_code& error) {
            recorder_->note(clock_.now(), fmt::format("unsent {}", error.value()));
        };
        peer.on_link_event = [this, interface](LinkEvent event) {
            recorder_->note(clock_.now(),
                            fmt::format("link {} {}", interface, static_cast<unsigned>(event)));
        };
    }
    Reporter& events() { return recorder_ != nullptr ? *recorder_ : reporter_; }

    TargetOutcome run_target(const Reply& found) {
        Meeting meeting(link_, clock_, options_, found);
        Peer& peer = meeting.peer();
        record(peer, 0);
        meeting.learn();
        meeting.listen_as_second();
        GuardRules known = meeting.rules();
        Lab* const lab = control_ != nullptr ? control_->lab() : nullptr;
        if (lab != nullptr && lab->offers().contains(Need::twin)) known.twin = lab->twin().slot;
        meeting.link().set_rules(known);
        events().target_started(meeting.facts());

        const SecondPort second = lab != nullptr ? lab->second_port() : SecondPort{};
        if (second.link == nullptr) return run_cases(meeting);
        GuardRules second_rules = known;
        second_rules.ours = second.link->mac();
        second_rules.target = second.target;
        GuardedLink second_guarded(*second.link, second_rules);
        PeerSettings second_settings = peer.settings();
        second_settings.target = second.target;
        Peer second_peer(second_guarded, clock_, second_settings);
        second_peer.number_with(peer);
        record(second_peer, 1);
        second_port_ = &second_peer;
        return run_cases(meeting);
    }

    TargetOutcome run_cases(Meeting& meeting) {
        if (control_ != nullptr) {
            meeting.peer().set_ended([this] { return control_->ended().has_value(); });
        }
        meeting.save();
        TargetOutcome outcome = run_from(meeting.peer(), meeting.facts(), meeting.home());
        const std::string left = meeting.give_back(outcome.lost);
        if (!left.empty()) {
            outcome.lost = true;
            outcome.problems.push_back(left);
        }
        return outcome;
    }

    TargetOutcome run_from(Peer& peer, const TargetFacts& facts, TargetState home) {
        peer.forget(0);
        // Sectors go back at the end: no case relies on what another one wrote.
        home.doors = home.doors - Doors(Door::write);
        const RunnerOptions runner_options{
            .open = options_.open,
            .order = {.repeat = options_.repeat,
                      .shuffle_seed =
                          options_.shuffle ? std::optional(options_.seed) : std::nullopt,
                      .part = options_.part,
                      .parts = options_.parts},
            .until_fail = options_.until_fail,
            .failures = options_.failures(),
            .retries = options_.retries.value_or(1),
            .seed = options_.contents_seed.value_or(options_.seed),
            .deadline = options_.max_time ? std::optional(started_ + paused_ + *options_.max_time)
                                          : std::nullopt,
            .expectations = options_.expectations,
            .today = options_.today,
            .around = {.second_mac = second_,
                       .lab = control_ != nullptr ? control_->lab() : nullptr,
                       .second_port = second_port_,
                       .soak = options_.soak,
                       .stop = options_.stop},
            .stop = options_.stop,
            .before_case = options_.before_case};
        Runner runner(peer, facts, home, runner_options, events(), control_);
        return runner.run(options_.cases);
    }

    Link& link_;
    Clock& clock_;
    const SessionOptions& options_;
    Reporter& reporter_;
    Recorder* recorder_ = nullptr;  // Of the target that is being judged, when it is recorded.
    TargetControl* control_;
    Time started_;
    Mac second_;
    Peer* second_port_ = nullptr;  // While a target with two is judged.
    Time paused_{};                // Did not count against max_time.
};

}  // namespace

Mac second_address(Mac mac) {
    mac[0] = std::byte{0x02} | (mac[0] & std::byte{0xfc});
    mac[1] ^= std::byte{0x5a};
    mac[5] ^= std::byte{0xa5};
    return mac;
}

std::vector<Reply> find_targets(Link& link, Clock& clock, const SessionOptions& options) {
    GuardedLink guarded(link, {.open = options.open,
                               .private_network = options.private_network,
                               .ours = link.mac(),
                               .second = second_address(link.mac()),
                               .mtu = link.mtu()});
    std::vector<Reply> found = discover(guarded, clock, options.wanted);
    for (std::size_t i = 1; i < found.size(); ++i) {
        if (found[i - 1].aoe.slot != found[i].aoe.slot) continue;
        throw CannotBegin(
            fmt::format("{} is answered by two machines, {} and {}; choose one with --target-mac",
                        target_name(found[i].aoe.shelf, found[i].aoe.slot),
                        mac_text(found[i - 1].source), mac_text(found[i].source)));
    }
    return found;
}

std::string nobody_answers(Link& link, const SessionOptions& options) {
    const Wanted& wanted = options.wanted;
    const std::string who = wanted.slot ? target_name(wanted.shelf, *wanted.slot)
                                        : fmt::format("shelf {}, any slot,", wanted.shelf);
    return fmt::format(
        "nobody answers for {} on {}: is the target running, on this network, with our address "
        "{} allowed? A target on this very interface cannot be seen from here: give it the "
        "other end of a veth pair",
        who, options.interface, mac_text(link.mac()));
}

RunEnd judge_targets(Link& link, Clock& clock, const SessionOptions& options, Reporter& reporter,
                     TargetControl* control) {
    return Session(link, clock, options, reporter, control).run();
}

int run_session(Link& link, Clock& clock, const SessionOptions& options, Reporter& reporter,
                TargetControl* control) {
    const Time started = clock.now();
    RunRecord record(reporter);
    record.run_started(options.info);
    RunEnd end;
    try {
        end = judge_targets(link, clock, options, record, control);
    } catch (const CannotBegin& why) {
        end.unjudged_left = true;
        end.problems = {why.what()};
    }
    return record.finish(end, options.failures(),
                         std::chrono::duration<double>(clock.now() - started).count());
}

}  // namespace aoe::conformance
