// SPDX-License-Identifier: MIT
// What a descriptor is good for: colours and lines that are drawn again are for terminals.
#pragma once

#include <cstddef>
#include <string>

namespace aoe::conformance {

/// A terminal on which a line can be erased.
bool is_terminal(int descriptor);
/// `when` is --color's word; throws UsageError when it is none of the three.
bool wants_colour(const std::string& when, bool terminal);
/// 80 where it is not known.
std::size_t columns_of(int descriptor);

}  // namespace aoe::conformance
