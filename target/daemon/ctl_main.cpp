// SPDX-License-Identifier: MIT
// aoe-targetctl: speaks to a running aoe-target.
#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command_line_main.h"
#include "target/daemon/control_socket.h"
#include "target/daemon/ctl_report.h"

namespace {

using namespace aoe::target;

enum ExitStatus { done = 0, not_done = 1, bad_usage = 2 };

constexpr auto description = "Shows and changes what a running `aoe-target --config` serves.\n";

constexpr auto footer = R"(TARGET is an address, like e7.3 or 7.3, or the name of an export.

Examples:
  aoe-targetctl list
  aoe-targetctl add scratch 7 9 eth0 /srv/scratch.img read-only=true
  aoe-targetctl replace e7.3 /dev/sdc1
  aoe-targetctl monitor 2 e7.3
  aoe-targetctl show e7.3 mask

Exit status:
  0  done
  1  not done, or no aoe-target listens
  2  the command line is wrong)";

struct Request {
    std::string socket = "/run/aoe-target/control";
    std::vector<std::string> words;
    bool json = false;
    bool monitor = false;
    double interval_s = 1;
    unsigned reports = 0;  // None: for ever.
    Targets targets;
};

/// A subcommand whose words go to the daemon as they are.
CLI::App* add_command(CLI::App& app, Request& request, const std::string& name,
                      const std::string& meaning) {
    auto* const command = app.add_subcommand(name, meaning);
    command->callback([&request, name] { request.words.insert(request.words.begin(), name); });
    return command;
}

void add_words(CLI::App& command, Request& request, const char* type, int least, int most) {
    command.add_option("WORDS", request.words)->type_name(type)->expected(least, most)->required();
}

void describe(CLI::App& app, Request& request) {
    app.footer(footer);
    app.set_version_flag("--version", "aoe-targetctl " AOE_VERSION);
    app.add_option("-s,--socket", request.socket, "Where aoe-target listens")
        ->type_name("FILE")
        ->capture_default_str();
    app.require_subcommand(0, 1);  // An unknown option is named rather than this.
    add_command(app, request, "list", "What is served, and where");
    add_words(
        *add_command(app, request, "add", "Serve one more export, until it is removed or the end"),
        request, "NAME SHELF SLOT IFACE FILE [KEY=VALUE...]", 5, 60);
    add_words(*add_command(app, request, "remove", "Serve an export no longer"), request, "TARGET",
              1, 1);
    add_words(*add_command(app, request, "replace", "Put another disk under an export"), request,
              "TARGET FILE", 2, 2);
    add_command(app, request, "reload", "Read the configuration file again");
    add_command(app, request, "announce", "Tell the network again what is served");
    auto* const stats = add_command(app, request, "stats", "Counters of exports and interfaces");
    stats->callback([&request] { request.words = {"stats"}; });
    auto* const json =
        stats->add_flag("--json", request.json, "As JSON, with every counter there is");
    stats->add_option("TARGETS", request.targets, "Of these exports alone")
        ->type_name("TARGET")
        ->excludes(json);
    auto* const monitor = app.add_subcommand("monitor", "What happens, a table each interval");
    monitor->callback([&request] {
        request.monitor = true;
        request.words = {"stats"};
    });
    monitor->add_option("SECONDS", request.interval_s, "Between two tables")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.1, 86400.0))
        ->capture_default_str();
    monitor->add_option("TARGETS", request.targets, "Of these exports alone")->type_name("TARGET");
    monitor->add_option("-n,--reports", request.reports, "So many tables, then end")
        ->type_name("N");
    add_words(*add_command(app, request, "show", "What initiators left: config, mask or reserve"),
              request, "TARGET config|mask|reserve", 2, 2);
    add_words(*add_command(app, request, "clear", "Forget it: config, mask, reserve or stats"),
              request, "TARGET config|mask|reserve|stats", 2, 2);
    aoe::cli::describe_on_demand(app, "aoe-targetctl");
}

std::string ask(const Request& request) {
    ControlAnswer answer = send_command(request.socket, request.words);
    if (!answer.done) throw std::runtime_error(answer.text);
    return answer.text;
}

void monitor(const Request& request) {
    std::string before = ask(request);
    for (unsigned i = 0; request.reports == 0 || i < request.reports; ++i) {
        std::this_thread::sleep_for(std::chrono::duration<double>(request.interval_s));
        std::string now = ask(request);
        std::cout << monitor_table(before, now, request.targets) << std::endl;
        before = std::move(now);
    }
}

}  // namespace

int main(int argc, char** argv) {
    Request request;
    CLI::App app(description, "aoe-targetctl");
    describe(app, request);
    try {
        app.parse(argc, argv);
        if (request.words.empty()) throw CLI::RequiredError("a command, like list,");
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);
    } catch (const CLI::ParseError& error) {
        std::cerr << "aoe-targetctl: " << error.what() << "; see aoe-targetctl --help" << std::endl;
        return bad_usage;
    }
    try {
        if (request.monitor) {
            monitor(request);
        } else {
            const std::string answer = ask(request);
            const bool as_table = request.words[0] == "stats" && !request.json;
            std::cout << (as_table ? stats_table(answer, request.targets) : answer);
        }
        return done;
    } catch (const std::exception& error) {
        std::cerr << "aoe-targetctl: " << error.what() << std::endl;
        return not_done;
    }
}
