// SPDX-License-Identifier: MIT
#include "conformance/cli/replay_main.h"

#include <memory>

#include "cli/values_main.h"
#include "conformance/cli/commands.h"
#include "conformance/cli/options.h"
#include "conformance/cli/target_options.h"

namespace aoe::conformance {

namespace {

void add_pace(CLI::App& app, ReplayArguments& arguments) {
    app.option_defaults()->group("How it is played");
    CLI::Option* speed =
        app.add_option("--speed", arguments.speed, "So many times as fast as recorded (1)")
            ->type_name("FACTOR")
            ->check(cli::above_zero());
    app.add_flag("--as-fast-as-possible", arguments.as_fast_as_possible,
                 "Do not keep the recorded times")
        ->excludes(speed);
    app.add_option("--window", arguments.window, "So many requests unanswered at any time (1)")
        ->type_name("1..4096")
        ->check(cli::between(1, 4096));
    app.add_flag("--into-scratch", arguments.into_scratch,
                 "Move the recorded sectors into the scratch range");
    app.add_option("--tests", arguments.run.tests, "Only these exchanges, with * and ?")
        ->type_name("EXCHANGES")
        ->join(',');
}

void add_report(CLI::App& app, RunArguments& run) {
    app.option_defaults()->group("What counts, and reports");
    app.add_flag("--strict", run.strict, "A warning counts as a failure");
    app.add_option("--expect", run.expect_file, "Known failures, as for a run")->type_name("FILE");
    add_timeout(app, run);
    add_reports(app, run);
}

}  // namespace

void add_replay(CLI::App& app, int& status, const std::string& again) {
    auto options = std::make_shared<ReplayArguments>();
    CLI::App* replay = app.add_subcommand(
        "replay", "Send the requests of captures to a live target, and judge what it answers");
    replay->add_option("FILE", options->files, "pcap or pcapng, - for standard input")
        ->required()
        ->type_name("");
    add_target(*replay, options->run);
    add_pace(*replay, *options);
    add_report(*replay, options->run);
    options->run.again = again;
    replay->callback([options, &status] { status = replay_captures(*options); });
    replay->footer(R"(Examples:
  aoe-conform replay trace.pcapng -i eth1 --shelf 7 --slot 3       what opens no door, as recorded
  aoe-conform replay crash.pcapng --start 'vblade {shelf} {slot} {iface} {file}'
  aoe-conform replay boot.pcap -i eth1 --shelf 7 --slot 3 --allow write --into-scratch

Exit status: as of a run; 2 also when a file holds nothing that could be sent.)");
}

}  // namespace aoe::conformance
