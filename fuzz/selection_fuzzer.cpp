// SPDX-License-Identifier: MIT
// The patterns of --tests, --skip and --as-of against whatever a user may write. A choice is
// refused in one sentence, or it is cases that there are, in their order, once each. Patterns
// choose what a slow matcher says, one after the other; --skip takes away and nothing else;
// releases have an order.
//
// An input is the three, one a line.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/selection.h"
#include "fuzz/harness.h"
#include "fuzz/require.h"
#include "fuzz/vocabulary.h"

namespace {

using namespace aoe::conformance;
using aoe::fuzz::require;
using Chosen = std::vector<const Case*>;

constexpr std::size_t longest_input = 128;

/// Of each chapter a few: all of them would say no more, and slowly.
const std::vector<Case>& some_cases() {
    static const std::vector<Case> cases = [] {
        std::vector<Case> some;
        for (std::size_t i = 0; i < all_cases().size(); i += 17) some.push_back(all_cases()[i]);
        return some;
    }();
    return cases;
}

std::string_view take_line(std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return line;
}

/// By the definition: row by row, for each prefix of the pattern which prefixes of the text match.
bool slow_match(std::string_view pattern, std::string_view text) {
    std::string row(text.size() + 1, 'n'), next = row;
    row[0] = 'y';
    for (const char c : pattern) {
        for (std::size_t i = 0; i <= text.size(); ++i) {
            const bool longer = i > 0 && row[i - 1] == 'y' && (c == '?' || c == text[i - 1]);
            const bool starred = row[i] == 'y' || (i > 0 && next[i - 1] == 'y');
            next[i] = (c == '*' ? starred : longer) ? 'y' : 'n';
        }
        row.swap(next);
    }
    return row[text.size()] == 'y';
}

bool slowly_chosen(std::string_view pattern, const Case& test) {
    return slow_match(pattern, test.id) ||
           std::ranges::any_of(test.requirements,
                               [&](std::string_view id) { return slow_match(pattern, id); });
}

void check_choice(const Chosen& chosen) {
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        require(chosen[i] >= some_cases().data() &&
                    chosen[i] < some_cases().data() + some_cases().size(),
                "only cases are chosen");
        require(i == 0 || chosen[i - 1] < chosen[i], "cases are in their order, once each");
    }
}

void check_sentence(const std::string& error, std::string_view option) {
    require(error.find(option) != std::string::npos, "a refusal names the option");
}

/// One pattern alone, held against the slow matcher.
void check_pattern(std::string_view pattern) {
    if (pattern.find_first_of(",:") != std::string_view::npos || pattern.starts_with('!')) return;
    const auto chosen = choose_cases("--tests", pattern, some_cases());
    std::size_t found = 0;
    for (const Case& test : some_cases()) {
        if (!slowly_chosen(pattern, test)) continue;
        require(chosen && found < chosen->size() && (*chosen)[found] == &test,
                "a pattern chooses what it matches");
        ++found;
    }
    require(pattern.empty() || chosen.has_value() == (found != 0),
            "a pattern that matches nothing is refused");
    require(!chosen || found == chosen->size(), "a pattern chooses nothing else");
}

bool without(const Chosen& all, const Chosen& left_out, const Chosen& rest) {
    Chosen expected;
    for (const Case* test : all) {
        if (std::ranges::find(left_out, test) == left_out.end()) expected.push_back(test);
    }
    return expected == rest;
}

void check_releases(std::string_view a, std::string_view b) {
    const auto order = compare_releases(a, b), back = compare_releases(b, a);
    require((order == 0) == (back == 0) && (order < 0) == (back > 0), "releases have an order");
    require(compare_releases(a, a) == 0, "a release is itself");
    require(compare_releases(a, std::string(a) + ".0") == 0, "zeros at the end change nothing");
}

void check(std::string_view text) {
    const std::string_view tests = take_line(text), skip = take_line(text), as_of = take_line(text);
    check_pattern(tests);
    check_pattern(skip);
    check_releases(tests, as_of);
    require(glob_match(tests, skip) == slow_match(tests, skip), "both matchers agree");

    const auto all = choose_cases("--tests", tests, some_cases());
    if (all) check_choice(*all);
    if (!all) check_sentence(all.error(), "--tests");
    const auto left_out = choose_cases("--skip", skip, some_cases());
    if (!left_out) check_sentence(left_out.error(), "--skip");

    const auto chosen = select_cases(some_cases(), {std::string(tests), std::string(skip), {}});
    if (chosen) {
        check_choice(*chosen);
        require(!chosen->empty(), "nothing chosen is refused");
        const bool plain = !tests.empty() && !skip.empty() && !skip.starts_with('!');
        // A skipped pattern that begins with ! brings back.
        const bool brings_back = skip.find('!') != std::string_view::npos;
        require(!plain || brings_back || (all && left_out && without(*all, *left_out, *chosen)),
                "--skip takes away what it names");
    } else {
        check_sentence(chosen.error(), "--");
        require(tests.empty() || all.has_value() || chosen.error() == all.error(),
                "both refuse in the same words");
    }
    const auto older =
        select_cases(some_cases(), {std::string(tests), std::string(skip), std::string(as_of)});
    require(!older || chosen, "--as-of only leaves out");
    if (older) check_choice(*older);
}

}  // namespace

std::vector<std::string_view> aoe::fuzz::vocabulary() {
    std::vector<std::string_view> words{",",
                                        "!",
                                        "*",
                                        "?",
                                        ":",
                                        "\n",
                                        "\n\n",
                                        ".",
                                        "cfg.*",
                                        "*.*",
                                        "AOE-CFG-*",
                                        "AOE-HDR-0?",
                                        "command:config",
                                        "command:ata",
                                        "level:must",
                                        "level:",
                                        "impact:data-loss",
                                        "IMPACT:Data Loss",
                                        "0.1",
                                        "0.1.0",
                                        "0.10",
                                        "1.",
                                        "99999999999",
                                        "0.1a",
                                        "**",
                                        "*a*b*"};
    for (const auto& test : some_cases()) words.push_back(test.id);
    return words;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size <= longest_input) check({reinterpret_cast<const char*>(data), size});
    return 0;
}
