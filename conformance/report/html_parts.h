// SPDX-License-Identifier: MIT
// The parts of the HTML report. Each writes one or more <section>s, or nothing when there is
// nothing to say.
#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "conformance/report/results.h"

namespace aoe::conformance::html {

/// Where the explanation of each case stands, by its place in Results::cases: "e7.3-cfg.read".
using Anchors = std::vector<std::string>;
Anchors make_anchors(const Results& results);

/// "✗"; always beside the verdict's name.
const char* sign(Verdict verdict);
/// "✗ fail" with its class.
std::string badge(Verdict verdict);
/// "560 µs", "22.2 ms", "1.23 s"
std::string duration(double us);
/// "config strings" of "cfg"; a group that is not known is its own name.
std::string group_title(const std::string& group);

/// What was judged: targets, counts, groups, coverage.
void write_overview(std::ostream& out, const Results& results);
/// Failures, warnings and what else has findings, each with its whole explanation.
void write_explanations(std::ostream& out, const Results& results, const Anchors& anchors);
/// Several targets side by side, where they differ.
void write_differences(std::ostream& out, const Results& results);
/// Every case by group; and what was not judged, by reason.
void write_cases(std::ostream& out, const Results& results, const Anchors& anchors);
void write_skips(std::ostream& out, const Results& results);

}  // namespace aoe::conformance::html
