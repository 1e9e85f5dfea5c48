// SPDX-License-Identifier: MIT
// Known failures of a target, written down so that a run is green until something changes. One a
// line; # starts a comment:
//
//     cfg.length.beyond-data  xfail  "length 40"  "stores stale bytes and returns them"
//
// The quoted texts: what the failure must contain, so that another failure of the same case is
// still noticed, and why it is expected.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/case.h"
#include "conformance/verdict.h"
#include "wire/expected.h"

namespace aoe::conformance {

struct Expectation {
    std::string id;      // Of a case.
    std::string text;    // Must occur in the result's reason; never empty.
    std::string reason;  // For people; never empty.
    int line = 0;
};

/// On failure one sentence with the line: unknown case, unknown word, missing text, an id twice.
Expected<std::vector<Expectation>, std::string> parse_expectations(std::string_view text,
                                                                   std::span<const Case> cases);

/// Turns a fail, flaky or warn into xfail when its text is in the reason, and a pass or info into
/// xpass. Skips and later revisions stay what they are.
void apply(const Expectation& expectation, CaseResult& result);

}  // namespace aoe::conformance
