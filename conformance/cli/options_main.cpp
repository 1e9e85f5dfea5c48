// SPDX-License-Identifier: MIT
// The options of a run, as CLI11 knows them.
#include <string>

#include <CLI/CLI.hpp>

#include "cli/values_main.h"
#include "conformance/cli/options.h"
#include "conformance/cli/target_options.h"

namespace aoe::conformance {

namespace {

// Options that are added from now on stand under this heading of --help.
void heading(CLI::App& app, const char* name) {
    app.option_defaults()->group(name);
}

void add_target_words(CLI::App& app, RunArguments& run) {
    add_target_options(app, run);
    app.get_option("--slot")->description("Its slot; without it every slot that answers is judged");
    CLI::Option* const start = app.get_option("--start");
    start->description(start->get_description() +
                       ", {ro:-r} and {accept:-m {mac}} stand for options of a read-only start "
                       "and of one for our address alone");
    app.add_option("--from", run.from,
                   "Judge what --record kept of an earlier run, without a network: its files, or "
                   "their folder")
        ->type_name("FILE");
    add_permissions(app, run);
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
    app.add_option("--seed", run.seed, "Of everything that is left to chance (1)")
        ->type_name("N")
        ->check(cli::whole_number());
    app.add_option("--repeat", run.repeat, "Run every case so often")
        ->type_name("1..1000000")
        ->check(cli::between(1, 1000000));
    app.add_flag("--until-fail", run.until_fail,
                 "Repeat until something fails, 1000 times unless --repeat says otherwise");
    app.add_option("--max-time", run.max_time_s, "Seconds after which no further case starts")
        ->type_name("SECONDS")
        ->check(cli::above_zero());
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
                return text.empty() ? std::string() : cli::between(1, 86400)(text);
            },
            ""));
    add_timeout(app, run);
    app.add_option("--pause", run.pause,
                   "Wait for Enter before these cases, so that a debugger can be attached")
        ->type_name("CASES")
        ->join(',');
    app.add_option("-j,--jobs", run.jobs,
                   "So many processes: each starts a target of its own, or judges other slots")
        ->type_name("1..64")
        ->check(cli::between(1, 64));
}

void add_judgement(CLI::App& app, RunArguments& run) {
    heading(app, "What counts");
    app.add_flag("--strict", run.strict, "A warning counts as a failure");
    app.add_option("--revision", run.revision, "Judge by this revision of the protocol")
        ->type_name("r8|r10|r11|auto");
    app.add_option("--retries", run.retries,
                   "Run a failed case again so often; what then passes is no failure")
        ->type_name("0..1000")
        ->check(cli::between(0, 1000));
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
    add_target_words(app, run);
    heading(app, "Options");
}

void add_reports(CLI::App& app, RunArguments& run) {
    add_report_options(app, run);
    heading(app, "Options");
}

void add_run_options(CLI::App& app, RunArguments& run) {
    for (const auto add : {add_target_words, add_order, add_judgement, add_report_options}) {
        add(app, run);
    }
    heading(app, "Options");
}

}  // namespace aoe::conformance
