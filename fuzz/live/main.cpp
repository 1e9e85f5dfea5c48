// SPDX-License-Identifier: MIT
// aoe-fuzz's command line.
#include <iostream>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>

#include "cli/command_line_main.h"
#include "conformance/cli/run_again.h"
#include "conformance/session.h"
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

CLI::Option* ranged(CLI::Option* option, double least, double most, const char* name) {
    return option->type_name(name)->check(CLI::Range(least, most).description(""));
}

void add_target(CLI::App& app, FuzzArguments& fuzz) {
    heading(app, "The target");
    app.add_option("-i,--iface", fuzz.interface, "Ethernet interface to send from")
        ->type_name("IFACE");
    ranged(app.add_option("--shelf", fuzz.shelf, "Its shelf"), 0, 65534, "0..65534");
    ranged(app.add_option("--slot", fuzz.slot, "Its slot"), 0, 254, "0..254");
    app.add_option("--target-mac", fuzz.target_mac, "Which of two machines with one address")
        ->type_name("MAC");
    app.add_option("--start", fuzz.start,
                   "Start this target in a private network, on a scratch disk, every door open "
                   "(shelf 258, slot 0 unless given), and again when it ends; "
                   "{shelf} {slot} {iface} {file} are filled in")
        ->type_name("COMMAND");
    app.add_option("--stop", fuzz.stop, "How to stop it, where SIGTERM is not the way")
        ->type_name("COMMAND")
        ->needs("--start");
    ranged(app.add_option("--mtu", fuzz.mtu, "MTU of the private network (1500)"), 576, 65000,
           "576..65000")
        ->needs("--start");
}

void add_permissions(CLI::App& app, FuzzArguments& fuzz) {
    heading(app, "What it may do to the target");
    app.add_option("--allow", fuzz.allow, "Doors to open, with commas between")
        ->type_name("write,config,mask,reserve,hostile,disk,all");
    app.add_option("--scratch", fuzz.scratch, "Sectors that may be written")
        ->type_name("FIRST:COUNT");
    app.add_option("--journal", fuzz.journal, "Where to save the target's state before a change")
        ->type_name("FILE");
    app.add_flag("--force", fuzz.force, "Run although somebody else seems to use the target");
}

void add_campaign(CLI::App& app, FuzzArguments& fuzz) {
    heading(app, "How much, and where to");
    app.add_option("--seed", fuzz.seed,
                   "Of everything that is left to chance (1): the same frames as long as the "
                   "target answers the same")
        ->type_name("N");
    app.add_option("--cases", fuzz.cases, "Frames to send")
        ->type_name("N")
        ->check(CLI::Validator(CLI::PositiveNumber).description(""));
    app.add_option("--max-time", fuzz.max_time_s,
                   "Seconds after which no more are sent (60 unless --cases is given)")
        ->type_name("SECONDS")
        ->check(CLI::Validator(CLI::PositiveNumber).description(""));
    ranged(app.add_option("--timeout", fuzz.timeout_factor, "Wait so many times longer (1)"), 0.1,
           1000, "0.1..1000");
    app.add_option("--findings", fuzz.findings,
                   "Where to write findings, one pcapng each (findings)")
        ->type_name("DIR");
    app.add_option("-o,--output", fuzz.output, "The whole as one JSON object: json=FILE")
        ->type_name("json=FILE");
}

std::string command_of(int argc, char** argv) {
    std::string text = "aoe-fuzz";
    for (int i = 1; i < argc; ++i) text += ' ' + aoe::conformance::shell_word(argv[i]);
    return text;
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
    add_permissions(app, fuzz);
    add_campaign(app, fuzz);
    app.footer(footer);
    aoe::cli::describe_on_demand(app, "aoe-fuzz");
    const auto complain = [](const std::string& text, int status) {
        std::cerr << "aoe-fuzz: " << text << '\n';
        return status;
    };
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);
    } catch (const CLI::ParseError& error) {
        return complain(std::string(error.what()) + "; see aoe-fuzz --help", 2);
    }
    fuzz.command = command_of(argc, argv);
    fuzz.version = AOE_VERSION;
    try {
        return aoe::fuzz::run_fuzz(fuzz);
    } catch (const aoe::fuzz::UsageError& error) {
        return complain(std::string(error.what()) + "; see aoe-fuzz --help", 2);
    } catch (const aoe::conformance::CannotBegin& error) {
        return complain(error.what(), 2);
    } catch (const std::system_error& error) {
        return complain(error.what(), 2);
    } catch (const std::exception& error) {
        return complain(error.what(), 4);
    }
}
