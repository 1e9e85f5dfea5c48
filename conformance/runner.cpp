// SPDX-License-Identifier: MIT
#include "conformance/runner.h"

#include "conformance/describe.h"
#include "conformance/findings.h"
#include "conformance/guard.h"

namespace aoe::conformance {

namespace {

// Each case has chance of its own, whichever others run.
std::uint64_t case_seed(std::uint64_t seed, std::string_view id) {
    std::uint64_t hash = 0xcbf29ce484222325U ^ seed;
    for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash;
}

}  // namespace

Runner::Runner(Peer& peer, const TargetFacts& target, const TargetState& home,
               const RunnerOptions& options, Reporter& reporter, TargetControl* control)
    : peer_(peer),
      target_(target),
      home_(home),
      options_(options),

      reporter_(reporter),
      control_(control),
      begun_(peer.now()) {
    peer_.on_late = [this](std::size_t owner, const Reply& reply) { late_reply(owner, reply); };
}

TargetOutcome Runner::run(std::span<const Case* const> cases) {
    Schedule schedule(cases, options_.order);
    unsigned lost_in = 0;  // The repetition in which the target was lost.
    while (const auto step = schedule.next()) {
        // The cases that had no target any more are told once, and not in every repetition.
        if (outcome_.lost && step->repetition > lost_in) break;
        if (time_is_over(*step)) break;
        pause(*step->test);
        if (time_is_over(*step)) break;
        run_one(*step->test, step->repetition);
        if (outcome_.lost && lost_in == 0) lost_in = step->repetition;
        const Verdict verdict = outcome_.results.back().verdict;
        outcome_.failed = options_.until_fail && counts_as_failure(verdict, options_.failures);
        if (outcome_.failed) break;
    }
    // What is still under way belongs to a case that has its verdict already.
    if (!outcome_.lost) peer_.listen(peer_.patience().grace());
    remark();
    return std::move(outcome_);
}

// Of so many that no target's announcements, and no chance, come near.
void Runner::remark() {
    constexpr std::size_t least_unasked = 200, least_losses = 5;
    constexpr double most_a_second = 100;
    const std::chrono::duration<double> took = peer_.now() - begun_ - outcome_.paused;
    const auto add = [&](std::string_view text) {
        outcome_.remarks.push_back(target_.name() + ' ' + std::string(text));
    };
    const auto unasked = static_cast<double>(peer_.unasked());
    if (peer_.unasked() >= least_unasked && unasked > most_a_second * took.count()) {
        add(flooded_text);
    }
    if (peer_.losses() >= least_losses && peer_.loses_many()) add(lossy_text);
}

void Runner::pause(const Case& test) {
    if (!options_.before_case) return;
    const Time before = peer_.now();
    options_.before_case(test);
    outcome_.paused += peer_.now() - before;
}

// Says so when that leaves cases unjudged. Who repeats until something fails has judged every case
// once the first repetition is done.
bool Runner::time_is_over(const Step& next) {
    const bool stopped = options_.stop != nullptr && options_.stop->load();
    const bool late = options_.deadline && peer_.now() - outcome_.paused > *options_.deadline;
    if (!stopped && !late) return false;
    if (!stopped && options_.until_fail && next.repetition > 1) return true;
    outcome_.unjudged_left = true;
    outcome_.problems.push_back(late ? "the time was over before every case had run"
                                     : std::string(interrupted_text));
    return true;
}

void Runner::run_one(const Case& test, unsigned repetition) {
    reporter_.case_started(test);
    const Time start = peer_.now();
    CaseResult result;
    if (auto refused = refusal(test)) {
        result = *std::move(refused);
    } else {
        result = attempt_without_losses(test);
        if (crashed_ && !outcome_.lost) blame_earlier(test, result);
        for (unsigned i = 0; i < options_.retries && result.verdict == Verdict::fail; ++i) {
            if (outcome_.lost || !result.liveness.empty()) break;
            const CaseResult again = attempt_without_losses(test);
            if (again.verdict == Verdict::fail) continue;
            result.verdict = Verdict::flaky;
            result.reason += " (but not when the case was run again)";
        }
    }
    result.test = &test;
    result.target = target_.name();
    result.repetition = repetition;
    result.duration_us = std::chrono::duration<double, std::micro>(peer_.now() - start).count();
    finish(std::move(result));
}

std::optional<CaseResult> Runner::refusal(const Case& test) const {
    CaseResult result;
    result.test = &test;
    result.verdict = Verdict::skip;
    if (outcome_.lost) {
        result.code = "target-lost";
        result.reason = "the target was lost before";
        return result;
    }
    const Expectation* expected = find_expectation(options_.expectations, test.id);
    if (expected != nullptr && skips(*expected, options_.today)) {
        result.code = "expected";
        result.reason = expected->reason;
        return result;
    }
    const Requirement& about = result.requirement();
    if (about.since > target_.revision) {
        result.verdict = Verdict::not_applicable;
        result.code = "revision";
        result.reason = "since " + std::string(name(about.since)) + " of the protocol; " +
                        target_.revision_reason;
        return result;
    }
    if (!options_.open.contains(test.doors)) {
        result.code = "door";
        result.reason = "--allow=" + to_string(test.doors - options_.open);
        return result;
    }
    if (Doors(shut_.bits & unsigned{test.doors.bits}) != Doors()) {
        result.code = "not-put-back";
        result.reason = "what an earlier case changed behind a door could not be put back";
        return result;
    }
    for (const Need need : all_needs) {
        if (!test.needs.contains(need) || offered().contains(need)) continue;
        result.code = name(need);
        result.reason = sentence(need);
        return result;
    }
    return std::nullopt;
}

Needs Runner::offered() const {
    Needs needs{0U};
    const auto offer = [&](Need need, bool there) {
        if (there) needs = needs | need;
    };
    offer(Need::second_mac, options_.open.contains(Door::hostile));
    offer(Need::identify, target_.identified && target_.sectors > 0);
    offer(Need::lba48, target_.lba48);
    offer(Need::scratch28,
          target_.identified && target_.scratch.first + target_.scratch.count <= 1U << 28);
    offer(Need::two_sectors, target_.sectors_per_message() >= 2);
    offer(Need::soak, options_.around.soak > Time{});
    offer(Need::second_interface, options_.around.second_port != nullptr);
    return options_.around.lab != nullptr ? needs | options_.around.lab->offers() : needs;
}

CaseResult Runner::attempt(const Case& test) {
    CaseResult result;
    result.test = &test;
    silent_ = crashed_ = false;
    Exchange exchange(test, peer_, target_, options_.around, case_seed(options_.seed, test.id));
    const Surroundings& around = options_.around;
    if (around.lab != nullptr && !test.needs.contains(Need::twin)) around.lab->end_twin();
    judge(test, result, exchange);
    keep_frames(peer_.transcript(), result);
    if (result.code != stale_code) recover(test, result, exchange.fenced());
    silences_.resize(outcome_.results.size());
    silences_.push_back(exchange.silences());
    peer_.forget(outcome_.results.size());
    if (around.second_port != nullptr) around.second_port->forget(outcome_.results.size());
    return result;
}

void Runner::judge(const Case& test, CaseResult& result, Exchange& exchange) {
    try {
        test.run(exchange);
    } catch (const CaseEnded&) {
    } catch (const CaseSkipped& skipped) {
        if (skipped.code == stale_code) return end_stale(result, skipped);
        result.verdict = Verdict::skip;
        result.code = skipped.code;
        result.reason = skipped.why;
    } catch (const TargetLost&) {
        silent_ = true;  // recover() finds out how.
    } catch (const LockOutRefusal& refusal) {
        result.verdict = Verdict::skip;
        result.code = "setup";
        result.reason = refusal.what();
    } catch (const std::exception& error) {
        result.verdict = Verdict::error;
        result.reason = error.what();
    }
    result.findings = exchange.findings();
    const bool failed = worst(result.findings) > Verdict::info;
    if (result.verdict == Verdict::error || (result.verdict == Verdict::skip && !failed)) return;
    result.verdict = worst(result.findings);
    result.code.clear();
    result.reason = reason_of(result.findings);
}

void Runner::late_reply(std::size_t owner, const Reply& reply) {
    if (owner >= outcome_.results.size()) return;
    for (const Exchange::Silence& silence : silences_[owner]) {
        if (silence.tag != reply.aoe.tag) continue;
        CaseResult& result = outcome_.results[owner];
        result.findings.push_back({.requirement = silence.requirement,
                                   .severity = severity(*silence.requirement),
                                   .expected = "silence",
                                   .actual = "a late reply: " + describe(reply),
                                   .frame = reply.frame,
                                   .dump = hex_dump(reply.bytes),
                                   .reply = reply.bytes,
                                   .fields = fields_of(reply),
                                   .request = {}});
        // One that failed by what became of the target failed already.
        if (!result.liveness.empty()) continue;
        result.verdict = worst(result.findings);
        result.reason = reason_of(result.findings);
        expect(result);
        reporter_.case_amended(result);
    }
}

void Runner::expect(CaseResult& result) const {
    const Expectation* expected = find_expectation(options_.expectations, result.test->id);
    if (expected != nullptr) apply(*expected, options_.today, result);
}

void Runner::finish(CaseResult result) {
    expect(result);
    outcome_.results.push_back(std::move(result));
    silences_.resize(outcome_.results.size());
    reporter_.case_finished(outcome_.results.back());
}

}  // namespace aoe::conformance
