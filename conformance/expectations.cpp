// SPDX-License-Identifier: MIT
#include "conformance/expectations.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace aoe::conformance {

namespace {

constexpr std::string_view blank = " \t\r";

// Takes words and "quoted texts" from a line, one after the other.
class LineReader {
public:
    explicit LineReader(std::string_view line) : rest_(line) { skip_blanks(); }

    bool at_end() const { return rest_.empty() || rest_.front() == '#'; }

    std::string_view word() {
        const std::string_view found = rest_.substr(0, rest_.find_first_of(blank));
        rest_.remove_prefix(found.size());
        skip_blanks();
        return found;
    }

    // \" and \\ stand for themselves. Nothing when there is no whole quoted text here.
    std::optional<std::string> quoted() {
        if (rest_.empty() || rest_.front() != '"') return std::nullopt;
        std::string text;
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == '"') {
                rest_.remove_prefix(i + 1);
                skip_blanks();
                return text;
            }
            if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
            text += rest_[i];
        }
        return std::nullopt;
    }

private:
    void skip_blanks() {
        rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(blank)));
    }
    std::string_view rest_;
};

Expected<Expectation, std::string> parse_line(LineReader& line, std::span<const Case> cases) {
    Expectation expectation;
    expectation.id = line.word();
    const bool known = std::any_of(cases.begin(), cases.end(),
                                   [&](const Case& test) { return test.id == expectation.id; });
    if (!known) return Unexpected{fmt::format("there is no case '{}'", expectation.id)};
    if (const auto word = line.word(); word != "xfail") {
        return Unexpected{fmt::format("'xfail' must follow the case, not '{}'", word)};
    }
    const auto text = line.quoted();
    if (!text || text->empty()) {
        return Unexpected{std::string(
            "after xfail comes, in double quotes, a text that the failure must contain")};
    }
    const auto reason = line.quoted();
    if (!reason || reason->empty()) {
        return Unexpected{std::string("the last text, in double quotes, is the reason")};
    }
    if (!line.at_end()) return Unexpected{std::string("nothing may follow the reason")};
    expectation.text = *text;
    expectation.reason = *reason;
    return expectation;
}

}  // namespace

Expected<std::vector<Expectation>, std::string> parse_expectations(std::string_view text,
                                                                   std::span<const Case> cases) {
    std::vector<Expectation> expectations;
    for (int number = 1; !text.empty(); ++number) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        LineReader reader(line);
        if (reader.at_end()) continue;
        auto expectation = parse_line(reader, cases);
        if (!expectation) {
            return Unexpected{fmt::format("line {}: {}", number, expectation.error())};
        }
        for (const Expectation& earlier : expectations) {
            if (earlier.id == expectation->id) {
                return Unexpected{fmt::format("line {}: {} is already on line {}", number,
                                              earlier.id, earlier.line)};
            }
        }
        expectation->line = number;
        expectations.push_back(*std::move(expectation));
    }
    return expectations;
}

void apply(const Expectation& expectation, CaseResult& result) {
    switch (result.verdict) {
        case Verdict::pass:
        case Verdict::info:
            result.verdict = Verdict::xpass;
            result.reason = "passed, but line " + std::to_string(expectation.line) +
                            " of the expectations says that it fails: " + expectation.reason;
            break;
        case Verdict::warn:
        case Verdict::fail:
        case Verdict::flaky:
            if (result.reason.find(expectation.text) != std::string::npos) {
                result.verdict = Verdict::xfail;
                result.reason = expectation.reason + ": " + result.reason;
            } else {
                result.reason += " (expected to fail, but with '" + expectation.text + "')";
            }
            break;
        default:
            break;
    }
}

}  // namespace aoe::conformance
