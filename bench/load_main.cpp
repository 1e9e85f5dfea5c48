// SPDX-License-Identifier: MIT
// aoe-bench-load: how many requests a second something answers, and how fast.
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <CLI/CLI.hpp>

#include "bench/load.h"
#include "wire/address.h"
#include "wire/packet_link.h"
#include "wire/sizes.h"

namespace {

using namespace aoe;

struct Arguments {
    std::string interface;
    std::string mac;
    std::string target;
    unsigned outstanding = 1;
    unsigned sectors = 2;
    bool writes = false;
    std::uint64_t span_sectors = 2048;
    double seconds = 2;
    double warm_up_seconds = 0.2;
};

struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::chrono::nanoseconds nanoseconds(double seconds) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(seconds));
}

double microseconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

bench::LoadOptions load_options(const Arguments& arguments) {
    const auto mac = parse_mac(arguments.mac);
    if (!mac) {
        throw UsageError("MAC \"" + arguments.mac + "\": expected one like 02:00:00:00:00:01");
    }
    bench::LoadOptions options{.target = *mac,
                               .outstanding = arguments.outstanding,
                               .workload = {.write_percent = arguments.writes ? 100U : 0U,
                                            .sectors = static_cast<std::uint8_t>(arguments.sectors),
                                            .range_sectors = arguments.span_sectors},
                               .warm_up = nanoseconds(arguments.warm_up_seconds),
                               .duration = nanoseconds(arguments.seconds)};
    if (!arguments.target.empty()) {
        const auto name = parse_target_name(arguments.target);
        if (!name) {
            throw UsageError(name.error());
        }
        options.address = {.shelf = name->shelf, .slot = name->slot};
    }
    return options;
}

int measure(const Arguments& arguments) {
    const bench::LoadOptions options = load_options(arguments);
    const LinkPtr link = open_packet_link({.interface = arguments.interface});
    if (arguments.sectors > max_sectors(link->mtu())) {
        throw UsageError("--sectors " + std::to_string(arguments.sectors) + ": the MTU of " +
                         arguments.interface + " lets " + std::to_string(max_sectors(link->mtu())) +
                         " through");
    }
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

void add_options(CLI::App& app, Arguments& arguments) {
    app.add_option("IFACE", arguments.interface, "Ethernet interface to send on");
    app.add_option("MAC", arguments.mac, "Address of what answers");
    app.add_option("--target", arguments.target, "Shelf and slot, as in e7.3 [every one]");
    app.add_option("--outstanding", arguments.outstanding, "Requests under way at a time")
        ->check(CLI::Range(1U, 128U))
        ->capture_default_str();
    app.add_option("--sectors", arguments.sectors, "Sectors of each read; 0: config queries")
        ->check(CLI::Range(0U, 255U))
        ->capture_default_str();
    app.add_flag("--write", arguments.writes,
                 "Write in place of reading: what the sectors held is lost");
    app.add_option("--span", arguments.span_sectors,
                   "Sectors that the requests go through, from the first on, again and again")
        ->check(CLI::Range(std::uint64_t{255}, std::uint64_t{1} << 48))
        ->capture_default_str();
    app.add_option("--seconds", arguments.seconds, "How long to count")
        ->check(CLI::Range(0.01, 86400.0))
        ->capture_default_str();
    app.add_option("--warm-up", arguments.warm_up_seconds, "Seconds before that, not counted")
        ->check(CLI::Range(0.0, 3600.0))
        ->capture_default_str();
}

struct Formatter final : CLI::Formatter {
    std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
        return "Usage: aoe-bench-load [OPTIONS] IFACE MAC\n";
    }
};

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    CLI::App app(
        "Sends reads (or config queries, or writes) to a target, so many under way at a time, and "
        "says how many a second it answers and how long each took. It retries nothing.",
        "aoe-bench-load");
    app.formatter(std::make_shared<Formatter>());
    app.set_version_flag("--version", "aoe-bench-load " AOE_VERSION);
    add_options(app, arguments);
    app.footer(
        "Examples:\n"
        "  aoe-bench-load veth0 02:00:00:00:00:01\n"
        "  aoe-bench-load veth0 02:00:00:00:00:01 --outstanding 32 --seconds 10\n"
        "  aoe-bench-load veth0 02:00:00:00:00:01 --sectors 0      config queries, no disk\n\n"
        "A round trip is from before the send to after the receive, so with several under way it\n"
        "holds the time that requests wait for each other. Exit status: 0 measured; 1 nobody\n"
        "answers, all is refused, or the interface cannot be opened; 2 wrong command line.");
    try {
        app.parse(argc, argv);
        // Not the options' own check, which would come before that for options that do not exist.
        if (arguments.mac.empty()) {
            throw CLI::RequiredError(arguments.interface.empty() ? "IFACE" : "MAC");
        }
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);
    } catch (const CLI::ParseError& error) {
        std::fprintf(stderr, "aoe-bench-load: %s; see aoe-bench-load --help\n", error.what());
        return 2;
    }
    try {
        return measure(arguments);
    } catch (const UsageError& error) {
        std::fprintf(stderr, "aoe-bench-load: %s\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "aoe-bench-load: %s\n", error.what());
        return 1;
    }
}
