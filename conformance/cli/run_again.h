// SPDX-License-Identifier: MIT
// Commands for people to run again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aoe::conformance {

/// In quotes where a shell would take it for something else.
std::string shell_word(std::string_view word);

/// A program's name and its words, as a shell takes them.
std::string command_text(std::string_view program, const std::vector<std::string_view>& words);

/// The words of a command line as a shell takes them, without those that choose cases, order and
/// workers or write files: --tests and a case can be added.
std::string run_again(const std::vector<std::string_view>& words);

}  // namespace aoe::conformance
