// SPDX-License-Identifier: MIT
#include "conformance/replay/replay.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "conformance/capture/recorder.h"
#include "conformance/expectations.h"
#include "conformance/findings.h"
#include "conformance/meeting.h"
#include "conformance/replay/player.h"
#include "wire/address.h"

namespace aoe::conformance {

namespace {

class Replay {
public:
    Replay(Link& link, Clock& clock, const ReplayOptions& options,
           const std::vector<Recording>& recordings, ReplayCases& cases, Reporter& reporter,
           TargetControl* control, PlayCounts& counts)
        : link_(link),
          clock_(clock),
          options_(options),
          session_(options.session),
          recordings_(recordings),
          cases_(cases),
          reporter_(reporter),
          control_(control),
          counts_(counts),
          second_(second_address(link.mac())) {}

    RunEnd run() {
        const std::vector<Reply> found = find_targets(link_, clock_, session_);
        if (found.empty()) {
            return {.target_lost = true, .problems = {nobody_answers(link_, session_)}};
        }
        Meeting meeting(link_, clock_, session_, found.front());
        if (!session_.open.contains(Door::hostile)) {
            // Without that door nobody could let us in again from there.
            GuardRules rules = meeting.rules();
            rules.second = rules.ours;
            meeting.link().set_rules(rules);
        }
        Peer& peer = meeting.peer();
        const std::unique_ptr<Recorder> recorder = new_recorder(found.front());
        recorder_ = recorder.get();
        peer.on_frame = [this](const TranscriptEntry& frame) {
            if (recorder_ != nullptr) recorder_->frame(frame);
            if (session_.on_frame) session_.on_frame(frame);
        };
        meeting.learn();
        meeting.listen_as_second();
        facts_ = meeting.facts();
        if (options_.into_scratch && facts_.scratch.count == 0) {
            throw CannotBegin("--into-scratch needs a target that answers IDENTIFY DEVICE");
        }
        events().target_started(facts_);
        play_all(meeting);
        const std::string failure = recorder ? recorder->failure() : std::string();
        if (!failure.empty()) end_.add({.our_error = true, .problems = {failure}});
        return end_;
    }

private:
    std::unique_ptr<Recorder> new_recorder(const Reply& target) const {
        if (session_.record.empty()) return nullptr;
        const std::string name = target_name(target.aoe.shelf, target.aoe.slot);
        return std::make_unique<Recorder>(
            reporter_,
            RecorderOptions{.file = recording_file(session_.record, name, 0, 1),
                            .section = {.application = "aoe-conform " + session_.info.version,
                                        .comment = recording_comment(session_.info),
                                        .interfaces = {session_.interface}},
                            .epoch = session_.epoch});
    }
    Reporter& events() { return recorder_ != nullptr ? *recorder_ : reporter_; }

    void play_all(Meeting& meeting) {
        Peer& peer = meeting.peer();
        if (control_ != nullptr) {
            peer.set_ended([this] { return control_->ended().has_value(); });
        }
        meeting.save();
        play_each(peer, meeting.link(), meeting.home());
        if (session_.own_target) return;
        let_us_in(peer);
        const std::string left = meeting.give_back(end_.target_lost);
        if (!left.empty()) end_.add({.target_lost = true, .problems = {left}});
    }

    // Each begins with the target as it was; sectors go back at the end.
    void play_each(Peer& peer, const GuardedLink& guard, TargetState home) {
        home.doors = home.doors - Doors(Door::write);
        for (std::size_t i = 0; i < recordings_.size(); ++i) {
            if (is_stopped()) break;
            if (!end_.target_lost) play(peer, guard, i);
            skip_the_rest(i);
            if (end_.target_lost) continue;
            peer.listen(peer.patience().grace());
            put_back(peer, home);
        }
        if (!is_stopped()) return;
        end_.add({.unjudged_left = true, .problems = {std::string(interrupted_text)}});
    }

    bool is_stopped() const { return session_.stop != nullptr && session_.stop->load(); }

    bool is_chosen(const Case* test) const {
        const auto& chosen = session_.cases;
        return test != nullptr && std::find(chosen.begin(), chosen.end(), test) != chosen.end();
    }

    void play(Peer& peer, const GuardedLink& guard, std::size_t index) {
        const Recording& recording = recordings_[index];
        const PlayOptions play_options{
            .speed = options_.speed,
            .window = options_.window,
            .into = options_.into_scratch ? std::optional(facts_.scratch) : std::nullopt,
            .first_tag = next_tag_,
            .second = second_,
            .stop = session_.stop};
        next_tag_ += 0x100000;
        Player player(peer, guard, recording, play_options, control_,
                      {.begins = [&](std::size_t exchange) { return begin(peer, index, exchange); },
                       .ended =
                           [&](std::size_t exchange, const ExchangeVerdict& verdict) {
                               finish(peer, index, exchange, verdict);
                           }});
        player.play();
        if (player.lost()) {
            end_.add({.target_lost = true,
                      .problems = {fmt::format("the target was lost in {}: see the last exchange",
                                               recording.file)}});
        }
        counts_ += player.counts();
        if (player.counts().sent == 0 && is_whole(index)) {
            end_.add({.nothing_judged = true,
                      .problems = {recording.requests.empty()
                                       ? recording.file + " holds no request to send"
                                       : recording.file + ": none of its requests could be sent"}});
        }
    }

