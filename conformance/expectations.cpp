// SPDX-License-Identifier: MIT
#include "conformance/expectations.h"

#include <algorithm>
#include <charconv>
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

// "2027-03-01", and a day that there is.
std::optional<Day> parse_day(std::string_view text) {
    int year = 0;
    unsigned month = 0, day = 0;
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto number = [&](std::size_t first, std::size_t size, auto& value) {
        const char* end = text.data() + first + size;
        return std::from_chars(text.data() + first, end, value).ptr == end;
    };
    if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, day)) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    if (!date.ok()) return std::nullopt;
    return Day(date);
}

Expected<Expectation, std::string> parse_line(LineReader& line, std::span<const Case> cases) {
    Expectation expectation;
    expectation.id = line.word();
    const bool known = std::any_of(cases.begin(), cases.end(),
                                   [&](const Case& test) { return test.id == expectation.id; });
    if (!known) return Unexpected{fmt::format("there is no case '{}'", expectation.id)};
    const std::string_view word = line.word();
    if (word != "xfail" && word != "xskip") {
        return Unexpected{fmt::format("'xfail' or 'xskip' must follow the case, not '{}'", word)};
    }
    expectation.skips = word == "xskip";
    if (!expectation.skips) {
        const auto text = line.quoted();
        if (!text || text->empty()) {
            return Unexpected{std::string(
                "after xfail comes, in double quotes, a text that the failure must contain")};
        }
        expectation.text = *text;
    }
    const auto reason = line.quoted();
    if (!reason || reason->empty()) {
        return Unexpected{std::string("the last text, in double quotes, is the reason")};
    }
    expectation.reason = *reason;
    if (line.at_end()) return expectation;
    if (line.word() != "until") {
        return Unexpected{std::string("nothing but 'until' and a day may follow the reason")};
    }
    expectation.until = parse_day(line.at_end() ? std::string_view() : line.word());
    if (!expectation.until) {
        return Unexpected{std::string("after until comes a day, such as 2027-03-01")};
    }
    if (!line.at_end()) return Unexpected{std::string("nothing may follow the day")};
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

std::string day_text(Day day) {
    const std::chrono::year_month_day date(day);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

const Expectation* find_expectation(std::span<const Expectation> expectations,
                                    std::string_view id) {
    const auto found = std::find_if(expectations.begin(), expectations.end(),
                                    [&](const Expectation& one) { return one.id == id; });
    return found == expectations.end() ? nullptr : &*found;
}

bool skips(const Expectation& expectation, Day today) {
    return expectation.skips && !expectation.expired(today);
}

void apply(const Expectation& expectation, Day today, CaseResult& result) {
    const bool failed = result.verdict == Verdict::warn || result.verdict == Verdict::fail ||
                        result.verdict == Verdict::flaky;
    const bool passed = result.verdict == Verdict::pass || result.verdict == Verdict::info;
    if (failed && expectation.expired(today)) {
        result.reason +=
            fmt::format(" ({} until {} only: {})", expectation.skips ? "skipped" : "expected",
                        day_text(*expectation.until), expectation.reason);
    } else if (failed && !expectation.skips) {
        if (result.reason.find(expectation.text) != std::string::npos) {
            result.verdict = Verdict::xfail;
            result.reason = expectation.reason + ": " + result.reason;
        } else {
            result.reason += " (expected to fail, but with '" + expectation.text + "')";
        }
    } else if (passed && !expectation.skips) {
        result.verdict = Verdict::xpass;
        result.reason =
            fmt::format("passed, but line {} of the expectations says that it fails: {}",
                        expectation.line, expectation.reason);
    }
}

}  // namespace aoe::conformance
