// SPDX-License-Identifier: MIT
// aoe-bench-echo: the bare echo that targets are compared with.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>

#include "bench/echo.h"
#include "bench/loop_program_main.h"
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

}  // namespace

int main(int argc, char** argv) {
    bench::LoopProgram program(
        "aoe-bench-echo",
        "Answers every AoE request on an interface with as little work as possible: no protocol, "
        "no disk. Targets are measured against it. It lies to initiators, so use it on a private "
        "network only.",
        "Example:\n"
        "  aoe-bench-echo veth1\n\n"
        "It ends on SIGINT or SIGTERM. Exit status: 0 when it was stopped, 1 when the interface\n"
        "cannot be opened, 2 for a wrong command line.");
    std::string interface;
    program.add_word("IFACE", interface, "Ethernet interface to answer on");
    return program.run(argc, argv, [&] {
        stop_on_signals();
        serve(interface);
        return 0;
    });
}
