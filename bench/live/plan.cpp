// SPDX-License-Identifier: MIT
#include "bench/live/plan.h"

#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "wire/address.h"
#include "wire/packet_link.h"

namespace aoe::bench {
namespace {

std::chrono::nanoseconds nanoseconds(double seconds) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(seconds));
}

conformance::SectorRange parse_range(const std::string& text) {
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

/// What both sides have in common.
SideOptions common(const BenchArguments& arguments, const std::atomic<bool>& stopped) {
    SideOptions options;
    options.session.interface = arguments.interface;
    options.session.wanted.shelf = arguments.shelf.value_or(258);
    options.session.wanted.slot = arguments.slot.value_or(0);
    options.session.wanted.first_tag = 0xc0000000U;
    const auto doors = conformance::parse_doors(arguments.allow);
    if (!doors) throw UsageError(doors.error());
    options.session.open = *doors;
    if (!arguments.scratch.empty()) options.session.facts.scratch = parse_range(arguments.scratch);
    options.session.force = arguments.force;
    options.session.journal = arguments.journal;
    options.mtu = arguments.mtu;
    options.disk_bytes = arguments.disk_bytes;
    options.pin = !arguments.no_pin;
    options.stopped = &stopped;
    return options;
}

void make_started(SideOptions& options, const std::string& command) {
    options.start = command;
    options.session.interface = "veth0";
    options.session.open = conformance::all_doors;
    options.session.private_network = true;
    options.session.own_target = true;
}

bool writes(const BenchArguments& arguments) {
    return std::ranges::any_of(arguments.work, [](const auto& word) { return word != "read"; });
}

void check_doors(const BenchArguments& arguments, const SideOptions& side) {
    if (writes(arguments) && !side.session.open.contains(conformance::Door::write)) {
        throw UsageError(
            "--work write and mixed overwrite sectors of the target's scratch range: --allow write "
            "permits it");
    }
}

}  // namespace

std::vector<SideOptions> plan_sides(const BenchArguments& arguments,
                                    const std::atomic<bool>& stopped) {
    std::vector<SideOptions> sides{common(arguments, stopped)};
    if (!arguments.start.empty()) {
        make_started(sides[0], arguments.start);
        sides[0].stop = arguments.stop;
    } else if (arguments.interface.empty() || !arguments.shelf || !arguments.slot) {
        throw UsageError(fmt::format(
            "--iface, --shelf and --slot name the target, and {} is missing; the Ethernet "
            "interfaces here are: {}. Or give --start COMMAND for one in a private network",
            arguments.interface.empty() ? "--iface" : (!arguments.shelf ? "--shelf" : "--slot"),
            fmt::join(ethernet_interfaces(), ", ")));
    }
    sides[0].target_group = arguments.target_group;
    if (!arguments.vs_start.empty()) {
        sides.push_back(common(arguments, stopped));
        make_started(sides[1], arguments.vs_start);
    } else if (!arguments.vs.empty()) {
        const auto name = parse_target_name(arguments.vs);
        if (!name) throw UsageError("--vs: " + name.error());
        sides.push_back(common(arguments, stopped));
        if (!name->interface.empty()) sides[1].session.interface = name->interface;
        if (sides[1].session.interface.empty()) {
            throw UsageError("--vs needs its interface too, as in e7.4@eth1");
        }
        sides[1].session.wanted.shelf = name->shelf;
        sides[1].session.wanted.slot = name->slot;
    }
    for (const SideOptions& side : sides) check_doors(arguments, side);
    return sides;
}

std::vector<Job> plan_jobs(const BenchArguments& arguments) {
    std::vector<Job> jobs;
    for (const std::string& work : arguments.work) {
        for (const std::string& pattern : arguments.pattern) {
            for (const unsigned sectors : arguments.sectors) {
                for (const unsigned outstanding : arguments.outstanding) {
                    jobs.push_back({.number = static_cast<std::uint32_t>(jobs.size()),
                                    .write_percent = work == "read"    ? 0
                                                     : work == "write" ? 100
                                                                       : arguments.write_percent,
                                    .random = pattern == "random",
                                    .verify = arguments.verify,
                                    .sectors = static_cast<std::uint8_t>(sectors),
                                    .outstanding = outstanding,
                                    .seed = arguments.seed,
                                    .most_requests = arguments.requests.value_or(0),
                                    .warm_up = nanoseconds(arguments.warm_up_s),
                                    .duration = nanoseconds(arguments.seconds)});
                }
            }
        }
    }
    return jobs;
}

std::vector<OutputFile> plan_outputs(const BenchArguments& arguments) {
    std::vector<OutputFile> files;
    for (const std::string& text : arguments.output) {
        const std::size_t sign = text.find('=');
        const std::string format = text.substr(0, sign);
        if (sign == std::string::npos || sign + 1 == text.size() ||
            (format != "json" && format != "html")) {
            throw UsageError("-o takes json=FILE or html=FILE, not '" + text + "'");
        }
        files.push_back({.format = format, .path = text.substr(sign + 1)});
    }
    return files;
}

}  // namespace aoe::bench
