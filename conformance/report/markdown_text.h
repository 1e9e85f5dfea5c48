// SPDX-License-Identifier: MIT
// What stands between a target's strings and a Markdown file: nothing of them becomes a link, a
// mention or markup. Texts that are longer than `longest_markdown_text` are cut.
#pragma once

#include <cstddef>
#include <string>

namespace aoe::conformance {

inline constexpr std::size_t longest_markdown_text = 400;  // Characters.

/// The mark to put before and after a block of code with this text; at least so many characters.
std::string markdown_fence(const std::string& text, std::size_t least);
/// A span of code.
std::string markdown_code(const std::string& text);
/// The same, for the cell of a table, and shorter.
std::string markdown_cell(const std::string& text);
/// Our own sentences: what looks like markup in them is shown as it is.
std::string markdown_plain(const std::string& text);

}  // namespace aoe::conformance
