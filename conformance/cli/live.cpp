// SPDX-License-Identifier: MIT
// run_live(): from the command line's words to a session over a real interface.
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <memory>

#include "conformance/cli/commands.h"
#include "conformance/cli/console.h"
#include "conformance/cli/expect_file.h"
#include "conformance/cli/from.h"
#include "conformance/cli/interruption.h"
#include "conformance/cli/outputs.h"
#include "conformance/cli/parts.h"
#include "conformance/cli/pause.h"
#include "conformance/cli/reported_run.h"
#include "conformance/cli/run_options.h"
#include "conformance/lab/started_target.h"
#include "conformance/session.h"
#include "conformance/workers/crew.h"
#include "wire/packet_link.h"

namespace aoe::conformance {

namespace {

// Recordings are evidence: a folder that has some already is for another run.
void check_record_folder(const std::string& folder) {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
        if (entry.path().extension() != ".pcapng") continue;
        throw UsageError(
            fmt::format("{} has a recording already, {}: --record overwrites none, "
                        "name another folder",
                        folder, entry.path().filename().string()));
    }
}

// What does not go together is refused, before anything is opened.
void check(const RunArguments& arguments) {
    if (arguments.start.empty() && (arguments.interface.empty() || !arguments.shelf)) {
        throw UsageError(
            fmt::format("{} is missing; the Ethernet interfaces here are: {}. Or give --start "
                        "COMMAND to test a target in a private network",
                        arguments.interface.empty() ? "--iface" : "--shelf",
                        fmt::join(ethernet_interfaces(), ", ")));
    }
    if (!arguments.record.empty()) check_record_folder(arguments.record);
    if (arguments.jobs == 1) return;
    if (!arguments.pause.empty()) {
        throw UsageError("--pause needs -j 1: several workers cannot wait for one keyboard");
    }
    if (!arguments.stop.empty()) {
        throw UsageError("--stop needs -j 1: one command would stop the target of every worker");
    }
    if (!arguments.record.empty() && !arguments.start.empty()) {
        throw UsageError(
            "--record of a target of --start needs -j 1: a recording is of one target");
    }
    if (arguments.start.empty() && arguments.slot) {
        throw UsageError(
            "-j needs several slots, so no --slot, and no door of --allow with it; or --start, "
            "which gives each worker a target of its own");
    }
}

int run_alone(const RunArguments& arguments, SessionOptions& options, Console& console,
              Reporter& reporter) {
    SystemClock clock;
    std::unique_ptr<StartedTarget> started;
    LinkPtr link;
    TargetControl* control = nullptr;
    if (arguments.start.empty()) {
        link = open_packet_link({.interface = options.interface, .see_everything = true});
    } else {
        started = std::make_unique<StartedTarget>(start_options(arguments, options), clock);
        if (!started->failure().empty()) throw TargetFailed(started->failure());
        control = &started->control();
    }
    options.before_case = pause_before(
        {.patterns = arguments.pause,
         .target = fmt::format("shelf {} on {}", options.wanted.shelf, options.interface),
         .control = control,
         .make_room = [&console] { console.make_room(); },
         .stop = options.stop},
        options.cases);
    return run_session(started ? started->link() : *link, console.clock(), options, reporter,
                       control);
}

// As many workers as were asked for, or as there is work for.
int run_shared(const RunArguments& arguments, SessionOptions& options, Console& console,
               Reporter& reporter) {
    CrewOptions crew{.at_once = arguments.jobs,
                     .turns = Turns::each_a_case,
                     .until_fail = options.until_fail,
                     .failures = options.failures(),
                     .stop = options.stop};
    std::vector<Part> parts;
    if (!arguments.start.empty()) {
        parts = started_parts(start_options(arguments, options), options, arguments.jobs);
    } else {
        SystemClock clock;
        const LinkPtr link =
            open_packet_link({.interface = options.interface, .see_everything = true});
        parts = slot_parts(find_targets(*link, clock, options), options);
        crew.turns = Turns::each_all;
    }
    if (parts.size() < 2) return run_alone(arguments, options, console, reporter);
    const Time started = console.clock().now();
    RunRecord record(reporter);
    record.run_started(options.info);
    const RunEnd end = run_crew(parts, crew, record);
    return record.finish(end, options.failures(),
                         std::chrono::duration<double>(console.clock().now() - started).count());
}

int run_and_report(const RunArguments& given, Outputs& outputs) {
    const Day today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    std::vector<RecordedRun> recordings;
    if (!given.from.empty()) recordings = open_recordings(given);
    const RunArguments arguments =
        recordings.empty() ? given : with_recorded_options(given, recordings.front());
    SessionOptions options = session_options(arguments, today);
    if (recordings.empty()) check(arguments);
    catch_interruptions();
    options.stop = &interrupted();
    if (!arguments.start.empty()) open_everything(options);
    options.info = run_info(arguments, options);

    SystemClock clock;
    Console console(arguments, outputs.uses_stdout(), clock);
    ExpectationUpdate expectations(options.strict);
    Reporters reporters;
    reporters.add(console.reporter());
    reporters.add(outputs);
    if (arguments.update_expect) reporters.add(expectations);
    const auto run = arguments.jobs > 1 ? run_shared : run_alone;
    int status = recordings.empty() ? run(arguments, options, console, reporters)
                                    : run_from(recordings, options, reporters);
    if (reader_left()) return reader_left_status;
    if (interrupted().load()) status = interrupted_status;
    if (arguments.update_expect) {
        update_expect_file(arguments.expect_file, expectations, status, today);
    }
    return status;
}

}  // namespace

int run_live(const RunArguments& arguments) {
    return with_reports(arguments,
                        [&](Outputs& outputs) { return run_and_report(arguments, outputs); });
}

}  // namespace aoe::conformance
