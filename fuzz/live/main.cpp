// SPDX-License-Identifier: MIT
// aoe-fuzz's command line.
#include <CLI/CLI.hpp>

#include "cli/command_line_main.h"
#include "cli/values_main.h"
#include "conformance/cli/program.h"
#include "conformance/cli/run_again.h"
#include "conformance/cli/target_options.h"
#include "fuzz/live/run.h"

namespace {

using aoe::fuzz::FuzzArguments;

constexpr const char* footer =
    R"(A case is one frame. Without --allow nothing is sent that could change or hurt a target
or its network. Doors for --allow: write (sectors of the scratch range), config, mask, reserve,
hostile (malformed frames, bursts, unassigned commands, other source addresses), disk (what a
wrong target could let outside the scratch range), all.

Examples:
  aoe-fuzz --start 'vblade {shelf} {slot} {iface} {file}' --max-time 120
                                         a target's program, in a private network, on a scratch disk
  aoe-fuzz -i eth1 --shelf 7 --slot 3    a target on the network, harmlessly
  aoe-fuzz -i eth1 --shelf 7 --slot 3 --allow all --cases 1000000
                                         the same with everything, on a disk whose data is ours
  aoe-conform replay -i eth1 --shelf 7 --slot 3 findings/e7.3-1-crashed.pcapng
                                         sends a finding again

Exit status: 0 nothing found; 1 findings; 2 usage, or no right to open the interface; 3 target
unreachable or lost, or its state not put back; 4 our own error; 130 interrupted.
The first that applies of 4, 3, 2, 130, 1, 0.)";

void heading(CLI::App& app, const char* name) {
    app.option_defaults()->group(name);
}

void add_target(CLI::App& app, FuzzArguments& fuzz) {
    aoe::conformance::add_target_options(app, fuzz);
    CLI::Option* const start = app.get_option("--start");
    start->description(start->get_description() + "; it is started again when it ends");
    aoe::conformance::add_permissions(app, fuzz);
}

void add_campaign(CLI::App& app, FuzzArguments& fuzz) {
    heading(app, "How much, and where to");
    app.add_option("--seed", fuzz.seed,
                   "Of everything that is left to chance (1): the same frames as long as the "
                   "target answers the same")
        ->type_name("N")
        ->check(aoe::cli::whole_number());
    app.add_option("--cases", fuzz.cases, "Frames to send")
        ->type_name("N")
        ->check(aoe::cli::above_zero<std::uint64_t>());
    app.add_option("--max-time", fuzz.max_time_s,
                   "Seconds after which no more are sent (60 unless --cases is given); to make "
                   "small what is found last takes up to 15 more")
        ->type_name("SECONDS")
        ->check(aoe::cli::above_zero());
    aoe::conformance::add_timeout(app, fuzz);
    app.add_option("--findings", fuzz.findings,
                   "Where to write findings, one pcapng each (findings)")
        ->type_name("DIR");
    app.add_option("-o,--output", fuzz.output, "The whole as one JSON object: json=FILE")
        ->type_name("json=FILE");
}

}  // namespace

int main(int argc, char** argv) {
    FuzzArguments fuzz;
    CLI::App app(
        "Sends a live AoE target frames that it does not expect, and finds what ends, "
        "hangs or shuts it, or makes it answer what no target may.",
        "aoe-fuzz");
    app.set_version_flag("--version", "aoe-fuzz " AOE_VERSION);
    add_target(app, fuzz);
    add_campaign(app, fuzz);
    app.footer(footer);
    aoe::cli::describe_on_demand(app, "aoe-fuzz");
    if (const auto status = aoe::cli::read_words(app, argc, argv)) return *status;
    fuzz.command = aoe::conformance::command_text("aoe-fuzz", {argv + 1, argv + argc});
    fuzz.version = AOE_VERSION;
    return aoe::conformance::run_program("aoe-fuzz", [&] { return aoe::fuzz::run_fuzz(fuzz); });
}
