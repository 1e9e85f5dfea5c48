// SPDX-License-Identifier: MIT
// Reports of aoe-bench on the command line of `aoe-conform compare`.
#pragma once

#include <string>
#include <vector>

#include "conformance/compare/performance.h"

namespace aoe::conformance {

/// "NAME=FILE" of --bench, or "NAME,NAME=FILE" for a report of two targets; `known` are the names
/// that there are. Throws UsageError.
std::vector<BenchReport> bench_reports(const std::vector<std::string>& words,
                                       const std::vector<std::string>& known);

/// Adds what is in the reports; what is there already is not added again. Throws UsageError for one
/// that cannot be read.
void add_performance(const std::vector<BenchReport>& reports, std::vector<Performance>& all);

}  // namespace aoe::conformance
