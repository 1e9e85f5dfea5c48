// SPDX-License-Identifier: MIT
// aoe-bench-initiator: the initiator against the bare send/receive loop, in turns, on one target.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "bench/initiator_load.h"
#include "wire/address.h"
#include "wire/fault_link.h"
#include "wire/packet_link.h"
#include "wire/sizes.h"

namespace {

using namespace aoe;

struct Arguments {
    std::string interface;
    std::string mac;
    std::string target = "e7.3";
    unsigned outstanding = 32;
    unsigned sectors = 2;
    std::uint64_t span_sectors = 2048;
    double seconds = 0.5;
    unsigned rounds = 9;
    Faults faults;
    std::uint64_t seed = 1;
    std::uint64_t check = 0;
};

struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::chrono::nanoseconds nanoseconds(double seconds) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(seconds));
}

double milliseconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

/// The runs of one kind.
struct Series {
    std::vector<double> rates, medians_us;
    std::chrono::nanoseconds longest_gap{0};
    initiator::Counters frames;
    std::uint64_t failed = 0;

    void add(const bench::LoadResult& result) {
        rates.push_back(result.per_second());
        medians_us.push_back(milliseconds(result.round_trips.percentile(0.5)) * 1000);
        failed += result.refused + result.lost;
    }
    void add(const bench::InitiatorResult& result) {
        add(result.load);
        longest_gap = std::max(longest_gap, result.longest_gap);
        frames.sent += result.frames.sent;
        frames.resent += result.frames.resent;
        frames.resent_early += result.frames.resent_early;
        frames.needless += result.frames.needless;
    }
    void print(const char* name, const Series& base) const {
        std::printf("%-22s %9.0f requests/s  ratio %.3f  p50 %7.1f us  ratio %.3f", name,
                    median(rates), median(rates) / median(base.rates), median(medians_us),
                    median(medians_us) / median(base.medians_us));
        if (frames.sent > 0) {
            std::printf(
                "  sent %llu, again %llu, of those early %llu, needless %llu, "
                "longest gap %.1f ms",
                static_cast<unsigned long long>(frames.sent),
                static_cast<unsigned long long>(frames.resent),
                static_cast<unsigned long long>(frames.resent_early),
                static_cast<unsigned long long>(frames.needless), milliseconds(longest_gap));
        }
        std::printf("  failed %llu\n", static_cast<unsigned long long>(failed));
    }
};

class Measurement {
public:
    explicit Measurement(const Arguments& arguments) : arguments_(arguments) {
        const auto mac = parse_mac(arguments.mac);
        if (!mac) throw UsageError("MAC \"" + arguments.mac + "\": expected 02:00:00:00:00:01");
        const auto name = parse_target_name(arguments.target);
        if (!name) throw UsageError(name.error());
        options_ = {.target = *mac,
                    .address = {.shelf = name->shelf, .slot = name->slot},
                    .outstanding = arguments.outstanding,
                    .workload = {.sectors = static_cast<std::uint8_t>(arguments.sectors),
                                 .range_sectors = arguments.span_sectors},
                    .warm_up = nanoseconds(arguments.seconds / 5),
                    .duration = nanoseconds(arguments.seconds)};
        if (arguments.sectors > max_sectors(open()->mtu())) {
            throw UsageError("--sectors: more than the MTU lets through");
        }
    }

    int compare() {
        Series bare, clean, faulty;
        for (unsigned round = 0; round < arguments_.rounds; ++round) {
            bare.add(bench::Load(*open(), clock_, options_).run());
            clean.add(bench::load_through_initiator(*open(), clock_, options_));
            if (has_faults()) {
                faulty.add(bench::load_through_initiator(*open_faulty(round), clock_, options_));
            }
        }
        bare.print("bare loop", bare);
        clean.print("initiator", bare);
        if (has_faults()) faulty.print("initiator with faults", clean);
        return median(bare.rates) > 0 && clean.failed == 0 && faulty.failed == 0 ? 0 : 1;
    }

