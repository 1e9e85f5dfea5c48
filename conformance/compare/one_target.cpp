// SPDX-License-Identifier: MIT
#include "conformance/compare/one_target.h"

#include <algorithm>
#include <map>

#include "conformance/compare/insight.h"

namespace aoe::conformance {

namespace {

bool is_called(const std::string& target, const std::string& name) {
    return target == name || target.starts_with(name + " at ");
}

}  // namespace

std::optional<Results> of_one_target(Results results, const std::string& name) {
    std::map<std::string, std::size_t> answered;
    for (const CaseRecord& record : results.cases) {
        if (is_answered(record.verdict)) ++answered[record.target];
    }
    std::string best;
    for (const TargetRecord& target : results.targets) {
        if (!name.empty() && !is_called(target.name, name)) continue;
        if (best.empty() || answered[target.name] > answered[best]) best = target.name;
    }
    if (best.empty()) return std::nullopt;
    std::erase_if(results.targets, [&](const TargetRecord& each) { return each.name != best; });
    std::erase_if(results.cases, [&](const CaseRecord& each) { return each.target != best; });
    // That a rule was broken, perhaps by somebody else, the cases tell.
    if (results.summary && results.summary->exit_status == 1) results.summary->exit_status = 0;
    return results;
}

}  // namespace aoe::conformance
