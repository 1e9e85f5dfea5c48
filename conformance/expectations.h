// SPDX-License-Identifier: MIT
// Known failures of a target, written down so that a run is green until something changes. One a
// line; # starts a comment:
//
//     cfg.length.beyond-data  xfail  "length 40"  "returns stale bytes"  until 2027-03-01
//     mask.full.fits-mtu      xskip  "the list of this target takes an hour to fill"
//
// xfail: the case runs and fails; the first text must be in the failure, so that another failure of
// the same case is still noticed, and the second says why it is expected. xskip: the case does not
// run at all. A date is the last day on which the line excuses anything. Days come from outside;
// nothing here looks at a clock.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/case.h"
#include "conformance/verdict.h"
#include "wire/expected.h"

namespace aoe::conformance {

using Day = std::chrono::sys_days;

struct Expectation {
    std::string id{};            // Of a case.
    bool skips = false;          // xskip, else xfail.
    std::string text{};          // Of an xfail: must occur in the result's reason; never empty.
    std::string reason{};        // For people; never empty.
    std::optional<Day> until{};  // The last day on which it holds.
    int line = 0;

    bool expired(Day today) const { return until && today > *until; }
};

/// "2027-03-01"
std::string day_text(Day day);

/// On failure one sentence with the line: unknown case, unknown word, missing text, no date, an id
/// twice.
Expected<std::vector<Expectation>, std::string> parse_expectations(std::string_view text,
                                                                   std::span<const Case> cases);

/// The one for this case, or nullptr.
const Expectation* find_expectation(std::span<const Expectation> expectations, std::string_view id);

/// True when the case is not to be run today.
bool skips(const Expectation& expectation, Day today);

/// Turns a fail, flaky or warn into xfail when its text is in the reason, and a pass or info into
/// xpass. Skips and later revisions stay what they are. One that has expired excuses no failure any
/// more and says so; a pass is unexpected all the same, since the line is of no use.
void apply(const Expectation& expectation, Day today, CaseResult& result);

}  // namespace aoe::conformance
