// SPDX-License-Identifier: MIT
#include "conformance/verdict.h"

#include <array>
#include <stdexcept>

namespace aoe::conformance {

std::string_view name(Verdict verdict) {
    constexpr std::array<std::string_view, verdict_count> names{
        "pass", "info",           "warn",  "fail",  "flaky",
        "skip", "not-applicable", "xfail", "xpass", "error"};
    return names.at(static_cast<std::size_t>(verdict));
}

Verdict severity(const Requirement& requirement) {
    switch (requirement.level) {
        case Level::may:
        case Level::practice:
            return Verdict::info;
        case Level::should:
            return Verdict::warn;
        case Level::must:
            break;
    }
    const bool certain = requirement.confidence == Confidence::spec ||
                         requirement.confidence == Confidence::restated;
    const bool harmful =
        requirement.impact != Impact::interoperation && requirement.impact != Impact::cosmetic;
    // Where the words are not known and a real implementation reads them otherwise, only harm to
    // the user's data or machine is held against a target.
    if (certain || harmful || requirement.differing.empty()) return Verdict::fail;
    return Verdict::warn;
}

const Requirement& CaseResult::requirement() const {
    const Finding* worst = nullptr;
    for (const Finding& finding : findings) {
        if (finding.requirement == nullptr) continue;
        if (worst == nullptr || finding.severity > worst->severity) worst = &finding;
    }
    if (worst != nullptr) return *worst->requirement;
    const Requirement* first = find_requirement(test->requirements.front());
    if (first == nullptr) {
        throw std::logic_error("case " + std::string(test->id) + " names no known requirement");
    }
    return *first;
}

bool is_judged(Verdict verdict) {
    return verdict != Verdict::skip && verdict != Verdict::not_applicable &&
           verdict != Verdict::error;
}

}  // namespace aoe::conformance