    int check() {
        const auto run = [&](const LinkPtr& link) {
            return bench::check_through_initiator(
                *link, clock_,
                {.load = options_, .operations = arguments_.check, .seed = arguments_.seed});
        };
        Series clean, faulty;
        const bench::InitiatorResult without = run(open());
        clean.add(without);
        clean.print("checked", clean);
        std::uint64_t wrong = without.wrong_bytes;
        if (has_faults()) {
            const bench::InitiatorResult with = run(open_faulty(0));
            wrong += with.wrong_bytes;
            faulty.add(with);
            faulty.print("checked with faults", clean);
        }
        std::printf("%llu operations each, %llu wrong bytes\n",
                    static_cast<unsigned long long>(arguments_.check),
                    static_cast<unsigned long long>(wrong));
        return wrong == 0 ? 0 : 1;
    }

private:
    bool has_faults() const {
        return arguments_.faults.loss + arguments_.faults.duplicate + arguments_.faults.reorder > 0;
    }
    LinkPtr open() const { return open_packet_link({.interface = arguments_.interface}); }
    LinkPtr open_faulty(std::uint64_t round) const {
        return make_fault_link(open(),
                               {.sent = arguments_.faults,
                                .received = arguments_.faults,
                                .seed = arguments_.seed + round},
                               clock_);
    }

    const Arguments& arguments_;
    bench::LoadOptions options_;
    SystemClock clock_;
};

void add_options(CLI::App& app, Arguments& arguments) {
    app.add_option("IFACE", arguments.interface, "Ethernet interface to send on");
    app.add_option("MAC", arguments.mac, "Address of what answers");
    app.add_option("--target", arguments.target, "Shelf and slot")->capture_default_str();
    app.add_option("--outstanding", arguments.outstanding, "Requests under way at a time")
        ->check(CLI::Range(1U, 128U))
        ->capture_default_str();
    app.add_option("--sectors", arguments.sectors, "Sectors of each read")
        ->check(CLI::Range(1U, 255U))
        ->capture_default_str();
    app.add_option("--span", arguments.span_sectors, "Sectors that the reads go through")
        ->check(CLI::Range(std::uint64_t{255}, std::uint64_t{1} << 48))
        ->capture_default_str();
    app.add_option("--seconds", arguments.seconds, "Length of each turn")
        ->check(CLI::Range(0.01, 3600.0))
        ->capture_default_str();
    app.add_option("--rounds", arguments.rounds, "Turns of each; medians are told")
        ->check(CLI::Range(1U, 1000U))
        ->capture_default_str();
    const auto chance = [&](const char* name, double& value, const char* help) {
        app.add_option(name, value, help)->check(CLI::Range(0.0, 1.0))->capture_default_str();
    };
    chance("--loss", arguments.faults.loss, "Share of frames lost, either way, in further turns");
    chance("--duplicate", arguments.faults.duplicate, "Share of frames that come twice");
    chance("--reorder", arguments.faults.reorder, "Share of frames that the next one overtakes");
    app.add_option("--seed", arguments.seed, "Of the faults and the data")->capture_default_str();
    app.add_option(
        "--check", arguments.check,
        "Instead: so many reads and writes with every byte checked. Overwrites the span!");
}

struct Formatter final : CLI::Formatter {
    std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
        return "Usage: aoe-bench-initiator [OPTIONS] IFACE MAC\n";
    }
};

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    CLI::App app(
        "Loads a target by the bare loop of aoe-bench-load and through the initiator, in turns, "
        "and "
        "tells the medians and their ratio.",
        "aoe-bench-initiator");
    app.formatter(std::make_shared<Formatter>());
    app.set_version_flag("--version", "aoe-bench-initiator " AOE_VERSION);
    add_options(app, arguments);
    app.footer(
        "Examples:\n"
        "  aoe-bench-initiator veth0 02:00:00:00:00:01\n"
        "  aoe-bench-initiator veth0 02:00:00:00:00:01 --outstanding 1\n"
        "  aoe-bench-initiator veth0 02:00:00:00:00:01 --loss 0.001\n"
        "  aoe-bench-initiator veth0 02:00:00:00:00:01 --check 1000000 --span 131072 \\\n"
        "      --loss 0.05 --duplicate 0.02 --reorder 0.02\n\n"
        "Exit status: 0 measured, and no byte wrong; 1 not; 2 wrong command line.");
    try {
        app.parse(argc, argv);
        if (arguments.mac.empty()) {
            throw CLI::RequiredError(arguments.interface.empty() ? "IFACE" : "MAC");
        }
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);
    } catch (const CLI::ParseError& error) {
        std::fprintf(stderr, "aoe-bench-initiator: %s; see aoe-bench-initiator --help\n",
                     error.what());
        return 2;
    }
    try {
        Measurement measurement(arguments);
        return arguments.check > 0 ? measurement.check() : measurement.compare();
    } catch (const UsageError& error) {
        std::fprintf(stderr, "aoe-bench-initiator: %s\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "aoe-bench-initiator: %s\n", error.what());
        return 1;
    }
}
