// SPDX-License-Identifier: MIT
// aoe-bench-echo: the bare echo that targets are compared with.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "bench/echo.h"
#include "wire/packet_link.h"

namespace {

using namespace aoe;

volatile std::sig_atomic_t stopped = 0;

void stop(int /*signal*/) {
    stopped = 1;
}

/// Without SA_RESTART, so that a wait ends.
void stop_on_signals() {
    struct sigaction action {};
    action.sa_handler = stop;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

void serve(const std::string& interface) {
    const LinkPtr link = open_packet_link({.interface = interface});
    bench::Echo echo(*link);
    SystemClock clock;
    std::printf("echoing on %s\n", interface.c_str());
    std::fflush(stdout);
    bool gone = false;
    while (stopped == 0 && !gone) {
        if (echo.step() == 0) {
            // A signal just before the wait is noticed after it.
            clock.wait(*link, clock.now() + std::chrono::milliseconds(100));
        }
        while (const auto event = link->next_event()) {
            gone = gone || *event == LinkEvent::gone;
        }
    }
    std::printf("answered %llu requests\n", static_cast<unsigned long long>(echo.answered()));
}

struct Formatter final : CLI::Formatter {
    std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
        return "Usage: aoe-bench-echo [OPTIONS] IFACE\n";
    }
};

}  // namespace

int main(int argc, char** argv) {
    std::string interface;
    CLI::App app(
        "Answers every AoE request on an interface with as little work as possible: no protocol, "
        "no "
        "disk. Targets are measured against it. It lies to initiators, so use it on a private "
        "network only.",
        "aoe-bench-echo");
    app.formatter(std::make_shared<Formatter>());
    app.set_version_flag("--version", "aoe-bench-echo " AOE_VERSION);
    app.add_option("IFACE", interface, "Ethernet interface to answer on");
    app.footer(
        "Example:\n"
        "  aoe-bench-echo veth1\n\n"
        "It ends on SIGINT or SIGTERM. Exit status: 0 when it was stopped, 1 when the interface\n"
        "cannot be opened, 2 for a wrong command line.");
    try {
        app.parse(argc, argv);
        // Not the option's own check, which would come before that for options that do not exist.
        if (interface.empty()) {
            throw CLI::RequiredError("IFACE");
        }
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);
    } catch (const CLI::ParseError& error) {
        std::fprintf(stderr, "aoe-bench-echo: %s; see aoe-bench-echo --help\n", error.what());
        return 2;
    }
    try {
        stop_on_signals();
        serve(interface);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "aoe-bench-echo: %s\n", error.what());
        return 1;
    }
}
