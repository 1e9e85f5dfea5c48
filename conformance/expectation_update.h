// SPDX-License-Identifier: MIT
// What a file of known failures would have to say after a run: listens to the run, then rewrites
// the text. Lines of cases that were not judged, comments, and the order of lines stay.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "conformance/expectations.h"
#include "conformance/report/report.h"

namespace aoe::conformance {

class ExpectationUpdate final : public Reporter {
public:
    struct Updated {
        std::string text;                  // Of the whole file.
        std::vector<std::string> changes;  // One sentence each; empty when nothing changed.
        std::vector<std::string> left;     // One sentence each: what needs a person.
    };

    /// `strict`: a new warning is a failure that goes into the file, too.
    explicit ExpectationUpdate(bool strict) : strict_(strict) {}

    void case_finished(const CaseResult& result) override { take(result); }
    void case_amended(const CaseResult& result) override { take(result); }

    /// `expectations` is what `text` says. Passes that were not expected are taken out, failures
    /// that became others get their text, and new ones are added as first seen today. What failed
    /// only sometimes, or has expired, is left to a person.
    Updated update(std::string_view text, std::span<const Expectation> expectations,
                   Day today) const;

private:
    struct Outcome {
        Verdict verdict{};
        std::string text;  // What a line about this failure would have to contain.
    };
    /// Of one case, whichever targets and repetitions there were.
    struct Outcomes {
        bool passed = false;
        bool as_expected = false;
        bool otherwise = false;  // Failed, and not as expected.
        bool counts = false;     // That failure is one, and not a warning that nobody asked about.
        bool flaky = false;
        std::string text{};  // Of the first failure.
        bool judged() const { return passed || as_expected || otherwise || flaky; }
        bool sometimes() const { return flaky || int{passed} + as_expected + otherwise > 1; }
    };

    void take(const CaseResult& result);
    std::map<std::string, Outcomes> outcomes() const;
    static std::string line_after(std::string_view line, const Expectation& expectation,
                                  const Outcomes& outcomes, Day today, Updated& updated);
    void add_new(std::span<const Expectation> expectations, Day today, Updated& updated) const;

    bool strict_;
    // By case, target and repetition: a late reply changes one that was there.
    std::map<std::tuple<std::string, std::string, unsigned>, Outcome> all_;
    std::vector<std::string> order_;  // Of cases, as they ran.
};

/// The part of a failure that is the same in another run: what came, without tags and the like.
std::string stable_text(const CaseResult& result);

}  // namespace aoe::conformance
