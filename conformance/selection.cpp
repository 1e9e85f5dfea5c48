// SPDX-License-Identifier: MIT
#include "conformance/selection.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <fmt/format.h>
#include <utility>

#include "conformance/catalogue.h"

namespace aoe::conformance {

namespace {

using Chosen = std::vector<bool>;  // One for each case.

// "data loss" and "MUST" as a pattern spells them.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto letter = static_cast<unsigned char>(c);
        out += c == ' ' || c == '_' ? '-' : static_cast<char>(std::tolower(letter));
    }
    return out;
}

template <std::size_t count, typename Enum>
std::vector<std::string> names(const std::array<Enum, count>& all) {
    std::vector<std::string> texts;
    for (const Enum one : all) texts.push_back(plain(name(one)));
    return texts;
}

// What is written before a colon, the values that may follow it, and which of them a case has.
struct Property {
    std::string_view key;
    std::vector<std::string> values;
    bool (*has)(const Case& test, const std::string& value);
};

const Requirement* about(const Case& test) {
    return find_requirement(test.requirements.front());
}

const std::vector<Property>& properties() {
    static const std::vector<Property> all{
        {"command",
         {"ata", "config", "mask", "reserve"},
         [](const Case& test, const std::string& value) {
             return std::any_of(test.requirements.begin(), test.requirements.end(),
                                [&](std::string_view id) { return command_of(id) == value; });
         }},
        {"level", names(std::array{Level::must, Level::should, Level::may, Level::practice}),
         [](const Case& test, const std::string& value) {
             return about(test) != nullptr && plain(name(about(test)->level)) == value;
         }},
        {"impact",
         names(std::array{Impact::data_loss, Impact::leak, Impact::crash, Impact::hang,
                          Impact::lock_out, Impact::interoperation, Impact::cosmetic}),
         [](const Case& test, const std::string& value) {
             return about(test) != nullptr && plain(name(about(test)->impact)) == value;
         }}};
    return all;
}

bool chooses(std::string_view pattern, const Case& test) {
    return glob_match(pattern, test.id) ||
           std::any_of(test.requirements.begin(), test.requirements.end(),
                       [&](std::string_view id) { return glob_match(pattern, id); });
}

Expected<Chosen, std::string> match(std::string_view option, std::string_view pattern,
                                    std::span<const Case> cases) {
    Chosen chosen(cases.size());
    const std::size_t colon = pattern.find(':');
    if (colon == std::string_view::npos) {
        for (std::size_t i = 0; i < cases.size(); ++i) chosen[i] = chooses(pattern, cases[i]);
    } else {
        const std::string key = plain(pattern.substr(0, colon));
        const std::string value = plain(pattern.substr(colon + 1));
        const auto& all = properties();
        const auto property = std::find_if(all.begin(), all.end(),
                                           [&](const Property& one) { return one.key == key; });
        if (property == all.end()) {
            return Unexpected{fmt::format("{} '{}': before a colon stands command, level or impact",
                                          option, pattern)};
        }
        const auto& values = property->values;
        if (std::find(values.begin(), values.end(), value) == values.end()) {
            return Unexpected{fmt::format("{} '{}': a {} is one of {}", option, pattern, key,
                                          fmt::join(values, ", "))};
        }
        for (std::size_t i = 0; i < cases.size(); ++i) chosen[i] = property->has(cases[i], value);
    }
    if (std::find(chosen.begin(), chosen.end(), true) == chosen.end()) {
        const bool of_judge = !cases.empty() && cases.front().id.starts_with("seen.");
        return Unexpected{
            fmt::format("{} '{}' matches no {} and no requirement; 'aoe-conform list{}' shows them",
                        option, pattern, of_judge ? "rule" : "case", of_judge ? " --rules" : "")};
    }
    return chosen;
}

