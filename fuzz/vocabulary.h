// SPDX-License-Identifier: MIT
// The words that text_mutator.cpp makes inputs of. A harness whose inputs are text defines it.
#pragma once

#include <string_view>
#include <vector>

namespace aoe::fuzz {

/// Not empty; what it views lives as long as the program.
std::vector<std::string_view> vocabulary();

}  // namespace aoe::fuzz
