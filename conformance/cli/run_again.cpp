// SPDX-License-Identifier: MIT
#include "conformance/cli/run_again.h"

#include <algorithm>
#include <array>

namespace aoe::conformance {

namespace {

constexpr std::array<std::string_view, 9> left_out_with_value{
    "--tests", "--skip", "--as-of", "--pause", "--jobs", "-j", "--output", "-o", "--record"};
constexpr std::array<std::string_view, 2> left_out{"--shuffle", "--update-expect"};

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

std::string shell_word(std::string_view word) {
    const bool plain = word.find_first_of(" '\"{}*?$&;|<>()\\!#~`") == std::string_view::npos;
    if (plain && !word.empty()) return std::string(word);
    std::string text = "'";
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + '\'';
}

std::string command_text(std::string_view program, const std::vector<std::string_view>& words) {
    std::string text(program);
    for (const std::string_view word : words) text += ' ' + shell_word(word);
    return text;
}

std::string run_again(const std::vector<std::string_view>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        if (contains(left_out_with_value, word)) {
            ++i;
            continue;
        }
        const std::string_view option = word.substr(0, word.find('='));
        const bool joined = option.size() < word.size() && contains(left_out_with_value, option);
        const bool attached = word.starts_with("-j") || word.starts_with("-o");
        if (joined || attached || contains(left_out, word)) continue;
        if (!text.empty()) text += ' ';
        text += shell_word(word);
    }
    return text;
}

}  // namespace aoe::conformance