// Goes through the patterns from left to right: empty, or what is wrong.
std::string apply(std::string_view option, std::string_view patterns, bool choose,
                  std::span<const Case> cases, Chosen& chosen) {
    while (!patterns.empty()) {
        std::string_view pattern = patterns.substr(0, patterns.find(','));
        patterns.remove_prefix(std::min(patterns.size(), pattern.size() + 1));
        const bool back = pattern.starts_with('!');
        if (back) pattern.remove_prefix(1);
        const auto matched = match(option, pattern, cases);
        if (!matched) return matched.error();
        for (std::size_t i = 0; i < cases.size(); ++i) {
            if ((*matched)[i]) chosen[i] = choose != back;
        }
    }
    return {};
}

std::vector<const Case*> picked(std::span<const Case> cases, const Chosen& chosen) {
    std::vector<const Case*> selected;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (chosen[i]) selected.push_back(&cases[i]);
    }
    return selected;
}

std::vector<std::string_view> known_releases(std::span<const Case> cases) {
    std::vector<std::string_view> known;
    for (const Case& test : cases) {
        const bool seen = std::any_of(known.begin(), known.end(), [&](std::string_view one) {
            return compare_releases(one, test.since) == std::strong_ordering::equal;
        });
        if (!seen) known.push_back(test.since);
    }
    std::sort(known.begin(), known.end(), [](std::string_view a, std::string_view b) {
        return compare_releases(a, b) == std::strong_ordering::less;
    });
    return known;
}

std::string leave_out_newer(std::string_view release, std::span<const Case> cases, Chosen& chosen) {
    const std::vector<std::string_view> known = known_releases(cases);
    const bool exists = std::any_of(known.begin(), known.end(), [&](std::string_view one) {
        return compare_releases(one, release) == std::strong_ordering::equal;
    });
    if (!exists) {
        return fmt::format("--as-of '{}' is no release that added cases; there are {}", release,
                           fmt::join(known, ", "));
    }
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto order = compare_releases(cases[i].since, release);
        if (order == std::strong_ordering::greater) chosen[i] = false;
    }
    return {};
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

std::strong_ordering compare_releases(std::string_view a, std::string_view b) {
    const auto next = [](std::string_view& text) {
        const std::string_view part = text.substr(0, text.find('.'));
        unsigned number = 0;
        const auto read = std::from_chars(part.data(), part.data() + part.size(), number);
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        // What is no number comes last, so that it is equal to no release.
        const bool whole = part.empty() || read.ptr == part.data() + part.size();
        return whole ? number : ~0U;
    };
    while (!a.empty() || !b.empty()) {
        const unsigned left = next(a), right = next(b);
        if (left != right) return left <=> right;
    }
    return std::strong_ordering::equal;
}

std::string_view command_of(std::string_view requirement) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> groups{
        {{"AOE-CFG-", "config"},
         {"AOE-ANN-", "config"},
         {"AOE-ATA-", "ata"},
         {"AOE-ATAID-", "ata"},
         {"AOE-MASK-", "mask"},
         {"AOE-RES-", "reserve"}}};
    for (const auto& [group, command] : groups) {
        if (requirement.starts_with(group)) return command;
    }
    return {};
}

Expected<std::vector<const Case*>, std::string> select_cases(std::span<const Case> cases,
                                                             const Selection& selection) {
    Chosen chosen(cases.size(), selection.tests.empty() || selection.tests.front() == '!');
    std::string wrong = apply("--tests", selection.tests, true, cases, chosen);
    if (wrong.empty()) wrong = apply("--skip", selection.skip, false, cases, chosen);
    if (wrong.empty() && !selection.as_of.empty()) {
        wrong = leave_out_newer(selection.as_of, cases, chosen);
    }
    if (!wrong.empty()) return Unexpected{wrong};

    std::vector<const Case*> selected = picked(cases, chosen);
    if (selected.empty()) {
        return Unexpected{std::string("--tests, --skip and --as-of together leave no case to run")};
    }
    return selected;
}

Expected<std::vector<const Case*>, std::string> choose_cases(std::string_view option,
                                                             std::string_view patterns,
                                                             std::span<const Case> cases) {
    Chosen chosen(cases.size(), patterns.starts_with('!'));
    const std::string wrong = apply(option, patterns, true, cases, chosen);
    if (!wrong.empty()) return Unexpected{wrong};
    return picked(cases, chosen);
}

}  // namespace aoe::conformance
