// SPDX-License-Identifier: MIT
#include "conformance/expectation_update.h"

#include <algorithm>
#include <fmt/format.h>

namespace aoe::conformance {

namespace {

constexpr std::size_t longest_text = 80;

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

// A line with another text in its first pair of quotes; the rest of it stays.
std::string with_text(std::string_view line, std::string_view text) {
    const std::size_t first = line.find('"');
    std::size_t end = first + 1;
    while (line[end] != '"') end += line[end] == '\\' ? 2U : 1U;
    return std::string(line.substr(0, first)) + quoted(text) + std::string(line.substr(end + 1));
}

// What came, as far as it says the same in another run: tags are other ones each time.
std::string_view without_tag(std::string_view actual) {
    constexpr std::string_view tag = "tag 0x";
    const std::size_t at = actual.find(tag);
    if (at == std::string_view::npos) return actual;
    const std::size_t explanation = actual.find("; ");
    if (explanation < at && explanation > 3) return actual.substr(0, explanation);
    actual.remove_prefix(at + tag.size());
    actual.remove_prefix(std::min(actual.size(), actual.find_first_not_of("0123456789abcdef")));
    actual.remove_prefix(std::min(actual.size(), actual.find_first_not_of(", ")));
    return actual;
}

std::string_view shortened(std::string_view text) {
    text = text.substr(0, text.find_first_of("\r\n"));
    if (text.size() <= longest_text) return text;
    return text.substr(0, std::min(longest_text, text.rfind(' ', longest_text)));
}

}  // namespace

std::string stable_text(const CaseResult& result) {
    const auto told = [&](std::string_view text) {
        return !text.empty() && result.reason.find(text) != std::string::npos;
    };
    if (told(result.liveness)) return std::string(shortened(result.liveness));
    for (const Finding& finding : result.findings) {
        if (finding.expected.empty() || finding.severity <= Verdict::info) continue;
        const std::string_view text = shortened(without_tag(finding.actual));
        if (told(text)) return std::string(text);
    }
    return result.requirement().id;
}

void ExpectationUpdate::take(const CaseResult& result) {
    const std::string id(result.test->id);
    if (std::find(order_.begin(), order_.end(), id) == order_.end()) order_.push_back(id);
    all_[{id, result.target, result.repetition}] = {result.verdict, stable_text(result)};
}

std::map<std::string, ExpectationUpdate::Outcomes> ExpectationUpdate::outcomes() const {
    std::map<std::string, Outcomes> by_case;
    for (const auto& [key, outcome] : all_) {
        Outcomes& all = by_case[std::get<0>(key)];
        switch (outcome.verdict) {
            case Verdict::pass:
            case Verdict::info:
            case Verdict::xpass:
                all.passed = true;
                break;
            case Verdict::xfail:
                all.as_expected = true;
                break;
            case Verdict::warn:
            case Verdict::fail:
                all.otherwise = true;
                all.counts = all.counts || outcome.verdict == Verdict::fail || strict_;
                if (all.text.empty()) all.text = outcome.text;
                break;
            case Verdict::flaky:
                all.flaky = true;
                break;
            default:
                break;
        }
    }
    return by_case;
}

// The line as it has to be now, its end included; empty when it has to go.
std::string ExpectationUpdate::line_after(std::string_view line, const Expectation& expectation,
                                          const Outcomes& outcomes, Day today, Updated& updated) {
    const auto leave = [&](std::string_view why) {
        updated.left.push_back(fmt::format("line {}: {} {}, so the line stays as it is",
                                           expectation.line, expectation.id, why));
        return std::string(line);
    };
    if (!outcomes.judged()) return std::string(line);
    if (outcomes.sometimes()) return leave("did not end alike every time");
    if (outcomes.passed) {
        updated.changes.push_back(fmt::format("removed {}, which passes", expectation.id));
        return {};
    }
    if (expectation.expired(today)) {
        return leave(fmt::format("still fails after {}", day_text(*expectation.until)));
    }
    if (!outcomes.otherwise) return std::string(line);
    updated.changes.push_back(fmt::format("{} fails with {} now, and no longer with {}",
                                          expectation.id, quoted(outcomes.text),
                                          quoted(expectation.text)));
    return with_text(line, outcomes.text);
}

void ExpectationUpdate::add_new(std::span<const Expectation> expectations, Day today,
                                Updated& updated) const {
    const auto by_case = outcomes();
    for (const std::string& id : order_) {
        const Outcomes& one = by_case.at(id);
        if (find_expectation(expectations, id) != nullptr) continue;
        if (one.flaky || (one.counts && one.sometimes())) {
            updated.left.push_back(id + " failed only sometimes, so it was not added");
        } else if (one.counts) {
            if (!updated.text.empty() && updated.text.back() != '\n') updated.text += '\n';
            updated.text += fmt::format("{:<33} xfail {} \"first seen {}\"\n", id, quoted(one.text),
                                        day_text(today));
            updated.changes.push_back(
                fmt::format("added {}, which fails with {}", id, quoted(one.text)));
        }
    }
}

ExpectationUpdate::Updated ExpectationUpdate::update(std::string_view text,
                                                     std::span<const Expectation> expectations,
                                                     Day today) const {
    Updated updated;
    const auto by_case = outcomes();
    for (int number = 1; !text.empty(); ++number) {
        const std::string_view line =
            text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
        text.remove_prefix(line.size());
        const auto here = std::find_if(expectations.begin(), expectations.end(),
                                       [&](const Expectation& one) { return one.line == number; });
        const auto found = here == expectations.end() ? by_case.end() : by_case.find(here->id);
        updated.text += found == by_case.end()
                            ? std::string(line)
                            : line_after(line, *here, found->second, today, updated);
    }
    add_new(expectations, today, updated);
    return updated;
}

}  // namespace aoe::conformance
