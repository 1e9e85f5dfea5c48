// SPDX-License-Identifier: MIT
// The language of --start and --stop: {name} stands for a value; {name:text} for the text, which
// may hold placeholders itself, where the condition is met, and else for nothing; {{ and }} outside
// of such a text for braces.
//
//     vblade {ro:-r} {accept:-m {mac}} {shelf} {slot} {iface} {file}
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "wire/expected.h"

namespace aoe::conformance {

struct Placeholders {
    std::map<std::string, std::string> values;
    std::map<std::string, bool> conditions;
};

/// On failure one sentence that names what is wrong and the placeholders that there are.
Expected<std::string, std::string> fill_placeholders(std::string_view text,
                                                     const Placeholders& placeholders);

/// True when {name} or {name:text} occurs in the text, which must be one that can be filled in.
bool has_placeholder(std::string_view text, std::string_view name);

}  // namespace aoe::conformance
