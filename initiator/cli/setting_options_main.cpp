// SPDX-License-Identifier: MIT
// The commands that change what a target keeps about itself, and raw.
#include <CLI/CLI.hpp>

#include "initiator/cli/options.h"

namespace aoe::initiator {
namespace {

void add_yes(CLI::App& command, bool& yes) {
    command.add_flag("--yes", yes, "Really change it; nothing is changed without it");
}

void add_macs(CLI::App& command, const char* name, std::vector<std::string>& macs,
              const char* help) {
    command.add_option(name, macs, help)->type_name("MAC")->allow_extra_args(false);
}

void add_flush(CLI::App& app, FlushOptions& options) {
    CLI::App& command =
        *app.add_subcommand("flush", "Make what was written stable: FLUSH CACHE, EXT if offered");
    add_target(command, options.target);
    command.callback([&options] { run_flush(options); });
}

void add_config(CLI::App& app, ConfigOptions& options) {
    CLI::App& command = *app.add_subcommand("config", "Read, test or set the config string");
    add_target(command, options.target);
    command
        .add_option("VERB", options.verb,
                    "read; test: is it STRING; prefix: does it begin with STRING; set: if there is "
                    "none yet; fset: whatever there is")
        ->type_name("")
        ->capture_default_str();
    command.add_option("STRING", options.string, "Up to 1024 bytes")->type_name("");
    command.add_flag("--hex", options.hexadecimal, "STRING is hexadecimal");
    add_seconds(command, "--reply", options.test_seconds,
                "Silence for so long means that a test does not hold");
    add_yes(command, options.yes);
    add_json(command, options.json);
    command.callback([&options] { run_config(options); });
}

void add_mask(CLI::App& app, MaskOptions& options) {
    CLI::App& command = *app.add_subcommand(
        "mask", "Show or edit the list of addresses that a target serves; empty: all");
    add_target(command, options.target);
    add_macs(command, "--add", options.add, "Serve this address (me: this machine's) too");
    add_macs(command, "--remove", options.remove, "Serve it no longer");
    command.add_flag("--clear", options.clear, "Remove all that are there first");
    add_yes(command, options.yes);
    add_json(command, options.json);
    command.callback([&options] { run_mask(options); });
}

void add_reserve(CLI::App& app, ReserveOptions& options) {
    CLI::App& command = *app.add_subcommand(
        "reserve", "Show or change whom a device is reserved for; an empty list: nobody");
    add_target(command, options.target);
    add_macs(command, "--set", options.set, "Reserve it for this address (me: this machine's)");
    command.add_flag("--release", options.release, "Give the reservation up");
    command.add_flag("--force", options.force, "Even where it is somebody else's");
    add_yes(command, options.yes);
    add_json(command, options.json);
    command.callback([&options] { run_reserve(options); });
}

void add_raw(CLI::App& app, RawOptions& options) {
    CLI::App& command = *app.add_subcommand(
        "raw", "Send one frame exactly as given, and show the AoE frames that come back");
    command
        .add_option("BYTES", options.bytes,
                    "Hexadecimal, from the destination address on; default: standard input")
        ->type_name("");
    command.add_option("-i,--iface", options.interface, "Ethernet interface to use")
        ->type_name("IFACE");
    add_seconds(command, "--wait", options.wait_seconds, "How long to look for frames");
    command.add_option("--count", options.count, "End after so many; 0: after the wait")
        ->type_name("TIMES")
        ->capture_default_str();
    command.add_flag("--yes", options.yes, "Really send it");
    command.add_flag("--json", options.json, "Print JSON, one line each");
    command.callback([&options] { run_raw(options); });
}

}  // namespace

void add_commands_that_set(CLI::App& app, AllOptions& options) {
    add_flush(app, options.flush);
    add_config(app, options.config);
    add_mask(app, options.mask);
    add_reserve(app, options.reserve);
    add_raw(app, options.raw);
}

}  // namespace aoe::initiator
