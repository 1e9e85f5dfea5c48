// SPDX-License-Identifier: MIT
// Text for people, in lines that fit.
#pragma once

#include <string>
#include <string_view>

namespace aoe::conformance {

/// Breaks at spaces so that no line is longer than `columns` where a word does not force it;
/// `indent` goes before every line but the first. Ends with a newline.
std::string wrapped(std::string_view text, std::string_view indent, std::size_t columns = 100);

}  // namespace aoe::conformance
