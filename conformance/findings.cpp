// SPDX-License-Identifier: MIT
#include "conformance/findings.h"

#include <algorithm>

namespace aoe::conformance {

Verdict worst(const std::vector<Finding>& findings) {
    Verdict verdict = Verdict::pass;
    for (const Finding& finding : findings) verdict = std::max(verdict, finding.severity);
    return verdict;
}

std::string reason_of(const std::vector<Finding>& findings) {
    std::string reason;
    for (const Finding& finding : findings) {
        if (!reason.empty()) reason += "; ";
        reason += finding.requirement->id + ": ";
        if (!finding.expected.empty()) reason += "expected " + finding.expected + ", got ";
        reason += finding.actual;
    }
    return reason;
}

}  // namespace aoe::conformance
