// SPDX-License-Identifier: MIT
#include "fuzz/live/run_options.h"

#include <charconv>
#include <fmt/format.h>

#include "conformance/cli/run_again.h"
#include "wire/address.h"
#include "wire/packet_link.h"

namespace aoe::fuzz {
namespace {

conformance::SectorRange parse_scratch(const std::string& text) {
    conformance::SectorRange range;
    const char* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, range.first);
    const bool colon = first.ec == std::errc() && first.ptr != end && *first.ptr == ':';
    const auto count = std::from_chars(colon ? first.ptr + 1 : end, end, range.count);
    if (!colon || count.ec != std::errc() || count.ptr != end || range.count == 0) {
        throw UsageError("--scratch takes FIRST:COUNT, the first sector and how many, not '" +
                         text + "'");
    }
    return range;
}

}  // namespace

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
    options.interface = arguments.interface;
    // Two different bytes, so that a target that swaps them shows.
    options.wanted.shelf = arguments.shelf.value_or(258);
    options.wanted.slot = arguments.slot.value_or(0);
    options.wanted.timeout_factor = arguments.timeout_factor;
    options.wanted.first_tag = 0xc0000000U;
    if (!arguments.target_mac.empty()) {
        options.wanted.mac = parse_mac(arguments.target_mac);
        if (!options.wanted.mac) {
            throw UsageError("--target-mac takes an address like 02:00:00:00:00:01, not '" +
                             arguments.target_mac + "'");
        }
    }
    const auto doors = conformance::parse_doors(arguments.allow);
    if (!doors) throw UsageError(doors.error());
    options.open = *doors;
    if (!arguments.scratch.empty()) options.facts.scratch = parse_scratch(arguments.scratch);
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
