// SPDX-License-Identifier: MIT
// aoe-bench-initiator: the initiator against the bare send/receive loop, in turns, on one target.
#include <algorithm>
#include <cstdio>
#include <vector>

#include "bench/initiator_load.h"
#include "bench/load_options_main.h"
#include "cli/values_main.h"
#include "wire/fault_link.h"
#include "wire/packet_link.h"

namespace {

using namespace aoe;

struct Arguments : bench::LoadArguments {
    unsigned rounds = 9;
    Faults faults;
    std::uint64_t seed = 1;
    std::uint64_t check = 0;
    double stall_seconds = 1;
};

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
    std::chrono::nanoseconds longest_gap{0}, slowest{0};
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
        slowest = std::max(slowest, result.load.round_trips.largest());
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
                "longest gap %.1f ms, slowest %.1f ms",
                static_cast<unsigned long long>(frames.sent),
                static_cast<unsigned long long>(frames.resent),
                static_cast<unsigned long long>(frames.resent_early),
                static_cast<unsigned long long>(frames.needless), milliseconds(longest_gap),
                milliseconds(slowest));
        }
        std::printf("  failed %llu\n", static_cast<unsigned long long>(failed));
    }
};

class Measurement {
public:
    explicit Measurement(const Arguments& arguments) : arguments_(arguments) {
        options_ = load_options(arguments);
        options_.warm_up = options_.duration / 5;
        check_mtu(arguments, *open());
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
        // No gap is longer than what the operation took that ended it.
        const auto slowest = std::max(clean.slowest, faulty.slowest);
        const bool stalled = slowest > bench::from_seconds(arguments_.stall_seconds);
        std::printf("%llu operations each, %llu wrong bytes, %s over %g s\n",
                    static_cast<unsigned long long>(arguments_.check),
                    static_cast<unsigned long long>(wrong), stalled ? "one" : "none",
                    arguments_.stall_seconds);
        return wrong == 0 && !stalled ? 0 : 1;
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

void add_options(bench::LoopProgram& program, Arguments& arguments) {
    add_load_options(program, arguments);
    CLI::App& app = program.app();
    app.get_option("--sectors")->check(cli::between(1U, 255U));
    app.get_option("--seconds")->description("Length of each turn");
    app.add_option("--rounds", arguments.rounds, "Turns of each; medians are told")
        ->check(cli::between(1U, 1000U))
        ->capture_default_str();
    const auto chance = [&](const char* name, double& value, const char* help) {
        app.add_option(name, value, help)->check(cli::between(0.0, 1.0))->capture_default_str();
    };
    chance("--loss", arguments.faults.loss, "Share of frames lost, either way, in further turns");
    chance("--duplicate", arguments.faults.duplicate, "Share of frames that come twice");
    chance("--reorder", arguments.faults.reorder, "Share of frames that the next one overtakes");
    app.add_option("--seed", arguments.seed, "Of the faults and the data")
        ->check(cli::whole_number())
        ->capture_default_str();
    app.add_option(
           "--check", arguments.check,
           "Instead: so many reads and writes with every byte checked. Overwrites the span!")
        ->check(cli::whole_number());
    app.add_option("--stall", arguments.stall_seconds, "Seconds that none of those may take")
        ->check(cli::between(0.001, 86400.0))
        ->capture_default_str();
}

}  // namespace

int main(int argc, char** argv) {
    bench::LoopProgram program(
        "aoe-bench-initiator",
        "Loads a target by the bare loop of aoe-bench-load and through the initiator, in turns, "
        "and tells the medians and their ratio.",
        "Examples:\n"
        "  aoe-bench-initiator veth0 02:00:00:00:00:01\n"
        "  aoe-bench-initiator veth0 02:00:00:00:00:01 --outstanding 1\n"
        "  aoe-bench-initiator veth0 02:00:00:00:00:01 --loss 0.001\n"
        "  aoe-bench-initiator veth0 02:00:00:00:00:01 --check 1000000 --span 131072 \\\n"
        "      --loss 0.05 --duplicate 0.02 --reorder 0.02\n\n"
        "Exit status: 0 measured, no byte wrong and none too slow; 1 not; 2 wrong command line.");
    Arguments arguments;
    arguments.target = "e7.3";
    arguments.outstanding = 32;
    arguments.seconds = 0.5;
    add_options(program, arguments);
    return program.run(argc, argv, [&] {
        Measurement measurement(arguments);
        return arguments.check > 0 ? measurement.check() : measurement.compare();
    });
}
