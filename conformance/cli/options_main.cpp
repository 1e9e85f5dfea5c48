// SPDX-License-Identifier: MIT
// The options of a run, as CLI11 knows them.
#include <string>

#include <CLI/CLI.hpp>

#include "conformance/cli/options.h"

namespace aoe::conformance {

namespace {

// Options that are added from now on stand under this heading of --help.
void heading(CLI::App& app, const char* name) {
    app.option_defaults()->group(name);
}

void add_target_options(CLI::App& app, RunArguments& run) {
    heading(app, "The target");
    app.add_option("-i,--iface", run.interface, "Ethernet interface to send from")
        ->type_name("IFACE");
    app.add_option("--shelf", run.shelf, "Shelf to judge")
        ->type_name("0..65534")
        ->check(CLI::Range(0, 65534).description(""));
    app.add_option("--slot", run.slot, "Slot to judge; without it every slot that answers")
        ->type_name("0..254")
        ->check(CLI::Range(0, 254).description(""));
    app.add_option("--target-mac", run.target_mac, "Which of two machines with one address")
        ->type_name("MAC");
    app.add_option("--start", run.start,
                   "Start this target in a private network, on a scratch disk, every door open "
                   "(shelf 258, slot 0 unless given); "
                   "{shelf} {slot} {iface} {file} are filled in, {ro:-r} and {accept:-m {mac}} "
                   "stand for options of a read-only start and of one for our address alone")
        ->type_name("COMMAND");
    app.add_option("--stop", run.stop, "How to stop it, where SIGTERM is not the way")
        ->type_name("COMMAND")
        ->needs("--start");
    app.add_option("--from", run.from,
                   "Judge what --record kept of an earlier run, without a network: its files, or "
                   "their folder")
        ->type_name("FILE");
    app.add_option("--mtu", run.mtu, "MTU of the private network (1500)")
        ->needs("--start")
        ->type_name("576..65535")
        ->check(CLI::Range(576, 65535).description(""));
}

void add_permissions(CLI::App& app, RunArguments& run) {
    heading(app, "What it may do to the target");
    app.add_option("--allow", run.allow, "Doors to open, with commas between; needs --slot")
        ->type_name("write,config,mask,reserve,hostile,disk,all");
    app.add_option("--scratch", run.scratch, "Sectors that may be written")
        ->type_name("FIRST:COUNT");
    app.add_option("--journal", run.journal, "Where to save the target's state before a change")
        ->type_name("FILE");
    app.add_flag("--force", run.force, "Run although somebody else seems to use the target");
}

}  // namespace

void add_selection(CLI::App& app, std::string& tests, std::string& skip, std::string& as_of) {
    app.add_option("--tests", tests,
                   "Only these: cases, requirements, command:config, level:must, "
                   "impact:data-loss, with * and ?, commas between, ! to leave out")
        ->type_name("CASES")
        ->join(',');
    app.add_option("--skip", skip, "Not these, written in the same way")
        ->type_name("CASES")
        ->join(',');
    app.add_option("--as-of", as_of, "Only cases that this release of the suite had")
        ->type_name("RELEASE");
}

namespace {

void add_order(CLI::App& app, RunArguments& run) {
    heading(app, "Which cases, and how");
    add_selection(app, run.tests, run.skip, run.as_of);
    app.add_flag("--shuffle", run.shuffle, "In an order by --seed; a new one each time without");
    app.add_option("--seed", run.seed, "Of everything that is left to chance (1)")->type_name("N");
    app.add_option("--repeat", run.repeat, "Run every case so often")
        ->type_name("1..1000000")
        ->check(CLI::Range(1, 1000000).description(""));
    app.add_flag("--until-fail", run.until_fail,
                 "Repeat until something fails, 1000 times unless --repeat says otherwise");
    app.add_option("--max-time", run.max_time_s, "Seconds after which no further case starts")
        ->type_name("SECONDS")
        ->check(CLI::Validator(CLI::PositiveNumber).description(""));
    app.add_option(
           "--soak",
           [&run](const CLI::results_t& values) {
               const std::string& text = values.front();
               if (text.empty()) run.soak_s = 60;
               return text.empty() || CLI::detail::lexical_cast(text, run.soak_s);
           },
           "Also run the cases that wait, each so many seconds (60)")
        ->expected(0, 1)
        ->type_name("SECONDS")
        ->check(CLI::Validator(
            [](const std::string& text) {
                return text.empty() ? std::string() : CLI::Range(1, 86400)(text);
            },
            ""));
    app.add_option("--timeout", run.timeout_factor, "Wait so many times longer (1)")
        ->type_name("0.1..1000")
        ->check(CLI::Range(0.1, 1000.0).description(""));
    app.add_option("--pause", run.pause,
                   "Wait for Enter before these cases, so that a debugger can be attached")
        ->type_name("CASES")
        ->join(',');
    app.add_option("-j,--jobs", run.jobs,
                   "So many processes: each starts a target of its own, or judges other slots")
        ->type_name("1..64")
        ->check(CLI::Range(1, 64).description(""));
}

void add_judgement(CLI::App& app, RunArguments& run) {
    heading(app, "What counts");
    app.add_flag("--strict", run.strict, "A warning counts as a failure");
    app.add_option("--revision", run.revision, "Judge by this revision of the protocol")
        ->type_name("r8|r10|r11|auto");
    app.add_option("--retries", run.retries,
                   "Run a failed case again so often; what then passes is no failure")
        ->type_name("0..1000")
        ->check(CLI::Range(0, 1000).description(""));
    app.add_option("--expect", run.expect_file,
                   "Known failures: ID xfail \"text\" \"reason\", or ID xskip \"reason\"; "
                   "then perhaps until 2027-03-01")
        ->type_name("FILE");
    app.add_flag("--update-expect", run.update_expect, "Rewrite that file by what came out")
        ->needs("--expect");
}

void add_report_options(CLI::App& app, RunArguments& run) {
    heading(app, "Reports");
    app.add_option("-o,--output", run.outputs,
                   "json=FILE: results as JSON lines; junit=, html=, tap=, markdown= likewise; "
                   "- for stdout; several at once")
        ->type_name("FORMAT=FILE");
    app.add_option("--record", run.record,
                   "Keep every frame there, a pcapng for each target; it must have none yet")
        ->type_name("DIR");
    CLI::Option* verbose =
        app.add_flag("-v,--verbose", run.verbosity, "A line for every case; -vv its frames too");
    app.add_flag("-q,--quiet", run.quiet, "Only what did not pass, and the last line")
        ->excludes(verbose);
    app.add_option("--color", run.color, "Colours; auto: on a terminal, unless NO_COLOR is set")
        ->type_name("auto|always|never");
}

}  // namespace

void add_target(CLI::App& app, RunArguments& run) {
    add_target_options(app, run);
    add_permissions(app, run);
    heading(app, "Options");
}

void add_reports(CLI::App& app, RunArguments& run) {
    add_report_options(app, run);
    heading(app, "Options");
}

void add_run_options(CLI::App& app, RunArguments& run) {
    for (const auto add :
         {add_target_options, add_permissions, add_order, add_judgement, add_report_options}) {
        add(app, run);
    }
    heading(app, "Options");
}

}  // namespace aoe::conformance
