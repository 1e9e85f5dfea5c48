// SPDX-License-Identifier: MIT
// aoe-target: exports a file or a block device on an Ethernet interface.
#include <charconv>
#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command_line_main.h"
#include "cli/values_main.h"
#include "target/daemon/config.h"
#include "target/daemon/daemon.h"
#include "target/daemon/identity.h"
#include "target/daemon/signals.h"
#include "target/export.h"
#include "target/file_disk.h"
#include "target/server.h"
#include "wire/address.h"
#include "wire/packet_link.h"
#include "wire/sizes.h"
#include "wire/xdp_link.h"

namespace {

using namespace aoe;
using namespace aoe::target;

enum ExitStatus { stopped_by_signal = 0, could_not_serve = 1, bad_usage = 2 };

constexpr auto description =
    "Exports a file or a block device as an ATA over Ethernet target, until SIGTERM or SIGINT.\n";

constexpr auto usage =
    "Usage: aoe-target [OPTIONS] SHELF SLOT IFACE FILE\n"
    "       aoe-target [OPTIONS] eSHELF.SLOT@IFACE FILE\n"
    "       aoe-target --config FILE\n";

constexpr auto footer = R"(Examples:
  aoe-target 7 3 eth0 /srv/disk.img       disk.img becomes e7.3 on eth0
  aoe-target -r 7 4 eth0 /dev/sdb1        a partition that nobody can write to
  aoe-target -m 02:00:00:00:00:0a,02:00:00:00:00:0b 7 5 eth0 disk.img
                                          for two machines only
  aoe-target --config /etc/aoe-target.toml
                                          many exports on many interfaces

It needs the right to open raw sockets: root, or once
  setcap cap_net_raw+ep $(command -v aoe-target)

Exit status:
  0  stopped by SIGTERM or SIGINT
  1  could not serve: the file or the interface cannot be opened, or the interface is gone
  2  the command line or the configuration file is wrong)";

/// What the command line says is wrong.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Options {
    TargetName name;
    std::string link = "packet";
    FileDiskOptions file;
    ExportOptions exported;
    DaemonOptions daemon;
};

std::uint64_t parse_number(const std::string& option, const std::string& text, std::uint64_t least,
                           std::uint64_t most) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value < least || value > most) {
        throw UsageError(option + " " + text + ": expected a number from " + std::to_string(least) +
                         " to " + std::to_string(most));
    }
    return value;
}

std::vector<Mac> parse_mask(const std::string& text) {
    std::vector<Mac> macs;
    std::istringstream words(text);
    for (std::string word; std::getline(words, word, ',');) {
        const auto mac = parse_mac(word);
        if (!mac) throw UsageError("-m " + word + ": expected an address like 02:00:00:00:00:0a");
        macs.push_back(*mac);
    }
    return macs;
}

/// SHELF SLOT IFACE FILE, or TARGET@IFACE FILE.
void parse_arguments(const std::vector<std::string>& words, Options& options) {
    if (words.size() != 4 && words.size() != 2) {
        throw UsageError("expected SHELF SLOT IFACE FILE, as in: aoe-target 7 3 eth0 disk.img");
    }
    const auto name = parse_target_name(
        words.size() == 4 ? words[0] + "." + words[1] + "@" + words[2] : words[0]);
    if (!name) throw UsageError(name.error());
    if (name->interface.empty()) {
        throw UsageError("\"" + words[0] + "\" lacks the interface, as in e7.3@eth0");
    }
    options.name = *name;
    options.exported.address = {name->shelf, name->slot};
    options.file.path = words.back();
}

void check_text(const std::string& option, const std::string& text, std::size_t longest) {
    if (!is_identity_text(text, longest)) {
        throw UsageError(option + ": at most " + std::to_string(longest) +
                         " printable ASCII characters");
    }
}

struct Formatter final : CLI::Formatter {
    std::string make_usage(const CLI::App*, std::string) const override { return usage; }
};

