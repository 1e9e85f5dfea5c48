// SPDX-License-Identifier: MIT
#include "conformance/cli/target_arguments.h"

#include <charconv>
#include <fmt/format.h>

#include "wire/address.h"
#include "wire/packet_link.h"

namespace aoe::conformance {

namespace {

SectorRange parse_scratch(const std::string& text) {
    SectorRange range;
    const char* end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, range.first);
    const bool colon = first.ec == std::errc() && first.ptr != end && *first.ptr == ':';
    const auto count = std::from_chars(colon ? first.ptr + 1 : end, end, range.count);
    if (!colon || count.ec != std::errc() || count.ptr != end || range.count == 0) {
        throw UsageError(fmt::format(
            "--scratch takes FIRST:COUNT, the first sector and how many, not '{}'", text));
    }
    return range;
}

}  // namespace

void read_target(const TargetArguments& arguments, SessionOptions& options) {
    // Two different bytes, so that a target that swaps them shows.
    options.wanted.shelf = arguments.shelf.value_or(258);
    options.wanted.slot = arguments.slot;
    options.wanted.timeout_factor = arguments.timeout_factor;
    if (!arguments.target_mac.empty()) {
        options.wanted.mac = parse_mac(arguments.target_mac);
        if (!options.wanted.mac) {
            throw UsageError(
                fmt::format("--target-mac takes an address like 02:00:00:00:00:01, "
                            "not '{}'",
                            arguments.target_mac));
        }
    }
    const auto doors = parse_doors(arguments.allow);
    if (!doors) throw UsageError(doors.error());
    options.open = *doors;
    if (!arguments.scratch.empty()) options.facts.scratch = parse_scratch(arguments.scratch);
    options.force = arguments.force;
    options.journal = arguments.journal;
    options.interface = arguments.interface;
}

void open_everything(SessionOptions& options) {
    if (options.interface.empty()) options.interface = "veth0";
    options.wanted.slot = options.wanted.slot.value_or(0);
    options.open = all_doors;
    options.private_network = true;
    options.own_target = true;
}

StartOptions start_options(const TargetArguments& arguments, const SessionOptions& options) {
    return {.command = arguments.start,
            .stop_command = arguments.stop,
            .interface = options.interface,
            .shelf = options.wanted.shelf,
            .slot = *options.wanted.slot,
            .mtu = arguments.mtu.value_or(1500),
            .first_tag = options.wanted.first_tag + 0x8000,
            .extras = arguments.extras,
            .stop = options.stop};
}

SessionOptions one_target(const TargetArguments& arguments) {
    SessionOptions options;
    read_target(arguments, options);
    options.wanted.first_tag = 0xd0000000U;
    if (!arguments.start.empty()) {
        open_everything(options);
    } else if (arguments.interface.empty() || !arguments.shelf || !arguments.slot) {
        throw UsageError(fmt::format(
            "--iface, --shelf and --slot name the target, and {} is missing; the Ethernet "
            "interfaces here are: {}. Or give --start COMMAND for one in a private network",
            arguments.interface.empty() ? "--iface" : (!arguments.shelf ? "--shelf" : "--slot"),
            fmt::join(ethernet_interfaces(), ", ")));
    }
    return options;
}

}  // namespace aoe::conformance
