// SPDX-License-Identifier: MIT
// Which cases to run. --tests and --skip take patterns with commas between:
//
//     cfg.set.length      a case, or with * and ? several
//     AOE-CFG-13          cases that judge this requirement
//     command:config      cases about one command: ata, config, mask or reserve
//     level:must          cases by the level or the impact of what they are about, which is their
//     impact:data-loss    first requirement
//     !cfg.set.*          leaves these out again
#pragma once

#include <compare>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/case.h"
#include "wire/expected.h"

namespace aoe::conformance {

struct Selection {
    std::string tests{};  // Empty: every case.
    std::string skip{};   // Left out of those.
    std::string as_of{};  // Only cases that this release had; empty: every release's.
};

/// The chosen cases, in their order. On failure one sentence: a pattern that matches nothing, an
/// unknown release, or a choice that leaves nothing.
Expected<std::vector<const Case*>, std::string> select_cases(std::span<const Case> cases,
                                                             const Selection& selection);

/// Those that one option's patterns choose. On failure one sentence with the option's name.
Expected<std::vector<const Case*>, std::string> choose_cases(std::string_view option,
                                                             std::string_view patterns,
                                                             std::span<const Case> cases);

/// `*` any characters, `?` one, all else itself.
bool glob_match(std::string_view pattern, std::string_view text);

/// By their numbers: 0.9 before 0.10, and 0.1 is 0.1.0.
std::strong_ordering compare_releases(std::string_view a, std::string_view b);

/// The command that a requirement is about: "ata", "config", "mask" or "reserve"; empty when it is
/// about all of them.
std::string_view command_of(std::string_view requirement);

}  // namespace aoe::conformance
