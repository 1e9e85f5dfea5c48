// SPDX-License-Identifier: MIT
#include "conformance/report/formats.h"

#include <array>

#include "conformance/report/html_report.h"
#include "conformance/report/junit_report.h"
#include "conformance/report/markdown_report.h"
#include "conformance/report/tap_report.h"

namespace aoe::conformance {

std::span<const Format> formats() {
    static constexpr std::array all{Format{"markdown", write_markdown}, Format{"tap", write_tap},
                                    Format{"html", write_html}, Format{"junit", write_junit}};
    return all;
}

const Format* find_format(std::string_view name) {
    for (const Format& format : formats()) {
        if (format.name == name) return &format;
    }
    return nullptr;
}

std::string_view format_names() {
    return "markdown, tap, html or junit";
}

}  // namespace aoe::conformance
