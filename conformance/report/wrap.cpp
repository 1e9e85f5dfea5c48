// SPDX-License-Identifier: MIT
#include "conformance/report/wrap.h"

namespace aoe::conformance {

std::string wrapped(std::string_view text, std::string_view indent, std::size_t columns) {
    std::string out;
    std::string_view lead;
    while (lead.size() + text.size() > columns) {
        const std::size_t room = columns - lead.size();
        const std::size_t first_word = text.find_first_not_of(' ');
        std::size_t cut = text.rfind(' ', room);
        if (cut == std::string_view::npos || cut <= first_word) cut = text.find(' ', first_word);
        if (cut == std::string_view::npos) break;
        out.append(lead).append(text.substr(0, cut)) += '\n';
        text.remove_prefix(cut + 1);
        lead = indent;
    }
    return out.append(lead).append(text) += '\n';
}

}  // namespace aoe::conformance
