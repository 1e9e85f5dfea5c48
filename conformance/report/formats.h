// SPDX-License-Identifier: MIT
// The reports that are written from results, by the names that -o and render take.
#pragma once

#include <ostream>
#include <span>
#include <string_view>

#include "conformance/report/results.h"

namespace aoe::conformance {

struct Format {
    std::string_view name;  // "junit"
    void (*write)(std::ostream&, const Results&);
};

std::span<const Format> formats();
/// The format with this name, or nullptr.
const Format* find_format(std::string_view name);
/// "markdown, tap, html or junit"
std::string_view format_names();

}  // namespace aoe::conformance
