// SPDX-License-Identifier: MIT
// Which cases to run: --tests takes patterns with commas between, each a case id or a requirement
// id, with * and ? for any characters; a ! before a pattern leaves its cases out.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/case.h"
#include "wire/expected.h"

namespace aoe::conformance {

/// The cases that the patterns choose, in their order. On failure one sentence: a pattern that
/// matches nothing, or a choice that leaves nothing.
Expected<std::vector<const Case*>, std::string> select_cases(std::span<const Case> cases,
                                                             std::string_view patterns);

/// `*` any characters, `?` one, all else itself.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace aoe::conformance
