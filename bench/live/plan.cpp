// SPDX-License-Identifier: MIT
#include "bench/live/plan.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>

#include "conformance/cli/interruption.h"
#include "wire/address.h"

namespace aoe::bench {
namespace {

SideOptions side_of(const BenchArguments& arguments, const conformance::TargetArguments& target) {
    SideOptions side{.session = conformance::one_target(target),
                     .start = std::nullopt,
                     .pin = !arguments.no_pin,
                     .target_group = std::nullopt};
    side.session.stop = &conformance::interrupted();
    if (!target.start.empty()) {
        side.start = conformance::start_options(target, side.session);
        side.start->disk_bytes = arguments.disk_bytes;
        side.start->see_everything = false;
    }
    return side;
}

/// What may be done to it is what may be done to the first.
conformance::TargetArguments second_target(const BenchArguments& arguments) {
    conformance::TargetArguments second = arguments;
    second.target_mac.clear();
    second.stop.clear();
    second.start = arguments.vs_start;
    if (!second.start.empty()) {
        second.interface.clear();
        return second;
    }
    const auto name = parse_target_name(arguments.vs);
    if (!name) throw UsageError("--vs: " + name.error());
    if (!name->interface.empty()) second.interface = name->interface;
    if (second.interface.empty()) {
        throw UsageError("--vs needs its interface too, as in e7.4@eth1");
    }
    second.shelf = name->shelf;
    second.slot = name->slot;
    // Not the first one's, which may have the same name on another interface.
    if (second.journal.empty()) {
        second.journal = fmt::format("aoe-conform-e{}.{}.journal", name->shelf, name->slot);
    }
    second.journal += ".b";
    return second;
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

std::vector<SideOptions> plan_sides(const BenchArguments& arguments) {
    std::vector<SideOptions> sides{side_of(arguments, arguments)};
    sides[0].target_group = arguments.target_group;
    if (!arguments.vs_start.empty() || !arguments.vs.empty()) {
        sides.push_back(side_of(arguments, second_target(arguments)));
        sides[1].target_group = arguments.vs_target_group;
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
                                    .warm_up = from_seconds(arguments.warm_up_s),
                                    .duration = from_seconds(arguments.seconds)});
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
        const std::string path = text.substr(sign + 1);
        if (path != "-" && !std::ofstream(path, std::ios::app)) {
            throw UsageError(path + " of -o cannot be written");
        }
        files.push_back({.format = format, .path = path});
    }
    return files;
}

}  // namespace aoe::bench
