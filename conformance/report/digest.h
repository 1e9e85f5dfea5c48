// SPDX-License-Identifier: MIT
// What every written report says about a run, in the same words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/report/results.h"

namespace aoe::conformance {

/// From the best to the worst to read of: the order of every table.
inline constexpr std::array<Verdict, verdict_count> reading_order{
    Verdict::fail,  Verdict::error, Verdict::flaky, Verdict::xpass, Verdict::warn,
    Verdict::xfail, Verdict::info,  Verdict::pass,  Verdict::skip,  Verdict::not_applicable};

/// Whether the run did not pass because of this case.
bool is_failure(const Results& results, const CaseRecord& record);
std::size_t failures(const Results& results);

/// Why the run is not whole, one sentence each: what it says itself, that it was cut short, and
/// what its exit status means when no case shows it. Empty when cases tell everything.
std::vector<std::string> problems(const Results& results);

/// Whether everything required passed. A run that was cut short never has.
bool passed(const Results& results);
/// "passed", "failed: 3 of 316 cases", "the target was lost or could not be reached", ...
std::string outcome(const Results& results);

/// "1 case", "2 cases"
std::string plural(std::size_t count, std::string_view what);
/// "260 pass, 7 fail"; nothing of what there is none of.
std::string counts_text(const std::array<std::size_t, verdict_count>& counts);
/// Its verdict's meaning where the name alone may mislead; then what happened.
std::string explanation(const CaseRecord& record);
/// "AOE-CFG-17 (MUST, impact: leak)"
std::string requirement_text(const CaseRecord& record);
/// What there is to say besides the findings: everything when they say nothing, the verdict's
/// meaning where it has one, and what happened to the target. May be empty.
std::string remark(const CaseRecord& record);
/// The command that runs this one case again.
std::string again(const Results& results, const CaseRecord& record);
/// "cfg.read, repetition 2" where a run has more than one of each case.
std::string case_name(const CaseRecord& record);

}  // namespace aoe::conformance
