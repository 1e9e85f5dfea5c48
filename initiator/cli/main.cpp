// SPDX-License-Identifier: MIT
// aoe: an ATA-over-Ethernet initiator for the command line, without a kernel module.
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>

#include "cli/command_line_main.h"
#include "initiator/cli/commands.h"
#include "initiator/cli/exit_status.h"
#include "initiator/cli/interrupt.h"

namespace {

using namespace aoe::initiator;

constexpr const char* footer =
    R"(Targets are written e7.3, 7.3 or e7.3@veth0: shelf, slot and interface.

Examples:
  aoe discover                                 who is there, on every interface
  aoe identify e7.3@veth0                      one device's size and features
  aoe read e7.3 --count 2048 -o first.img      its first MiB into a file
  aoe read e7.3 | sha256sum                    all of it through a pipe
  aoe write e7.3 --start 0x800 -f part.img --yes

Exit status:
  0    done
  1    the target or a file reported an error
  2    wrong arguments, no such interface, or no right to open it
  3    nobody answers, or the target has fallen silent
  130  interrupted by Ctrl-C (143: by SIGTERM)

Raw Ethernet needs root or CAP_NET_RAW: setcap cap_net_raw+ep $(command -v aoe))";

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

void add_target(CLI::App& command, TargetOptions& target) {
    command.add_option("TARGET", target.target, "e7.3, 7.3 or e7.3@veth0")
        ->required()
        ->type_name("");
    add_interfaces(command, target.interfaces);
    command
        .add_option("--target-mac", target.mac,
                    "The machine to talk to, when several answer for one address")
        ->type_name("MAC");
    add_seconds(command, "--wait", target.wait_seconds, "How long to look for the target");
    add_seconds(command, "--timeout", target.timeout_seconds,
                "How long to go on asking a target that has fallen silent");
}

void add_start(CLI::App& command, std::string& start) {
    command.add_option("--start", start, "First sector, decimal or 0x...")
        ->type_name("SECTOR")
        ->capture_default_str();
}

struct AllOptions {
    DiscoverOptions discover;
    IdentifyOptions identify;
    ReadOptions read;
    WriteCommandOptions write;
};

void add_discover(CLI::App& app, DiscoverOptions& options) {
    CLI::App& command = *app.add_subcommand("discover", "List the targets that answer a broadcast");
    add_interfaces(command, options.interfaces);
    add_seconds(command, "--wait", options.wait_seconds, "How long to collect answers");
    command.add_flag("--json", options.json, "Print a JSON array");
    command.callback([&options] { run_discover(options); });
}

void add_identify(CLI::App& app, IdentifyOptions& options) {
    CLI::App& command = *app.add_subcommand("identify", "Show what a device says about itself");
    add_target(command, options.target);
    auto* raw = command.add_flag("--raw", options.raw, "Write the 512 bytes of IDENTIFY data");
    command.add_flag("--json", options.json, "Print a JSON object")->excludes(raw);
    command.callback([&options] { run_identify(options); });
}

void add_read(CLI::App& app, ReadOptions& options) {
    CLI::App& command = *app.add_subcommand("read", "Copy sectors to a file or standard output");
    add_target(command, options.target);
    add_start(command, options.start);
    command.add_option("--count", options.count, "How many, decimal or 0x...; default: to the end")
        ->type_name("SECTORS");
    command
        .add_option("-o,--output", options.output,
                    "File to write, as FILE.partial until it is complete; default: standard output")
        ->type_name("FILE");
    command.callback([&options] { run_read(options); });
}

void add_write(CLI::App& app, WriteCommandOptions& options) {
    CLI::App& command =
        *app.add_subcommand("write", "Overwrite sectors from a file or standard input, and flush");
    add_target(command, options.target);
    add_start(command, options.start);
    command.add_option("-f,--file", options.input, "File to read; default: standard input")
        ->type_name("FILE");
    command.add_flag("--pad", options.pad, "Fill an incomplete last sector with zeros");
    command.add_flag("--yes", options.yes, "Really overwrite; nothing is written without it");
    command.callback([&options] { run_write(options); });
}

int run(int argc, char** argv) {
    CLI::App app("aoe: talk to ATA-over-Ethernet targets, without a kernel module", "aoe");
    app.set_version_flag("--version", "aoe " AOE_VERSION);
    app.require_subcommand(0, 1);
    app.footer(footer);
    app.fallthrough(false);
    AllOptions options;
    add_discover(app, options.discover);
    add_identify(app, options.identify);
    add_read(app, options.read);
    add_write(app, options.write);
    aoe::cli::describe_on_demand(app, "aoe");
    try {
        app.parse(argc, argv);
        if (app.get_subcommands().empty()) {
            throw CommandError(
                ExitStatus::usage,
                "say what to do: discover, identify, read or write; --help tells more");
        }
        return static_cast<int>(ExitStatus::success);
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);
    } catch (const CLI::ParseError& error) {
        fmt::print(stderr, "aoe: {}; --help tells more\n", error.what());
        return static_cast<int>(ExitStatus::usage);
    } catch (const CommandError& error) {
        fmt::print(stderr, "aoe: {}\n", error.what());
        return error.status();
    } catch (const std::system_error& error) {
        fmt::print(stderr, "aoe: {}\n", error.what());
        return static_cast<int>(ExitStatus::usage);
    }
}

}  // namespace

int main(int argc, char** argv) {
    watch_signals();
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "aoe: %s\n", error.what());
        return static_cast<int>(ExitStatus::failed);
    }
}
