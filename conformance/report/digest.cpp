// SPDX-License-Identifier: MIT
#include "conformance/report/digest.h"

#include <algorithm>
#include <fmt/format.h>

namespace aoe::conformance {

namespace {

// What an exit status means; docs/aoe-conform.md has the table.
std::string status_text(int exit_status) {
    switch (exit_status) {
        case 0:
            return "passed";
        case 1:
            return "failed";
        case 2:
            return "nothing was judged";
        case 3:
            return "the target was lost or could not be reached";
        case 4:
            return "the suite made a mistake of its own";
        case 5:
            return "passed, also where failures were expected";
        default:
            return fmt::format("ended with status {}", exit_status);
    }
}

// Where the verdict's name alone may mislead.
std::string meaning_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::xpass:
            return "passed although the expectation file says that it fails";
        case Verdict::xfail:
            return "failed as the expectation file says";
        case Verdict::flaky:
            return "not repeated when the case was run again";
        case Verdict::error:
            return "the suite's own mistake";
        default:
            return {};
    }
}

}  // namespace

bool is_failure(const Results& results, const CaseRecord& record) {
    switch (record.verdict) {
        case Verdict::fail:
        case Verdict::error:
        case Verdict::xpass:
            return true;
        case Verdict::flaky:
            return !results.run.flaky_excused;
        case Verdict::warn:
            return results.run.strict;
        default:
            return false;
    }
}

std::size_t failures(const Results& results) {
    return static_cast<std::size_t>(
        std::count_if(results.cases.begin(), results.cases.end(),
                      [&](const CaseRecord& record) { return is_failure(results, record); }));
}

std::vector<std::string> problems(const Results& results) {
    if (!results.summary) {
        const std::size_t targets = std::max<std::size_t>(1, results.targets.size());
        return {fmt::format("the run was cut short: its results end after {} of {}",
                            results.cases.size(), plural(results.run.cases * targets, "case"))};
    }
    std::vector<std::string> sentences = results.summary->problems;
    const int status = results.summary->exit_status;
    if (sentences.empty() && status != 0 && failures(results) == 0) {
        sentences.push_back(
            fmt::format("the run ended with exit status {}: {}", status, status_text(status)));
    }
    return sentences;
}

bool passed(const Results& results) {
    return results.summary && results.summary->exit_status == 0;
}

std::string outcome(const Results& results) {
    if (!results.summary) return "cut short";
    const std::string text = status_text(results.summary->exit_status);
    const std::size_t bad = failures(results);
    if (bad == 0 || results.summary->exit_status == 0) return text;
    return fmt::format("{}: {} of {}", text, bad, plural(results.cases.size(), "case"));
}

std::string plural(std::size_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string counts_text(const std::array<std::size_t, verdict_count>& counts) {
    std::string text;
    for (const Verdict verdict : reading_order) {
        const std::size_t count = counts[static_cast<std::size_t>(verdict)];
        if (count == 0) continue;
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name(verdict));
    }
    return text.empty() ? "no case" : text;
}

std::string explanation(const CaseRecord& record) {
    const std::string meaning = meaning_of(record.verdict);
    if (meaning.empty() || record.reason.empty()) return meaning + record.reason;
    return fmt::format("{}: {}", meaning, record.reason);
}

std::string remark(const CaseRecord& record) {
    const bool told =
        std::any_of(record.findings.begin(), record.findings.end(),
                    [](const FindingRecord& finding) { return !finding.expected.empty(); });
    if (!told) return explanation(record);
    std::string text = meaning_of(record.verdict);
    if (!record.liveness.empty()) text += (text.empty() ? "" : "; ") + record.liveness;
    return text;
}

std::string requirement_text(const CaseRecord& record) {
    return fmt::format("{} ({}{}{}, impact: {})", record.requirement, record.level,
                       record.condition.empty() ? "" : " ", record.condition, record.impact);
}

std::string again(const Results& results, const CaseRecord& record) {
    return fmt::format("{} --tests {}", results.run.command, record.id);
}

std::string case_name(const CaseRecord& record) {
    if (record.repetition == 1) return record.id;
    return fmt::format("{}, repetition {}", record.id, record.repetition);
}

}  // namespace aoe::conformance