    // True when the user has not left out a part of it.
    bool is_whole(std::size_t index) {
        for (std::size_t i = 0; i < recordings_[index].exchanges.size(); ++i) {
            const Case* test = cases_.find(index, i);
            if (test != nullptr && !is_chosen(test)) return false;
        }
        return !is_stopped() && !end_.target_lost;
    }

    bool begin(Peer& peer, std::size_t index, std::size_t exchange) {
        Case* test = cases_.find(index, exchange);
        done_.insert(test);
        if (!is_chosen(test)) return false;
        const Expectation* expected = find_expectation(session_.expectations, test->id);
        if (expected != nullptr && skips(*expected, session_.today)) {
            skip(*test, "expected", expected->reason);
            return false;
        }
        peer.forget(0);
        events().case_started(*test);
        started_ = peer.now();
        return true;
    }

    void finish(Peer& peer, std::size_t index, std::size_t exchange,
                const ExchangeVerdict& verdict) {
        Case& test = *cases_.find(index, exchange);
        if (auto judged = verdict.requirements(); !judged.empty()) test.requirements = judged;
        CaseResult result = verdict.result(test);
        if (is_stopped() && !verdict.anything_sent()) {
            result.code = "interrupted";
            result.reason = interrupted_text;
        }
        result.target = facts_.name();
        result.duration_us =
            std::chrono::duration<double, std::micro>(peer.now() - started_).count();
        if (verdict.anything_sent()) keep_frames(peer.transcript(), result);
        const Expectation* expected = find_expectation(session_.expectations, test.id);
        if (expected != nullptr) apply(*expected, session_.today, result);
        events().case_finished(result);
    }

    void skip(const Case& test, const std::string& code, const std::string& why) {
        events().case_started(test);
        CaseResult result;
        result.test = &test;
        result.target = facts_.name();
        result.verdict = Verdict::skip;
        result.code = code;
        result.reason = why;
        events().case_finished(result);
    }

    void skip_the_rest(std::size_t index) {
        if (is_stopped()) return;
        for (std::size_t i = 0; i < recordings_[index].exchanges.size(); ++i) {
            const Case* test = cases_.find(index, i);
            if (!is_chosen(test) || done_.contains(test)) continue;
            const bool lost = end_.target_lost;
            skip(*test, lost ? "target-lost" : "no-request",
                 lost ? "the target was lost before" : "it holds no request");
        }
    }

    void let_us_in(Peer& peer) {
        if (!session_.open.contains(Door::hostile | Door::mask) || end_.target_lost) return;
        if (diagnose(peer, second_, control_).liveness == Liveness::locked_out) {
            rescue(peer, second_);
        }
    }

    void put_back(Peer& peer, const TargetState& home) {
        if (home.doors.empty()) return;
        let_us_in(peer);
        const std::string left = restore_state(peer, facts_, home, home.doors);
        if (left.empty()) return;
        if (control_ != nullptr && control_->restart()) return;
        if (control_ == nullptr && peer.fence()) return;  // Told at the end, once.
        end_.add({.target_lost = true,
                  .problems = {"the target does not answer any more after a capture was played"}});
    }

    Link& link_;
    Clock& clock_;
    const ReplayOptions& options_;
    const SessionOptions& session_;
    const std::vector<Recording>& recordings_;
    ReplayCases& cases_;
    Reporter& reporter_;
    TargetControl* control_;
    PlayCounts& counts_;
    Mac second_;
    Recorder* recorder_ = nullptr;
    TargetFacts facts_;
    RunEnd end_;
    std::set<const Case*> done_;
    Time started_{};
    // Far from the peer's own, which count up from where the session's do.
    std::uint32_t next_tag_ = session_.wanted.first_tag + 0x40000000;
};

}  // namespace

int run_replay(Link& link, Clock& clock, const ReplayOptions& options,
               const std::vector<Recording>& recordings, ReplayCases& cases, Reporter& reporter,
               TargetControl* control, PlayCounts& counts) {
    const Time started = clock.now();
    RunRecord record(reporter);
    record.run_started(options.session.info);
    Replay replay(link, clock, options, recordings, cases, record, control, counts);
    RunEnd end;
    try {
        end = replay.run();
    } catch (const CannotBegin& why) {
        end.unjudged_left = true;
        end.problems = {why.what()};
    }
    return record.finish(end, options.session.failures(),
                         std::chrono::duration<double>(clock.now() - started).count());
}

}  // namespace aoe::conformance
