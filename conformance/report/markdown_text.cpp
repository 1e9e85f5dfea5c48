// SPDX-License-Identifier: MIT
#include "conformance/report/markdown_text.h"

#include <algorithm>
#include <string_view>

#include "conformance/report/escape.h"

namespace aoe::conformance {

namespace {

constexpr std::size_t longest_cell = 60;

}  // namespace

std::string markdown_fence(const std::string& text, std::size_t least) {
    std::size_t longest = 0, run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return std::string(std::max(least, longest + 1), '`');
}

std::string markdown_code(const std::string& text) {
    const std::string shown = text.empty() ? " " : shortened(text, longest_markdown_text);
    const std::string fence = markdown_fence(shown, 1);
    // A span may not begin or end with its own mark; a blank on both sides is taken off again.
    const bool pad = shown.front() == '`' || shown.back() == '`';
    return fence + (pad ? " " : "") + shown + (pad ? " " : "") + fence;
}

std::string markdown_cell(const std::string& text) {
    std::string out;
    for (const char c : markdown_code(shortened(text, longest_cell)))
        out += c == '|' ? std::string("\\|") : std::string(1, c);
    return out;
}

// Our own sentences; what looks like markup in them is shown as it is. Where there might be a
// mention or a link, which no backslash prevents, they are code.
std::string markdown_plain(const std::string& text) {
    for (const char* mark : {"@", "#", "://", "www."}) {
        if (text.find(mark) != std::string::npos) return markdown_code(text);
    }
    std::string out;
    for (const char c : shortened(text, longest_markdown_text)) {
        if (std::string_view("\\`*_[]<>|~&").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace aoe::conformance
