// SPDX-License-Identifier: MIT
// What a value of a command line may be, for CLI11 to check; what it may not be is said in words,
// and with the limits as people write them: CLI11 says its own with six decimals.
//
// For main files only, which are the ones that may include CLI11; hence the name.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace aoe::cli {

/// Nothing for what is no number; a whole one for integers, which CLI11 would wrap below zero.
template <typename Number> std::optional<Number> number_of(const std::string& text) {
    Number number{};
    const bool wraps = std::unsigned_integral<Number> && text.starts_with('-');
    if (wraps || !CLI::detail::lexical_cast(text, number)) return std::nullopt;
    return number;
}

template <typename Number> std::string a_number() {
    return std::integral<Number> ? "a whole number" : "a number";
}

inline std::string in_quotes(const std::string& text) {
    return '\'' + text + '\'';
}

/// A number that is not zero or below; one that is no whole one may be a time, and has an end.
template <typename Number = double> CLI::Validator above_zero() {
    constexpr double most = 1e9;
    const auto check = [](const std::string& text) -> std::string {
        const auto number = number_of<Number>(text);
        const bool is_large = std::floating_point<Number> && number && *number > Number(most);
        if (number && *number > 0 && !is_large) return {};
        return in_quotes(text) + " is not " + a_number<Number>() + " above zero" +
               (is_large ? ", a billion at most" : "");
    };
    return CLI::Validator(check, "");
}

/// A number of this range, whose ends are in it.
template <typename Number> CLI::Validator between(Number least, Number most) {
    const auto check = [least, most](const std::string& text) {
        const auto number = number_of<Number>(text);
        if (number && *number >= least && *number <= most) return std::string();
        std::ostringstream sentence;
        sentence.precision(15);
        sentence << in_quotes(text) << " is not " << a_number<Number>() << " from " << least
                 << " to " << most;
        return sentence.str();
    };
    return CLI::Validator(check, "");
}

/// For what has no other limit than to be a whole number.
inline CLI::Validator whole_number() {
    const auto check = [](const std::string& text) {
        if (number_of<std::uint64_t>(text)) return std::string();
        return in_quotes(text) + " is not a whole number of zero or more";
    };
    return CLI::Validator(check, "");
}

/// One of these words.
inline CLI::Validator one_of(std::initializer_list<std::string> words) {
    const auto check = [all = std::vector<std::string>(words)](const std::string& text) {
        std::string list;
        for (const std::string& word : all) {
            if (word == text) return std::string();
            list += (list.empty() ? "" : ", ") + word;
        }
        return in_quotes(text) + " is none of: " + list;
    };
    return CLI::Validator(check, "");
}

/// Bytes, with a unit where there is one; at least so many. Turns the text into a plain number.
inline CLI::Validator size_of_at_least(std::uint64_t least_bytes) {
    const auto change = [least_bytes](std::string& text) {
        std::string bytes = text;
        try {
            const std::string mistake = CLI::AsSizeValue(false)(bytes);
            const auto number = number_of<std::uint64_t>(bytes);
            if (mistake.empty() && !text.starts_with('-') && number && *number >= least_bytes) {
                text = bytes;
                return std::string();
            }
        } catch (const CLI::ValidationError&) {  // A unit that is none.
        }
        return in_quotes(text) + " is not a size like 64MiB or 2GB, of " +
               std::to_string(least_bytes) + " bytes at least";
    };
    return CLI::Validator(change, "");
}

}  // namespace aoe::cli
