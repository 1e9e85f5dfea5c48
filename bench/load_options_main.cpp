// SPDX-License-Identifier: MIT
#include "bench/load_options_main.h"

#include "cli/values_main.h"
#include "wire/address.h"
#include "wire/sizes.h"

namespace aoe::bench {

void add_load_options(LoopProgram& program, LoadArguments& arguments) {
    program.add_word("IFACE", arguments.interface, "Ethernet interface to send on");
    program.add_word("MAC", arguments.mac, "Address of what answers");
    CLI::App& app = program.app();
    app.add_option("--target", arguments.target, "Shelf and slot")->capture_default_str();
    app.add_option("--outstanding", arguments.outstanding, "Requests under way at a time")
        ->check(cli::between(1U, 128U))
        ->capture_default_str();
    app.add_option("--sectors", arguments.sectors, "Sectors of each read")
        ->check(cli::between(0U, 255U))
        ->capture_default_str();
    app.add_option("--first", arguments.first_sector, "First sector")
        ->check(cli::between(std::uint64_t{0}, (std::uint64_t{1} << 48) - 255))
        ->capture_default_str();
    app.add_option("--span", arguments.span_sectors,
                   "Sectors that the requests go through, from the first on, again and again")
        ->check(cli::between(std::uint64_t{255}, std::uint64_t{1} << 48))
        ->capture_default_str();
    app.add_option("--seconds", arguments.seconds, "How long to count")
        ->check(cli::between(0.01, 86400.0))
        ->capture_default_str();
}

LoadOptions load_options(const LoadArguments& arguments) {
    const auto mac = parse_mac(arguments.mac);
    if (!mac) {
        throw UsageError("MAC \"" + arguments.mac + "\": expected one like 02:00:00:00:00:01");
    }
    LoadOptions options{.target = *mac,
                        .outstanding = arguments.outstanding,
                        .workload = {.sectors = static_cast<std::uint8_t>(arguments.sectors),
                                     .first_sector = arguments.first_sector,
                                     .range_sectors = arguments.span_sectors},
                        .duration = from_seconds(arguments.seconds)};
    if (!arguments.target.empty()) {
        const auto name = parse_target_name(arguments.target);
        if (!name) throw UsageError(name.error());
        options.address = {.shelf = name->shelf, .slot = name->slot};
    }
    return options;
}

void check_mtu(const LoadArguments& arguments, const Link& link) {
    const std::size_t most = max_sectors(link.mtu());
    if (arguments.sectors <= most) return;
    throw UsageError("--sectors " + std::to_string(arguments.sectors) + ": the MTU of " +
                     arguments.interface + " lets " + std::to_string(most) + " through");
}

}  // namespace aoe::bench
