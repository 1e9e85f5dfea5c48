// SPDX-License-Identifier: MIT
#include "fuzz/live/run_options.h"

#include <fmt/format.h>

#include "conformance/cli/run_again.h"

namespace aoe::fuzz {

std::string json_file(const std::string& output) {
    constexpr std::string_view prefix = "json=";
    if (output.empty()) return {};
    if (!output.starts_with(prefix) || output.size() == prefix.size()) {
        throw UsageError("-o takes json=FILE, not '" + output + "'");
    }
    return output.substr(prefix.size());
}

std::string start_words(const FuzzArguments& arguments) {
    std::string text;
    if (arguments.mtu) text += fmt::format("--mtu {} ", *arguments.mtu);
    if (!arguments.stop.empty()) {
        text += "--stop " + conformance::shell_word(arguments.stop) + ' ';
    }
    return text + "--start " + conformance::shell_word(arguments.start);
}

}  // namespace aoe::fuzz
