// SPDX-License-Identifier: MIT
// aoe-bench's command line.
#include <iostream>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>

#include "bench/live/run.h"
#include "cli/command_line_main.h"

namespace {

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
line, or no right to open the interface; 3 target unreachable or lost, or its sectors not put
back; 4 our own error; 130 interrupted, with what was measured so far.)";

CLI::Option* ranged(CLI::Option* option, double least, double most, const char* name) {
    return option->type_name(name)->check(CLI::Range(least, most).description(""));
}

void add_target(CLI::App& app, BenchArguments& bench) {
    app.option_defaults()->group("The target");
    app.add_option("-i,--iface", bench.interface, "Ethernet interface to send from")
        ->type_name("IFACE");
    ranged(app.add_option("--shelf", bench.shelf, "Its shelf"), 0, 65534, "0..65534");
    ranged(app.add_option("--slot", bench.slot, "Its slot"), 0, 254, "0..254");
    app.add_option("--start", bench.start,
                   "Start this target in a private network, on a scratch disk, every door open; "
                   "{shelf} {slot} {iface} {file} are filled in")
        ->type_name("COMMAND")
        ->excludes("--iface");
    app.add_option("--stop", bench.stop, "How to stop it, where SIGTERM is not the way")
        ->type_name("COMMAND")
        ->needs("--start");
    auto* vs = app.add_option("--vs", bench.vs, "A second target, run by run in turns: e7.4@eth1")
                   ->type_name("TARGET");
    app.add_option("--vs-start", bench.vs_start, "The same, started like --start")
        ->type_name("COMMAND")
        ->excludes(vs);
    app.add_option("--target-group", bench.target_group,
                   "Process group of a local target that is there already, for its CPU time")
        ->type_name("PID");
    ranged(app.add_option("--mtu", bench.mtu, "MTU of the private network (1500)"), 576, 65000,
           "576..65000");
    app.add_option("--disk", bench.disk_bytes, "Size of the scratch disk (64MiB); may be sparse")
        ->type_name("SIZE")
        ->transform(CLI::AsSizeValue(false).description(""));
    app.add_flag("--no-pin", bench.no_pin, "Do not give a started target and the load a core each");
}

void add_permissions(CLI::App& app, BenchArguments& bench) {
    app.option_defaults()->group("What it may do to the target");
    app.add_option("--allow", bench.allow,
                   "Doors to open, with commas between; write for --work write and mixed, hostile "
                   "for more outstanding than Buffer Count")
        ->type_name("write,hostile,all");
    app.add_option("--scratch", bench.scratch, "Sectors to work on, and the only ones written")
        ->type_name("FIRST:COUNT");
    app.add_option("--journal", bench.journal, "Where to save the sectors before they are written")
        ->type_name("FILE");
    app.add_flag("--force", bench.force, "Run although somebody else seems to use the target");
}

void add_work(CLI::App& app, BenchArguments& bench) {
    app.option_defaults()->group("The work");
    const auto listed = [](CLI::Option* option, const char* name) {
        return option->delimiter(',')->type_name(name)->expected(1, 16);
    };
    listed(app.add_option("--work", bench.work, "What to do (read)"), "read,write,mixed")
        ->check(CLI::IsMember({"read", "write", "mixed"}).description(""));
    listed(app.add_option("--pattern", bench.pattern, "In which order (random)"),
           "random,sequential")
        ->check(CLI::IsMember({"random", "sequential"}).description(""));
    listed(app.add_option("--sectors", bench.sectors, "Sectors of each request (2)"), "N,...")
        ->check(CLI::Range(1U, 255U).description(""));
    listed(app.add_option("--outstanding", bench.outstanding, "Requests under way (1,32)"), "N,...")
        ->check(CLI::Range(1U, 256U).description(""));
    ranged(app.add_option("--write-percent", bench.write_percent, "Writes of mixed work (30)"), 1,
           99, "1..99");
    ranged(app.add_option("--seconds", bench.seconds, "Length of each run (2)"), 0.01, 86400,
           "SECONDS");
    app.add_option("--requests", bench.requests, "Ends a run earlier, after so many")
        ->type_name("N")
        ->check(CLI::Validator(CLI::PositiveNumber).description(""));
    ranged(app.add_option("--warm-up", bench.warm_up_s, "Before each run, not counted (0.2)"), 0,
           3600, "SECONDS");
    ranged(app.add_option("--runs", bench.runs, "Runs of each combination (5)"), 1, 1000,
           "1..1000");
    app.add_flag("--verify", bench.verify,
                 "Check what is read against what was written, or was read before");
    app.add_option("--seed", bench.seed, "Of what is left to chance (1)")->type_name("N");
    app.add_option("-o,--output", bench.output, "Report file: json=FILE or html=FILE")
        ->type_name("FORMAT=FILE");
}

std::string command_of(int argc, char** argv) {
    std::string text = "aoe-bench";
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        text += word.find_first_of(" '\"{}") == std::string::npos ? ' ' + word : " '" + word + "'";
    }
    return text;
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
    aoe::cli::describe_on_demand(app, "aoe-bench");
    const auto complain = [](const std::string& text, int status) {
        std::cerr << "aoe-bench: " << text << '\n';
        return status;
    };
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);
    } catch (const CLI::ParseError& error) {
        return complain(std::string(error.what()) + "; see aoe-bench --help", 2);
    }
    bench.command = command_of(argc, argv);
    bench.version = AOE_VERSION;
    try {
        return aoe::bench::run_bench(bench);
    } catch (const aoe::bench::UsageError& error) {
        return complain(std::string(error.what()) + "; see aoe-bench --help", 2);
    } catch (const std::system_error& error) {
        return complain(error.what(), 2);
    } catch (const std::exception& error) {
        return complain(error.what(), 4);
    }
}
