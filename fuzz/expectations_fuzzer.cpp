// SPDX-License-Identifier: MIT
// Files of known failures against whatever their authors may write. A file is refused in one
// sentence with a line that it has; what is accepted names cases that there are, once each, with
// all their texts, and written again it is the same. What --update-expect makes of it can be read.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/expectation_update.h"
#include "conformance/expectations.h"
#include "fuzz/harness.h"
#include "fuzz/require.h"
#include "fuzz/vocabulary.h"

namespace {

using namespace aoe::conformance;
using aoe::fuzz::require;

constexpr std::size_t longest_file = 9018;
const Day today = std::chrono::year(2026) / 11 / 23;

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string written(const std::vector<Expectation>& expectations) {
    std::string text;
    for (const Expectation& one : expectations) {
        // Each on the line that it came from.
        const auto lines = std::ranges::count(text, '\n');
        text.append(static_cast<std::size_t>(one.line - 1 - lines), '\n');
        text += one.id + (one.skips ? " xskip " : " xfail " + quoted(one.text) + " ");
        text += quoted(one.reason);
        if (one.until) text += " until " + day_text(*one.until);
        text += '\n';
    }
    return text;
}

void check_refusal(const std::string& error, std::string_view text) {
    constexpr std::string_view begin = "line ";
    require(error.starts_with(begin), "a refusal names its line");
    long line = 0;
    std::from_chars(error.data() + begin.size(), error.data() + error.size(), line);
    require(line >= 1 && line <= 1 + std::ranges::count(text, '\n'), "the line is one of the file");
    require(error.find('\n') == std::string::npos, "a refusal is one line");
}

bool equal(const Expectation& a, const Expectation& b) {
    return a.id == b.id && a.skips == b.skips && a.text == b.text && a.reason == b.reason &&
           a.until == b.until && a.line == b.line;
}

void check_accepted(const std::vector<Expectation>& expectations) {
    int line = 0;
    for (const Expectation& one : expectations) {
        require(one.line > line, "expectations are in the order of their lines");
        line = one.line;
        require(std::ranges::count(all_cases(), one.id, &Case::id) == 1, "it names a case");
        require(one.skips == one.text.empty(), "an xfail has its text, an xskip none");
        require(!one.reason.empty(), "every line has a reason");
        require(skips(one, today) == (one.skips && !one.expired(today)),
                "a case is left out until the last day of its xskip");
        require(find_expectation(expectations, one.id) == &one, "each case is named once");
    }
    const auto again = parse_expectations(written(expectations), all_cases());
    require(again && std::ranges::equal(*again, expectations, equal),
            "what is written again is read as the same");
}

CaseResult result_of(const Case& test, Verdict verdict, std::string reason) {
    CaseResult result;
    result.test = &test;
    result.target = "e7.3";
    result.verdict = verdict;
    result.reason = std::move(reason);
    return result;
}

/// Any verdict but an expected one may become another only as the line says.
void check_verdicts(const Expectation& one) {
    const Case& test = *std::ranges::find(all_cases(), one.id, &Case::id);
    for (const Verdict verdict : {Verdict::pass, Verdict::info, Verdict::warn, Verdict::fail,
                                  Verdict::flaky, Verdict::skip, Verdict::error}) {
        for (const std::string& reason : {std::string("another one"), "before " + one.text + "."}) {
            CaseResult result = result_of(test, verdict, reason);
            apply(one, today, result);
            const bool passed = verdict == Verdict::pass || verdict == Verdict::info;
            const bool failed =
                verdict == Verdict::warn || verdict == Verdict::fail || verdict == Verdict::flaky;
            const bool excused = failed && !one.skips && !one.expired(today) &&
                                 reason.find(one.text) != std::string::npos;
            const Verdict right = excused                ? Verdict::xfail
                                  : passed && !one.skips ? Verdict::xpass
                                                         : verdict;
            require(result.verdict == right, "a line excuses what it says and nothing else");
        }
    }
}

/// A run in which those cases ended in some way that the file itself decides, and a few others.
void check_update(std::string_view text, const std::vector<Expectation>& expectations) {
    constexpr std::array ends{Verdict::pass,  Verdict::fail, Verdict::xfail,
                              Verdict::xpass, Verdict::warn, Verdict::flaky};
    ExpectationUpdate update(text.size() % 2 == 0);
    const std::size_t first = text.size() % all_cases().size();
    for (std::size_t i = 0; i < expectations.size() + 4; ++i) {
        const Case* test = &all_cases()[(first + i) % all_cases().size()];
        if (i < expectations.size()) {
            test = &*std::ranges::find(all_cases(), expectations[i].id, &Case::id);
        }
        const std::string actual(text.substr(std::min(text.size(), i * 7), 100));
        CaseResult result =
            result_of(*test, ends[(text.size() + i) % ends.size()], "said " + actual);
        Finding& finding = result.findings.emplace_back();
        finding.expected = "something else";
        finding.actual = actual;
        update.case_finished(result);
    }
    const auto updated = update.update(text, expectations, today);
    require(parse_expectations(updated.text, all_cases()).has_value(),
            "an updated file can be read");
}

void check(std::string_view text) {
    const auto expectations = parse_expectations(text, all_cases());
    if (!expectations) return check_refusal(expectations.error(), text);
    check_accepted(*expectations);
    for (const Expectation& one : *expectations) check_verdicts(one);
    check_update(text, *expectations);
}

}  // namespace

std::vector<std::string_view> aoe::fuzz::vocabulary() {
    std::vector<std::string_view> words{" ",
                                        "\n",
                                        "\r\n",
                                        "\t",
                                        "\"",
                                        "\\\"",
                                        "\\\\",
                                        "#",
                                        " xfail ",
                                        " xskip ",
                                        " until ",
                                        " until 2027-03-01",
                                        "2027-02-29",
                                        "2028-02-29",
                                        "0000-00-00",
                                        "-999-12-31",
                                        "9999-12-31",
                                        "\"text\" \"reason\"",
                                        " xfail \"text\" \"reason\"\n",
                                        " xskip \"reason\"\n",
                                        "\"first seen 2026-11-22\"",
                                        "\"\""};
    for (std::size_t i = 0; i < all_cases().size(); i += 7) words.push_back(all_cases()[i].id);
    return words;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size <= longest_file) check({reinterpret_cast<const char*>(data), size});
    return 0;
}
