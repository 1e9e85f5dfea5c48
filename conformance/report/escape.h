// SPDX-License-Identifier: MIT
// What stands between a target's strings and the files that show them.
#pragma once

#include <string>
#include <string_view>

namespace aoe::conformance {

/// In one line that shows what it is: line feeds and tabs as \n and \t, other control characters
/// as \x1b, code points that have no shape, are none, or turn the direction of text as \u{202e},
/// and what is no UTF-8 as \xff.
std::string printable(std::string_view text);
/// The same, but line feeds stay.
std::string printable_lines(std::string_view text);

/// Printable text within an element or a quoted attribute of XML or HTML.
std::string markup(std::string_view text);

/// At most so many characters; "..." says that there were more.
std::string shortened(const std::string& text, std::size_t most);

}  // namespace aoe::conformance
