// SPDX-License-Identifier: MIT
// aoe-bench's command line.
#include <CLI/CLI.hpp>

#include "bench/live/run.h"
#include "cli/command_line_main.h"
#include "cli/values_main.h"
#include "conformance/cli/program.h"
#include "conformance/cli/run_again.h"
#include "conformance/cli/target_options.h"

namespace {

namespace cli = aoe::cli;
using aoe::bench::BenchArguments;

constexpr const char* footer =
    R"(Each combination of --work, --pattern, --sectors and --outstanding is measured --runs times;
with a second target the runs take turns, and the ratio A/B is of runs that followed each other.
A round trip is from before the first send to after the receive, so with several outstanding it
holds the time that requests wait for each other. A request without an answer is sent again after
100 ms and given up after 2 s.

Examples:
  aoe-bench --start 'aoe-target {shelf} {slot} {iface} {file}'
            --vs-start 'vblade -b 64 {shelf} {slot} {iface} {file}'
                                         two targets' programs in private networks, in turns
  aoe-bench -i eth1 --shelf 7 --slot 3   reads of a target on the network
  aoe-bench -i eth1 --shelf 7 --slot 3 --work write --verify --allow write --scratch 2048:65536
                                         writes and checks these sectors, and puts them back
  aoe-bench ... -o html=speed.html -o json=speed.json

Exit status: 0 measured; 1 measured, and requests were refused or data was wrong; 2 wrong command
line, more than the target takes, or no right to open the interface; 3 target unreachable, lost
(with what was measured so far), or its sectors not put back; 4 our own error; 130 interrupted,
with what was measured so far.)";

void add_target(CLI::App& app, BenchArguments& bench) {
    aoe::conformance::add_target_options(app, bench);
    CLI::Option* const mtu = app.get_option("--mtu");
    mtu->remove_needs(app.get_option("--start"));  // It is of --vs-start, too.
    CLI::Option* const vs =
        app.add_option("--vs", bench.vs, "A second target, run by run in turns: e7.4@eth1")
            ->type_name("TARGET");
    app.add_option("--vs-start", bench.vs_start, "The same, started like --start")
        ->type_name("COMMAND")
        ->excludes(vs);
    const auto group = [&](const char* name, std::optional<long>& value, const char* help) {
        return app.add_option(name, value, help)->type_name("PID")->check(cli::above_zero<long>());
    };
    group("--target-group", bench.target_group,
          "Process group of a local target that is there already, for its CPU time");
    group("--vs-target-group", bench.vs_target_group, "The same of the target of --vs")->needs(vs);
    app.add_option("--disk", bench.disk_bytes, "Size of the scratch disk (64MiB); may be sparse")
        ->type_name("SIZE")
        ->transform(cli::size_of_at_least(4096));
    app.add_flag("--no-pin", bench.no_pin, "Do not give a started target and the load a core each");
}

void add_permissions(CLI::App& app, BenchArguments& bench) {
    aoe::conformance::add_permissions(app, bench);
    app.get_option("--allow")
        ->type_name("write,hostile,all")
        ->description(
            "Doors to open, with commas between; write for --work write and mixed, hostile for "
            "more outstanding than Buffer Count");
    app.get_option("--journal")
        ->description(
            "Where to save the target's sectors before a change; those of --vs beside it, in "
            "FILE.b");
    app.get_option("--scratch")->description("Sectors to work on, and the only ones written");
}

void add_work(CLI::App& app, BenchArguments& bench) {
    app.option_defaults()->group("The work");
    const auto listed = [](CLI::Option* option, const char* name, const CLI::Validator& check) {
        option->delimiter(',')->type_name(name)->expected(1, 16)->check(check);
    };
    listed(app.add_option("--work", bench.work, "What to do (read)"), "read,write,mixed",
           cli::one_of({"read", "write", "mixed"}));
    listed(app.add_option("--pattern", bench.pattern, "In which order (random)"),
           "random,sequential", cli::one_of({"random", "sequential"}));
    listed(app.add_option("--sectors", bench.sectors, "Sectors of each request (2)"), "N,...",
           cli::between(1U, 255U));
    listed(app.add_option("--outstanding", bench.outstanding, "Requests under way (1,32)"), "N,...",
           cli::between(1U, 256U));
    const auto single = [](CLI::Option* option, const char* name, const CLI::Validator& check) {
        option->type_name(name)->check(check);
    };
    single(app.add_option("--write-percent", bench.write_percent, "Writes of mixed work (30)"),
           "1..99", cli::between(1U, 99U));
    single(app.add_option("--seconds", bench.seconds, "Length of each run (2)"), "SECONDS",
           cli::between(0.01, 86400.0));
    single(app.add_option("--requests", bench.requests, "Ends a run earlier, after so many"), "N",
           cli::above_zero<std::uint64_t>());
    single(app.add_option("--warm-up", bench.warm_up_s, "Before each run, not counted (0.2)"),
           "SECONDS", cli::between(0.0, 3600.0));
    single(app.add_option("--runs", bench.runs, "Runs of each combination (5)"), "1..1000",
           cli::between(1U, 1000U));
    app.add_flag("--verify", bench.verify,
                 "Check what is read against what was written, or was read before");
    single(app.add_option("--seed", bench.seed, "Of what is left to chance (1)"), "N",
           cli::whole_number());
    app.add_option("-o,--output", bench.output, "Report file: json=FILE or html=FILE")
        ->type_name("FORMAT=FILE");
}

}  // namespace

int main(int argc, char** argv) {
    BenchArguments bench;
    CLI::App app(
        "Measures a live AoE target: how many requests a second, how long each takes, at what "
        "cost; beside a second one in the same run, where there is one.",
        "aoe-bench");
    app.set_version_flag("--version", "aoe-bench " AOE_VERSION);
    add_target(app, bench);
    add_permissions(app, bench);
    add_work(app, bench);
    app.footer(footer);
    cli::describe_on_demand(app, "aoe-bench");
    if (const auto status = cli::read_words(app, argc, argv)) return *status;
    bench.command = aoe::conformance::command_text("aoe-bench", {argv + 1, argv + argc});
    bench.version = AOE_VERSION;
    return aoe::conformance::run_program("aoe-bench", [&] { return aoe::bench::run_bench(bench); });
}
