// SPDX-License-Identifier: MIT
#include "conformance/selftest/mutant_run.h"

#include <algorithm>
#include <map>

#include "conformance/selftest/mutant_target.h"

namespace aoe::conformance {

namespace {

class Collector final : public Reporter {
public:
    explicit Collector(SuiteRun& run) : run_(run) {}
    void case_finished(const CaseResult& result) override { run_.results.push_back(result); }
    void run_finished(const Summary& end) override { run_.problems = end.problems; }
    void case_amended(const CaseResult& result) override {
        for (CaseResult& known : run_.results) {
            if (known.test == result.test && known.repetition == result.repetition) known = result;
        }
    }

private:
    SuiteRun& run_;
};

// A target that does not come up again.
class StaysDown final : public TargetControl {
public:
    explicit StaysDown(TargetControl& target) : target_(target) {}
    std::optional<std::string> ended() override { return target_.ended(); }
    bool restart() override { return false; }
    std::vector<std::string> last_output() override { return {}; }

private:
    TargetControl& target_;
};

bool judges(const Case& test, std::string_view id) {
    return std::find(test.requirements.begin(), test.requirements.end(), id) !=
           test.requirements.end();
}

// What a case tells without holding it against the target.
std::set<std::string> notes_of(const CaseResult& result) {
    std::set<std::string> notes;
    for (const Finding& finding : result.findings) {
        if (finding.expected.empty()) notes.insert(finding.actual);
    }
    return notes;
}

std::map<std::string_view, const CaseResult*> by_id(const SuiteRun& run) {
    std::map<std::string_view, const CaseResult*> results;
    for (const CaseResult& result : run.results) results[result.test->id] = &result;
    return results;
}

bool found_broken(const CaseResult& result, std::string_view clause) {
    const bool lost = result.verdict == Verdict::fail && !result.liveness.empty() &&
                      result.test->requirements.front() == clause;
    return lost ||
           std::any_of(result.findings.begin(), result.findings.end(), [&](const Finding& finding) {
               return !finding.expected.empty() && finding.requirement->id == clause;
           });
}

// A note about the clause that the clean target does not get.
bool told_otherwise(const CaseResult& result, const CaseResult& clean, std::string_view clause) {
    const std::set<std::string> usual = notes_of(clean);
    return std::any_of(result.findings.begin(), result.findings.end(), [&](const Finding& finding) {
        return finding.expected.empty() && finding.requirement->id == clause &&
               !usual.contains(finding.actual);
    });
}

}  // namespace

SuiteRun run_suite(const SuiteOptions& options) {
    static const Fault nothing{};
    MutantLinks links(options.mtu, options.seed);
    VirtualClock clock;
    if (options.wire) {
        links.first.first = make_fault_link(std::move(links.first.first), *options.wire, clock);
    }
    if (options.around_link) {
        links.first.first = options.around_link(std::move(links.first.first));
    }
    MutantTarget target(links, clock, options.sectors,
                        options.mutant != nullptr ? options.mutant->fault : nothing);
    clock.set_step([&target] { return target.step(); });

    SessionOptions session;
    session.wanted = {.shelf = mutant_shelf, .slot = mutant_slot, .mac = std::nullopt};
    session.open = options.open;
    for (const Case& test : all_cases()) {
        if (options.only_about.empty() || judges(test, options.only_about)) {
            session.cases.push_back(&test);
        }
    }
    session.seed = options.seed;
    session.repeat = options.repeat;
    session.soak = std::chrono::milliseconds(5);
    session.strict = true;
    session.private_network = true;
    session.own_target = true;
    session.interface = "memory";

    SuiteRun run;
    Collector collector(run);
    StaysDown stays_down(target);
    TargetControl* control = nullptr;
    if (options.control == Control::starts_again) control = &target;
    if (options.control == Control::stays_down) control = &stays_down;
    run.exit_status = run_session(*links.first.first, clock, session, collector, control);
    run.changes = target.changes();
    run.disk_untouched = target.disk().untouched();
    return run;
}

Caught judge_mutant(const Mutant& mutant, const SuiteRun& run, const SuiteRun& clean) {
    const auto usual = by_id(clean);
    Caught caught = Caught::no;
    for (const CaseResult& result : run.results) {
        if (found_broken(result, mutant.clause)) return Caught::broken;
        if (told_otherwise(result, *usual.at(result.test->id), mutant.clause)) {
            caught = Caught::told;
        }
    }
    return caught;
}

std::set<std::string_view> noticing_cases(const SuiteRun& run, const SuiteRun& clean) {
    const auto usual = by_id(clean);
    std::set<std::string_view> noticing;
    for (const CaseResult& result : run.results) {
        const CaseResult& before = *usual.at(result.test->id);
        const bool judged = is_judged(result.verdict);
        const bool worse = judged && result.verdict > std::max(Verdict::info, before.verdict);
        const bool broken =
            std::any_of(result.findings.begin(), result.findings.end(),
                        [](const Finding& finding) { return !finding.expected.empty(); });
        const bool other = judged && notes_of(result) != notes_of(before);
        if (worse || broken || other) noticing.insert(result.test->id);
    }
    return noticing;
}

std::string failures_of(const SuiteRun& run) {
    std::string text;
    for (const CaseResult& result : run.results) {
        if (result.verdict == Verdict::pass || result.verdict == Verdict::info ||
            result.verdict == Verdict::skip) {
            continue;
        }
        text += std::string(name(result.verdict)) + " " + std::string(result.test->id) + ": " +
                result.reason + "\n";
    }
    return text;
}

}  // namespace aoe::conformance
