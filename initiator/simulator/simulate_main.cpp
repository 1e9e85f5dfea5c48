// SPDX-License-Identifier: MIT
// simulate: initiators, a faulty network and a target, from seeds; what goes wrong is replayed from
// its seed exactly, and told as the shortest schedule that still shows it.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "initiator/simulator/simulation.h"

namespace {

using namespace aoe::simulator;
using Clock = std::chrono::steady_clock;

constexpr const char* footer =
    R"(Examples:
  simulate --seeds 1000               a thousand schedules of 1000 operations each
  simulate --seed 4711                one of them again
  simulate --seed 4711 --tell         and what it was

Exit status: 0 when all went well, 1 when something went wrong, 2 for a wrong command line.)";

struct Options {
    std::uint64_t seed = 1;
    std::uint64_t seeds = 1;
    std::size_t operations = 1000;
    std::size_t tries = 4000;
    bool tell = false;
};

struct Sums {
    std::uint64_t operations = 0, frames = 0, resent = 0, faults = 0;
    std::chrono::duration<double> simulated{}, slowest{};

    void add(const Result& result) {
        operations += result.operations;
        frames += result.frames;
        resent += result.resent;
        faults += result.faults.size();
        simulated += result.took;
        slowest = std::max<std::chrono::duration<double>>(slowest, result.slowest);
    }
};

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void show_progress(const Options& options, std::uint64_t done, const Sums& sums,
                   Clock::time_point start) {
    const double passed = seconds_since(start);
    const double left =
        passed / static_cast<double>(done) * static_cast<double>(options.seeds - done);
    std::fprintf(stderr, "\r%llu of %llu seeds, %.2f million operations a minute, %.0f s left  ",
                 static_cast<unsigned long long>(done),
                 static_cast<unsigned long long>(options.seeds),
                 static_cast<double>(sums.operations) / passed * 60e-6, left);
}

void report(const Options& options, std::uint64_t seed, const Plan& plan, const Result& result) {
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), result.violation->what());
    std::printf("replay it: ./run simulate --seed %llu --ops %zu\n",
                static_cast<unsigned long long>(seed), options.operations);
    std::fflush(stdout);
    if (options.tries == 0) return;
    const Plan small = shorten(plan, result, options.tries);
    const Result again = simulate(small);
    std::printf("shortened from %zu steps and %zu faults to %zu and %zu, which give: %s\n%s",
                plan.steps.size(), result.faults.size(), small.steps.size(), small.faults->size(),
                again.violation->what(), tell(small).c_str());
}

int run(const Options& options) {
    const auto start = Clock::now();
    const bool progress = isatty(STDERR_FILENO) != 0 && options.seeds > 1;
    auto shown = start;
    Sums sums;
    for (std::uint64_t i = 0; i < options.seeds; ++i) {
        const std::uint64_t seed = options.seed + i;
        const Plan plan = make_plan(seed, options.operations);
        const Result result = simulate(plan);
        sums.add(result);
        if (options.tell) {
            Plan happened = plan;
            happened.faults = result.faults;
            std::printf("seed %llu: %s", static_cast<unsigned long long>(seed),
                        tell(happened).c_str());
        }
        if (result.violation) {
            if (progress) std::fputc('\n', stderr);
            const double found = seconds_since(start);
            report(options, seed, plan, result);
            std::printf("found after %.1f s, told after %.1f s\n", found, seconds_since(start));
            return 1;
        }
        if (progress && Clock::now() - shown > std::chrono::milliseconds(200)) {
            shown = Clock::now();
            show_progress(options, i + 1, sums, start);
        }
    }
    if (progress) std::fputc('\n', stderr);
    const double took = seconds_since(start);
    std::printf(
        "%llu seeds, %llu operations in %.1f s (%.2f million a minute): %llu frames, "
        "%llu of them again, %llu lost, repeated, delayed or cut; %.0f s by their clock, "
        "the slowest operation %.1f s; nothing went wrong\n",
        static_cast<unsigned long long>(options.seeds),
        static_cast<unsigned long long>(sums.operations), took,
        static_cast<double>(sums.operations) / took * 60e-6,
        static_cast<unsigned long long>(sums.frames), static_cast<unsigned long long>(sums.resent),
        static_cast<unsigned long long>(sums.faults), sums.simulated.count(), sums.slowest.count());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("simulate: initiators, a faulty network and a target on one clock, from seeds",
                 "simulate");
    app.footer(footer);
    Options options;
    app.add_option("--seed", options.seed, "The first seed")->capture_default_str();
    app.add_option("--seeds", options.seeds, "How many, counting up from it")
        ->capture_default_str();
    app.add_option("--ops", options.operations, "Operations of each seed")->capture_default_str();
    app.add_option("--tries", options.tries,
                   "How often a schedule that fails is tried shorter; 0: not at all")
        ->capture_default_str();
    app.add_flag("--tell", options.tell, "Tell in words what every seed does");
    try {
        app.parse(argc, argv);
        return run(options);
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);
    } catch (const CLI::ParseError& error) {
        std::fprintf(stderr, "simulate: %s; --help tells more\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "simulate: %s\n", error.what());
        return 1;
    }
}
