// SPDX-License-Identifier: MIT
// aoe-bench-load: how many requests a second something answers, and how fast.
#include <chrono>
#include <cstdio>

#include "bench/load.h"
#include "bench/load_options_main.h"
#include "cli/values_main.h"
#include "wire/packet_link.h"

namespace {

using namespace aoe;

struct Arguments : bench::LoadArguments {
    bool writes = false;
    bool flushes = false;
    bool polls = false;
    double warm_up_seconds = 0.2;
    double lost_after_seconds = 1;
};

double microseconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

int measure(const Arguments& arguments) {
    bench::LoadOptions options = load_options(arguments);
    options.workload.write_percent = arguments.writes || arguments.flushes ? 100U : 0U;
    options.flush_each = arguments.flushes;
    if (arguments.polls) options.polling = std::chrono::milliseconds(1);
    options.warm_up = bench::from_seconds(arguments.warm_up_seconds);
    options.lost_after = bench::from_seconds(arguments.lost_after_seconds);
    const LinkPtr link = open_packet_link({.interface = arguments.interface});
    check_mtu(arguments, *link);
    SystemClock clock;
    const bench::LoadResult result = bench::Load(*link, clock, options).run();
    const auto p = [&](double share) { return microseconds(result.round_trips.percentile(share)); };
    std::printf(
        "outstanding %u: %.0f requests/s, p50 %.1f us, p99 %.1f us, p99.9 %.1f us, "
        "%llu refused, %llu lost\n",
        arguments.outstanding, result.per_second(), p(0.5), p(0.99), p(0.999),
        static_cast<unsigned long long>(result.refused),
        static_cast<unsigned long long>(result.lost));
    if (result.answered == 0) {
        std::fprintf(stderr, "aoe-bench-load: %s at %s on %s\n",
                     result.refused == 0 ? "nobody answers" : "every request is refused",
                     arguments.mac.c_str(), arguments.interface.c_str());
        return 1;
    }
    return 0;
}

void add_options(bench::LoopProgram& program, Arguments& arguments) {
    add_load_options(program, arguments);
    CLI::App& app = program.app();
    app.get_option("--target")->description("Shelf and slot, as in e7.3 [every one]");
    app.get_option("--sectors")->description("Sectors of each read; 0: config queries");
    app.add_flag("--write", arguments.writes,
                 "Write in place of reading: what the sectors held is lost");
    app.add_flag("--flush", arguments.flushes,
                 "Write, and count a write only when a FLUSH CACHE EXT after it is answered");
    app.add_flag(
        "--poll", arguments.polls,
        "Look for replies for 1 ms before sleeping, not to measure how long this core wakes");
    app.add_option("--warm-up", arguments.warm_up_seconds, "Seconds before that, not counted")
        ->check(cli::between(0.0, 3600.0))
        ->capture_default_str();
    app.add_option("--lost-after", arguments.lost_after_seconds,
                   "Seconds after which a request counts as lost and another takes its place")
        ->check(cli::between(0.001, 3600.0))
        ->capture_default_str();
}

}  // namespace

int main(int argc, char** argv) {
    bench::LoopProgram program(
        "aoe-bench-load",
        "Sends reads (or config queries, or writes) to a target, so many under way at a time, and "
        "says how many a second it answers and how long each took. It retries nothing.",
        "Examples:\n"
        "  aoe-bench-load veth0 02:00:00:00:00:01\n"
        "  aoe-bench-load veth0 02:00:00:00:00:01 --outstanding 32 --seconds 10\n"
        "  aoe-bench-load veth0 02:00:00:00:00:01 --sectors 0      config queries, no disk\n\n"
        "A round trip is from before the send to after the receive, so with several under way it\n"
        "holds the time that requests wait for each other. Exit status: 0 measured; 1 nobody\n"
        "answers, all is refused, or the interface cannot be opened; 2 wrong command line.");
    Arguments arguments;
    add_options(program, arguments);
    return program.run(argc, argv, [&] { return measure(arguments); });
}
