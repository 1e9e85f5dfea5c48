// SPDX-License-Identifier: MIT
// What `judge` prints for people: who spoke with whom and how that went, then what was broken, by
// whom and where.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "conformance/judge/judge.h"

namespace aoe::conformance {

struct JudgeReportStyle {
    bool colour = false;
};

/// A line for each conversation, with the title's line above.
void print_conversations(std::ostream& out, const Traffic& traffic);
/// Grouped by target or initiator and rule: how often, expected and actual, and where first.
void print_violations(std::ostream& out, const Traffic& traffic,
                      const std::vector<std::string>& files, const JudgeReportStyle& style);

}  // namespace aoe::conformance
