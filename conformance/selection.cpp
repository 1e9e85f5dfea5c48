// SPDX-License-Identifier: MIT
#include "conformance/selection.h"

#include <algorithm>
#include <fmt/format.h>

namespace aoe::conformance {

namespace {

bool chooses(std::string_view pattern, const Case& test) {
    return glob_match(pattern, test.id) ||
           std::any_of(test.requirements.begin(), test.requirements.end(),
                       [&](std::string_view id) { return glob_match(pattern, id); });
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text) {
    // After a mismatch the last star takes one character more.
    std::size_t p = 0, t = 0, star = std::string_view::npos, star_text = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_text = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

Expected<std::vector<const Case*>, std::string> select_cases(std::span<const Case> cases,
                                                             std::string_view patterns) {
    std::vector<bool> chosen(cases.size(), patterns.empty() || patterns.front() == '!');
    while (!patterns.empty()) {
        std::string_view pattern = patterns.substr(0, patterns.find(','));
        patterns.remove_prefix(std::min(patterns.size(), pattern.size() + 1));
        const bool leave_out = !pattern.empty() && pattern.front() == '!';
        if (leave_out) pattern.remove_prefix(1);
        bool found = false;
        for (std::size_t i = 0; i < cases.size(); ++i) {
            if (!chooses(pattern, cases[i])) continue;
            found = true;
            chosen[i] = !leave_out;
        }
        if (!found) {
            return Unexpected{fmt::format(
                "--tests '{}' matches no case and no requirement; 'aoe-conform list' shows them",
                pattern)};
        }
    }
    std::vector<const Case*> selected;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (chosen[i]) selected.push_back(&cases[i]);
    }
    if (selected.empty()) return Unexpected{std::string("--tests leaves no case to run")};
    return selected;
}

}  // namespace aoe::conformance
