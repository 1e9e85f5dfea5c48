// SPDX-License-Identifier: MIT
// Which requirements the cases judge: counted by group and level, and one by one.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "conformance/case.h"
#include "conformance/catalogue.h"

namespace aoe::conformance {

inline constexpr std::array all_levels{Level::must, Level::should, Level::may, Level::practice};

struct CoverageCount {
    std::size_t judged = 0;
    std::size_t all = 0;
};

/// "HDR", "CFG", ...: the part of a requirement's id that says what it is about.
std::string_view group_of(const Requirement& requirement);

struct CoverageGroup {
    std::string_view name;
    std::array<CoverageCount, all_levels.size()> levels{};
    CoverageCount total() const;
};

struct RequirementCoverage {
    const Requirement* requirement = nullptr;
    std::vector<const Case*> cases;  // That judge it.
};

struct Coverage {
    std::vector<CoverageGroup> groups;              // Of requirements on targets.
    std::vector<RequirementCoverage> requirements;  // All of the catalogue, in its order.
    CoverageGroup sum;                              // Of all groups.
};

Coverage coverage_of(std::span<const Case> cases, std::span<const Requirement> catalogue);

}  // namespace aoe::conformance
