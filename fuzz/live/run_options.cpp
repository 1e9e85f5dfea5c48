// SPDX-License-Identifier: MIT
#include "fuzz/live/run_options.h"

#include <fmt/format.h>

#include "conformance/cli/run_again.h"
#include "wire/packet_link.h"

namespace aoe::fuzz {
std::string json_file(const std::string& output) {
    constexpr std::string_view prefix = "json=";
    if (output.empty()) return {};
    if (!output.starts_with(prefix) || output.size() == prefix.size()) {
        throw UsageError("-o takes json=FILE, not '" + output + "'");
    }
    return output.substr(prefix.size());
}

conformance::SessionOptions session_options(const FuzzArguments& arguments) {
    conformance::SessionOptions options;
    conformance::read_target(arguments, options);
    options.wanted.slot = arguments.slot.value_or(0);
    options.wanted.first_tag = 0xc0000000U;
    if (!arguments.start.empty()) {
        if (options.interface.empty()) options.interface = "veth0";
        options.open = conformance::all_doors;
        options.private_network = true;
        options.own_target = true;
    } else if (options.interface.empty() || !arguments.shelf || !arguments.slot) {
        throw UsageError(fmt::format(
            "--iface, --shelf and --slot name the target, and {} is missing; the Ethernet "
            "interfaces here are: {}. Or give --start COMMAND for one in a private network",
            options.interface.empty() ? "--iface" : (!arguments.shelf ? "--shelf" : "--slot"),
            fmt::join(ethernet_interfaces(), ", ")));
    }
    return options;
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