/// Ends the process when the command line asks for no more than --help or --version.
Options parse_command_line(int argc, char** argv) {
    Options options;
    std::vector<std::string> words;
    CLI::App app(description, "aoe-target");
    app.formatter(std::make_shared<Formatter>());
    app.footer(footer);
    app.set_version_flag("--version", "aoe-target " AOE_VERSION);
    app.add_option("ARGUMENTS", words)  // Shown by Formatter.
        ->type_name("SHELF SLOT IFACE FILE")
        ->group("");
    std::string buffer_count = "64";
    std::string offset = "0";
    std::string length;
    std::string mask;
    bool sync = false;
    const auto add = [&](const char* name, std::string& value, const char* type,
                         const char* meaning) {
        app.add_option(name, value, meaning)->type_name(type);
    };
    add("-b,--buffer-count", buffer_count, "N",
        "Messages that an initiator may have outstanding [64]");
    app.add_flag("-d,--direct", options.file.direct, "Go past the page cache (O_DIRECT)");
    app.add_flag("-s,--sync", sync, "Make every write durable before answering it");
    app.add_flag("-r,--read-only", options.file.read_only, "Refuse writes");
    add("-m,--mask", mask, "MAC[,MAC...]", "Answer these addresses only, at first");
    add("-o,--offset", offset, "SECTORS", "Leave out sectors at the beginning of FILE [0]");
    add("-l,--length", length, "SECTORS", "Export that many sectors [all that follow]");
    add("--serial", options.exported.serial, "TEXT", "Serial number to show [SHELF.SLOT:HOST]");
    add("--model", options.exported.model, "TEXT", "Model name to show [AoE target]");
    app.add_option("--link", options.link,
                   "How frames travel: packet sockets, or AF_XDP, which takes less time [packet]")
        ->type_name("packet|xdp")
        ->check(aoe::cli::one_of({"packet", "xdp"}));
    add("--config", options.daemon.config_path, "FILE",
        "Serve what a configuration file says, in place of all that stands above");
    add("--state-dir", options.daemon.state_folder, "FOLDER",
        "With --config: where what initiators leave is kept [the file's]");
    app.add_flag("--lock", options.daemon.lock,
                 "With --config: give up all rights once all is open");
    aoe::cli::describe_on_demand(app, "aoe-target");
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& wanted) {
        std::exit(app.exit(wanted));
    } catch (const CLI::ParseError& error) {
        throw UsageError(error.what());
    }
    if (!options.daemon.config_path.empty()) {
        if (app.count_all() > 2 + app.count("--state-dir") + app.count("--lock")) {
            throw UsageError("--config takes no other options: its file says everything");
        }
        return options;
    }
    parse_arguments(words, options);
    options.exported.buffer_count =
        static_cast<std::uint16_t>(parse_number("-b", buffer_count, 1, 65535));
    options.exported.mask = parse_mask(mask);
    options.exported.write_cache = !sync;
    options.file.offset_sectors = parse_number("-o", offset, 0, lba48_limit);
    if (!length.empty()) options.file.length_sectors = parse_number("-l", length, 1, lba48_limit);
    check_text("--serial", options.exported.serial, serial_limit);
    check_text("--model", options.exported.model, model_limit);
    if (options.exported.serial.empty()) {
        options.exported.serial = default_serial(options.exported.address);
    }
    return options;
}

void complain(std::string_view sentence) {
    std::cerr << "aoe-target: " << sentence << std::endl;
}

void warn_about_mtu(const std::string& interface, std::size_t mtu) {
    if (max_sectors(mtu) == 0) {
        complain("the MTU of " + interface + ", " + std::to_string(mtu) +
                 " bytes, is too small for one sector: reads and writes are refused");
    }
}

void report_event(const std::string& interface, const Link& link, LinkEvent event) {
    switch (event) {
        case LinkEvent::down:
            return complain(interface + " is down; waiting for it");
        case LinkEvent::up:
            return complain(interface + " is up again");
        case LinkEvent::mtu_changed:
            complain("the MTU of " + interface + " is now " + std::to_string(link.mtu()));
            return warn_about_mtu(interface, link.mtu());
        case LinkEvent::gone:
            return complain(interface + " is gone");
    }
}

int serve(Options options, int stop_descriptor) {
    const auto disk = open_file_disk(options.file);
    const std::string& interface = options.name.interface;
    const LinkPtr link = options.link == "xdp" ? open_xdp_link({.interface = interface})
                                               : open_packet_link({.interface = interface});
    if (options.exported.mask.size() > max_directives(link->mtu())) {
        throw UsageError("-m: at most " + std::to_string(max_directives(link->mtu())) +
                         " addresses fit a message on " + interface);
    }
    options.exported.firmware = AOE_VERSION;
    options.exported.sectors = disk->sectors();
    options.exported.read_only = disk->read_only();
    Export exported(options.exported);
    Server server(*link, exported, *disk);
    server.on_event([&](LinkEvent event) { report_event(interface, *link, event); });
    warn_about_mtu(interface, link->mtu());
    server.announce();  // AOE-ANN-01
    std::cout << "serving " << target_name(options.name.shelf, options.name.slot) << " on "
              << interface << " (" << to_string(link->mac()) << ", MTU " << link->mtu()
              << "): " << options.file.path << ", " << disk->sectors() << " sectors"
              << (disk->read_only() ? ", read-only" : "") << std::endl;
    return server.run(stop_descriptor) == Server::End::stopped ? stopped_by_signal
                                                               : could_not_serve;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const Options options = parse_command_line(argc, argv);
        const Descriptor stop = await_signals({SIGTERM, SIGINT});
        if (options.daemon.config_path.empty()) return serve(options, stop.get());
        run_daemon(options.daemon, stop.get());
        return stopped_by_signal;
    } catch (const ConfigError& error) {
        complain(error.what());
        return bad_usage;
    } catch (const UsageError& error) {
        complain(std::string(error.what()) + "; see aoe-target --help");
        return bad_usage;
    } catch (const std::exception& error) {
        complain(error.what());
        return could_not_serve;
    }
}
