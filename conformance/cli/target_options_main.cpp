// SPDX-License-Identifier: MIT
// Which target and what may be done to it, as CLI11 knows the options.
#include <CLI/CLI.hpp>

#include "cli/values_main.h"
#include "conformance/cli/target_options.h"

namespace aoe::conformance {

void add_target_options(CLI::App& app, TargetArguments& target) {
    app.option_defaults()->group("The target");
    app.add_option("-i,--iface", target.interface, "Ethernet interface to send from")
        ->type_name("IFACE");
    app.add_option("--shelf", target.shelf, "Its shelf")
        ->type_name("0..65534")
        ->check(cli::between(0, 65534));
    app.add_option("--slot", target.slot, "Its slot")
        ->type_name("0..254")
        ->check(cli::between(0, 254));
    app.add_option("--target-mac", target.target_mac, "Which of two machines with one address")
        ->type_name("MAC");
    app.add_option("--start", target.start,
                   "Start this target in a private network, on a scratch disk, every door open "
                   "(shelf 258, slot 0 unless given); {shelf} {slot} {iface} {file} are filled in")
        ->type_name("COMMAND");
    app.add_option("--stop", target.stop, "How to stop it, where SIGTERM is not the way")
        ->type_name("COMMAND")
        ->needs("--start");
    app.add_option("--mtu", target.mtu, "MTU of the private network (1500)")
        ->needs("--start")
        ->type_name("576..65535")
        ->check(cli::between(576, 65535));
}

void add_permissions(CLI::App& app, TargetArguments& target) {
    app.option_defaults()->group("What it may do to the target");
    app.add_option("--allow", target.allow, "Doors to open, with commas between; needs --slot")
        ->type_name("write,config,mask,reserve,hostile,disk,all");
    app.add_option("--scratch", target.scratch, "Sectors that may be written")
        ->type_name("FIRST:COUNT");
    app.add_option("--journal", target.journal, "Where to save the target's state before a change")
        ->type_name("FILE");
    app.add_flag("--force", target.force, "Run although somebody else seems to use the target");
}

void add_timeout(CLI::App& app, TargetArguments& target) {
    app.add_option("--timeout", target.timeout_factor, "Wait so many times longer (1)")
        ->type_name("0.1..1000")
        ->check(cli::between(0.1, 1000.0));
}

}  // namespace aoe::conformance
