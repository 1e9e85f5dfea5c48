// SPDX-License-Identifier: MIT
// aoe-bench-echo: the bare echo that targets are compared with.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>

#include "bench/disk_echo.h"
#include "bench/echo.h"
#include "bench/kernel_echo.h"
#include "bench/loop_program_main.h"
#include "cli/values_main.h"
#include "target/export.h"
#include "target/file_disk.h"
#include "wire/address.h"
#include "wire/idle_polling.h"
#include "wire/packet_link.h"
#include "wire/packet_socket.h"
#include "wire/xdp_link.h"

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

struct Arguments {
    std::string interface;
    std::string disk;
    std::string target = "e0.0";
    std::string link = "packet";
    bool no_transfer = false;
    bool in_kernel = false;
};

void run(bench::Echo& echo, Link& link) {
    IdlePolling polling;
    bool gone = false;
    while (stopped == 0 && !gone) {
        if (!polling.look([&] { return echo.step() != 0; })) {
            // A signal just before the wait is noticed after it.
            polling.sleep([&] { return wait_readable(link, std::chrono::milliseconds(100)); });
            echo.step();
            while (const auto event = link.next_event()) {
                gone = gone || *event == LinkEvent::gone;
            }
        }
    }
    std::printf("answered %llu requests\n", static_cast<unsigned long long>(echo.answered()));
}

void serve(const Arguments& arguments) {
    const LinkPtr link = arguments.link == "xdp"
                             ? open_xdp_link({.interface = arguments.interface})
                             : open_packet_link({.interface = arguments.interface});
    std::optional<bench::KernelEcho> in_kernel;
    if (arguments.in_kernel) {
        in_kernel.emplace(arguments.interface, find_ethernet_interface(arguments.interface));
    }
    std::printf("echoing on %s\n", arguments.interface.c_str());
    std::fflush(stdout);
    if (arguments.disk.empty()) {
        bench::Echo echo(*link);
        return run(echo, *link);
    }
    const auto name = parse_target_name(arguments.target);
    if (!name) throw bench::UsageError("--target: " + name.error());
    const auto disk = target::open_file_disk({.path = arguments.disk});
    target::Export rest({.address = {name->shelf, name->slot},
                         .sectors = disk->sectors(),
                         .serial = "echo",
                         .model = "bare echo"});
    bench::DiskEcho echo(*link, *disk, rest, !arguments.no_transfer);
    run(echo, *link);
}

}  // namespace

int main(int argc, char** argv) {
    bench::LoopProgram program(
        "aoe-bench-echo",
        "Answers every AoE request on an interface with as little work as possible: no protocol, "
        "no disk unless one is named. Targets are measured against it. It lies to initiators, so "
        "use it on a private network only.",
        "Examples:\n"
        "  aoe-bench-echo veth1\n"
        "  aoe-bench --start 'aoe-target {shelf} {slot} {iface} {file}'\n"
        "            --vs-start 'aoe-bench-echo --disk {file} --target e{shelf}.{slot} {iface}'\n\n"
        "It ends on SIGINT or SIGTERM. Exit status: 0 when it was stopped, 1 when the interface\n"
        "cannot be opened, 2 for a wrong command line.");
    Arguments arguments;
    program.add_word("IFACE", arguments.interface, "Ethernet interface to answer on");
    program.app()
        .add_option("--disk", arguments.disk,
                    "Read and write this file's sectors, and let aoe-target's protocol answer what "
                    "is no 48-bit read or write")
        ->type_name("FILE");
    program.app()
        .add_option("--target", arguments.target, "With --disk: what it says it is (e0.0)")
        ->type_name("eSHELF.SLOT");
    program.app()
        .add_option("--link", arguments.link, "How frames travel, as aoe-target's option")
        ->type_name("packet|xdp")
        ->check(cli::one_of({"packet", "xdp"}))
        ->capture_default_str();
    program.app().add_flag("--no-transfer", arguments.no_transfer,
                           "With --disk: take reads and writes as done");
    program.app().add_flag("--in-kernel", arguments.in_kernel,
                           "Answer 48-bit reads inside the kernel (Linux 6.6, root), before any "
                           "socket: with a read reply's length and good status, whatever is asked "
                           "for, and without the disk; they are not counted");
    return program.run(argc, argv, [&] {
        stop_on_signals();
        serve(arguments);
        return 0;
    });
}
