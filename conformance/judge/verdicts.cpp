// SPDX-License-Identifier: MIT
#include "conformance/judge/verdicts.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

#include "conformance/describe.h"

namespace aoe::conformance {

namespace {

const Requirement& requirement_of(const Rule& rule) {
    const Requirement* found = find_requirement(rule.test.requirements.front());
    if (found == nullptr) throw std::logic_error("a rule names no known requirement");
    return *found;
}

std::string times(std::uint64_t count) {
    return count == 1 ? "once" : fmt::format("{} times", count);
}

CaseResult result_of(const Rule& rule, const RuleCount& count, std::string subject,
                     const std::vector<std::string>& files) {
    CaseResult result;
    result.test = &rule.test;
    result.target = std::move(subject);
    if (count.kept == 0 && count.broken == 0) {
        result.verdict = Verdict::skip;
        result.code = "not-seen";
        result.reason = "the capture holds nothing that this rule is about";
        return result;
    }
    if (count.broken == 0) return result;
    result.verdict = severity_of(rule);
    const Violation& first = count.first.front();
    result.reason =
        fmt::format("{}, first at {}{}: expected {}, was {}", times(count.broken),
                    place_of(first, files), first.marker.empty() ? "" : " (" + first.marker + ")",
                    first.words.expected, first.words.actual);
    for (const Violation& violation : count.first) {
        Finding finding;
        finding.requirement = &requirement_of(rule);
        finding.severity = result.verdict;
        finding.expected = violation.words.expected;
        finding.actual = violation.words.actual;
        finding.frame = violation.reply != 0 ? violation.reply : violation.request;
        finding.dump = violation.dump;
        result.findings.push_back(std::move(finding));
        result.frames.push_back(place_of(violation, files) +
                                (violation.marker.empty() ? "" : ": " + violation.marker));
    }
    return result;
}

}  // namespace

std::string name_of(const SeenTarget& target, const Traffic& traffic) {
    const auto all = traffic.targets();
    const auto same = std::count_if(all.begin(), all.end(), [&](const auto& other) {
        return other->address.shelf == target.address.shelf &&
               other->address.slot == target.address.slot;
    });
    const std::string name = target.facts.name();
    return same == 1 ? name : fmt::format("{} at {}", name, mac_text(target.address.mac));
}

std::string name_of(const SeenInitiator& initiator) {
    return "initiator " + mac_text(initiator.mac);
}

bool is_about_initiators(const Rule& rule) {
    return rule.situations.contains(Situation::request);
}

Verdict severity_of(const Rule& rule) {
    return severity(requirement_of(rule));
}

std::string place_of(const Violation& violation, const std::vector<std::string>& files) {
    std::string text = files.size() > 1 ? files[violation.file] + " " : "";
    if (violation.request == 0 || violation.reply == 0) {
        return text + fmt::format("frame {}", std::max(violation.request, violation.reply));
    }
    return text + fmt::format("frames {} and {}", violation.request, violation.reply);
}

std::vector<CaseResult> report_verdicts(const Traffic& traffic,
                                        const std::vector<std::string>& files, Reporter& reporter,
                                        const ChosenRules& chosen) {
    std::vector<CaseResult> results;
    const auto judge = [&](const std::vector<RuleCount>& counts, const std::string& name,
                           bool initiators) {
        for (std::size_t i = 0; i < counts.size(); ++i) {
            const Rule& rule = all_rules()[i];
            if (is_about_initiators(rule) != initiators) continue;
            if (!chosen.empty() && !chosen[i]) continue;
            reporter.case_started(rule.test);
            results.push_back(result_of(rule, counts[i], name, files));
            reporter.case_finished(results.back());
        }
    };
    for (const auto& target : traffic.targets()) {
        TargetFacts facts = target->facts;
        facts.subject = name_of(*target, traffic);
        reporter.target_started(facts);
        judge(target->counts, facts.subject, false);
    }
    for (const auto& initiator : traffic.initiators()) {
        TargetFacts facts;
        facts.mac = initiator->mac;
        facts.mtu = 0;
        facts.revision_reason = "an initiator";
        facts.subject = name_of(*initiator);
        reporter.target_started(facts);
        judge(initiator->counts, facts.subject, true);
    }
    return results;
}

}  // namespace aoe::conformance
