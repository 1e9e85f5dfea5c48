// SPDX-License-Identifier: MIT
#include "conformance/replay/exchange_verdict.h"

#include <algorithm>
#include <fmt/format.h>

#include "conformance/describe.h"
#include "conformance/findings.h"

namespace aoe::conformance {

namespace {

constexpr std::size_t most_of_one_kind = 4;

const Requirement& requirement_of(const Rule& rule) {
    return *find_requirement(rule.test.requirements.front());
}

}  // namespace

const Requirement& recorded_requirement() {
    static const Requirement requirement{.id = "RECORDING",
                                         .text = "The reply is the one that was recorded.",
                                         .why =
                                             "Another implementation, or an earlier version, "
                                             "answered the same request in another way.",
                                         .section = {},
                                         .level = Level::practice,
                                         .condition = {},
                                         .since = Revision::r8,
                                         .applies_to = AppliesTo::target,
                                         .confidence = Confidence::one,
                                         .impact = Impact::cosmetic,
                                         .agreeing = {},
                                         .differing = {},
                                         .unjudged = {}};
    return requirement;
}

bool ExchangeVerdict::is_one_too_many(const std::string& what) {
    return ++times_[what] > most_of_one_kind;
}

void ExchangeVerdict::add(Finding finding, const Place& place) {
    finding.frame = place.reply != nullptr ? place.reply_frame : 0;
    if (place.reply != nullptr) {
        finding.reply = *place.reply;
        finding.dump = hex_dump(*place.reply);
    }
    finding.request_frame = place.request_frame;
    if (place.request != nullptr) finding.request = *place.request;
    findings_.push_back(std::move(finding));
}

void ExchangeVerdict::rule(std::uint16_t index, Outcome outcome, const Words& words,
                           const Place& place) {
    asked_.insert(index);
    if (outcome != Outcome::broken) return;
    const Requirement& requirement = requirement_of(all_rules()[index]);
    if (is_one_too_many(requirement.id)) return;
    Finding finding;
    finding.requirement = &requirement;
    finding.severity = severity(requirement);
    finding.expected = words.expected;
    finding.actual = words.actual;
    if (place.recorded != 0) finding.actual += fmt::format(" (capture frame {})", place.recorded);
    if (place.reply != nullptr) {
        if (const auto reply = dissect(std::as_bytes(std::span(*place.reply)))) {
            finding.fields = fields_of(*reply);
        }
    }
    add(std::move(finding), place);
}

void ExchangeVerdict::differs(const std::string& what, std::vector<FieldRow> rows,
                              const Place& place) {
    if (is_one_too_many(recorded_requirement().id)) return;
    Finding finding;
    finding.requirement = &recorded_requirement();
    finding.severity = Verdict::info;
    finding.actual = fmt::format("differs from the recording, frame {}: {}", place.recorded, what);
    finding.fields = std::move(rows);
    add(std::move(finding), place);
}

void ExchangeVerdict::not_sent(std::uint64_t recorded, const std::string& code,
                               const std::string& why) {
    if (shut_.empty()) {
        first_code_ = code;
        first_why_ = why;
    }
    ++shut_[why];
    if (is_one_too_many(why)) return;
    Finding finding;
    finding.requirement = &recorded_requirement();
    finding.severity = Verdict::info;
    finding.actual = fmt::format("capture frame {} was not sent: {}", recorded, why);
    findings_.push_back(std::move(finding));
}

void ExchangeVerdict::ended(const std::string& how, const std::string& after) {
    liveness_ = how;
    after_ = after;
}

std::vector<std::string_view> ExchangeVerdict::requirements() const {
    std::vector<std::string_view> ids;
    for (const std::uint16_t index : asked_) {
        const std::string_view id = all_rules()[index].test.requirements.front();
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
    return ids;
}

CaseResult ExchangeVerdict::result(const Case& test) const {
    CaseResult result;
    result.test = &test;
    if (sent_ == 0) {
        result.verdict = Verdict::skip;
        result.code = first_code_.empty() ? "no-request" : first_code_;
        result.reason = first_why_.empty() ? "holds no request" : first_why_;
        return result;
    }
    result.findings = findings_;
    for (Finding& finding : result.findings) {
        const auto times = times_.find(finding.requirement->id);
        if (times == times_.end() || times->second <= most_of_one_kind) continue;
        finding.actual += fmt::format(", and {} more like it", times->second - most_of_one_kind);
        break;
    }
    result.verdict = worst(result.findings);
    result.reason = reason_of(result.findings);
    if (liveness_.empty()) return result;
    result.verdict = Verdict::fail;
    result.liveness = liveness_;
    result.reason = fmt::format("after {} {}{}{}", after_, liveness_,
                                result.reason.empty() ? "" : "; ", result.reason);
    return result;
}

}  // namespace aoe::conformance
