// SPDX-License-Identifier: MIT
// Options that several commands have, and the commands that only ask.
#include <CLI/CLI.hpp>

#include "initiator/cli/options.h"

namespace aoe::initiator {

void add_interfaces(CLI::App& command, std::vector<std::string>& interfaces) {
    command
        .add_option("-i,--iface", interfaces,
                    "Ethernet interface to use; may be repeated. Default: all that are up")
        ->type_name("IFACE")
        ->allow_extra_args(false);
}

CLI::Option* add_seconds(CLI::App& command, const char* name, double& seconds, const char* help) {
    return command.add_option(name, seconds, help)
        ->type_name("SECONDS")
        ->check(CLI::Range(0.001, 86400.0).description(""))
        ->capture_default_str();
}

void add_search(CLI::App& command, TargetOptions& target) {
    add_interfaces(command, target.interfaces);
    add_seconds(command, "--wait", target.wait_seconds, "How long to look for the target");
    add_seconds(command, "--timeout", target.timeout_seconds,
                "How long to go on asking a target that has fallen silent");
}

void add_target(CLI::App& command, TargetOptions& target) {
    command.add_option("TARGET", target.target, "e7.3, 7.3 or e7.3@veth0")
        ->required()
        ->type_name("");
    command
        .add_option("--target-mac", target.mac,
                    "The machine to talk to, when several answer for one address")
        ->type_name("MAC");
    add_search(command, target);
}

void add_json(CLI::App& command, bool& json) {
    command.add_flag("--json", json, "Print JSON");
}

namespace {

void add_discover(CLI::App& app, DiscoverOptions& options) {
    CLI::App& command = *app.add_subcommand("discover", "List the targets that answer a broadcast");
    add_interfaces(command, options.interfaces);
    add_seconds(command, "--wait", options.wait_seconds, "How long to collect answers");
    add_json(command, options.json);
    command.callback([&options] { run_discover(options); });
}

void add_stat(CLI::App& app, DiscoverOptions& options) {
    CLI::App& command = *app.add_subcommand(
        "stat", "The same with size, state, round trip, serial number and model");
    add_interfaces(command, options.interfaces);
    add_seconds(command, "--wait", options.wait_seconds, "How long to collect answers");
    add_json(command, options.json);
    command.callback([&options] { run_stat(options); });
}

void add_identify(CLI::App& app, IdentifyOptions& options) {
    CLI::App& command = *app.add_subcommand("identify", "Show what a device says about itself");
    add_target(command, options.target);
    auto* raw = command.add_flag("--raw", options.raw, "Write the 512 bytes of IDENTIFY data");
    command.add_flag("--json", options.json, "Print JSON")->excludes(raw);
    command.callback([&options] { run_identify(options); });
}

void add_ping(CLI::App& app, PingOptions& options) {
    CLI::App& command =
        *app.add_subcommand("ping", "Ask again and again, and tell how long replies take");
    add_target(command, options.target);
    command.add_option("--count", options.count, "How often; 0: until interrupted")
        ->type_name("TIMES")
        ->capture_default_str();
    add_seconds(command, "--interval", options.interval_seconds, "From one request to the next");
    add_seconds(command, "--reply", options.reply_seconds, "How long a reply may take");
    command.add_flag("--ata", options.identify, "Ask the disk (IDENTIFY), not the target alone");
    add_json(command, options.json);
    command.callback([&options] { run_ping(options); });
}

void add_watch(CLI::App& app, WatchOptions& options) {
    CLI::App& command = *app.add_subcommand("watch", "Print announcements as they come");
    add_interfaces(command, options.interfaces);
    command.add_option("--count", options.count, "End after so many; 0: go on")
        ->type_name("TIMES")
        ->capture_default_str();
    command.add_option("--seconds", options.seconds, "End after so long; 0: go on")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.0, 1e9).description(""))
        ->capture_default_str();
    command.add_flag("--json", options.json, "Print JSON, one line each");
    command.callback([&options] { run_watch(options); });
}

}  // namespace

void add_commands_that_ask(CLI::App& app, AllOptions& options) {
    add_discover(app, options.discover);
    add_stat(app, options.stat);
    add_identify(app, options.identify);
    add_ping(app, options.ping);
    add_watch(app, options.watch);
}

}  // namespace aoe::initiator
