// SPDX-License-Identifier: MIT
#include "conformance/coverage.h"

#include <algorithm>

namespace aoe::conformance {

namespace {

std::vector<const Case*> judging(std::span<const Case> cases, std::string_view requirement) {
    std::vector<const Case*> found;
    for (const Case& test : cases) {
        const auto& ids = test.requirements;
        if (std::find(ids.begin(), ids.end(), requirement) != ids.end()) found.push_back(&test);
    }
    return found;
}

void count(CoverageGroup& group, Level level, bool judged) {
    CoverageCount& counted = group.levels[static_cast<std::size_t>(level)];
    ++counted.all;
    if (judged) ++counted.judged;
}

}  // namespace

std::string_view group_of(const Requirement& requirement) {
    const std::string_view id = requirement.id;
    const std::size_t first = id.find('-') + 1;
    return id.substr(first, id.rfind('-') - first);
}

CoverageCount CoverageGroup::total() const {
    CoverageCount sum;
    for (const CoverageCount& level : levels) {
        sum.judged += level.judged;
        sum.all += level.all;
    }
    return sum;
}

Coverage coverage_of(std::span<const Case> cases, std::span<const Requirement> catalogue) {
    Coverage coverage;
    coverage.sum.name = "all";
    for (const Requirement& requirement : catalogue) {
        coverage.requirements.push_back({&requirement, judging(cases, requirement.id)});
        if (requirement.applies_to != AppliesTo::target) continue;
        const std::string_view name = group_of(requirement);
        auto group = std::find_if(coverage.groups.begin(), coverage.groups.end(),
                                  [&](const CoverageGroup& one) { return one.name == name; });
        if (group == coverage.groups.end()) {
            coverage.groups.push_back({.name = name});
            group = coverage.groups.end() - 1;
        }
        const bool judged = !coverage.requirements.back().cases.empty();
        count(*group, requirement.level, judged);
        count(coverage.sum, requirement.level, judged);
    }
    return coverage;
}

}  // namespace aoe::conformance
