// SPDX-License-Identifier: MIT
// replay_captures(): from the command line's words to recordings that are played to a live target.
#include "conformance/replay/replay.h"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <memory>

#include "conformance/cli/commands.h"
#include "conformance/cli/console.h"
#include "conformance/cli/expect_file.h"
#include "conformance/cli/interruption.h"
#include "conformance/cli/reported_run.h"
#include "conformance/cli/run_options.h"
#include "conformance/replay/kept_frame.h"
#include "conformance/report/digest.h"
#include "conformance/selection.h"
#include "wire/packet_link.h"
#include "wire/private_network.h"

namespace aoe::conformance {

namespace {

void check(const RunArguments& run) {
    if (!run.start.empty()) return;
    const bool whole = !run.interface.empty() && run.shelf && run.slot;
    if (whole) return;
    throw UsageError(
        fmt::format("{} is missing: a replay needs --iface, --shelf and --slot of one "
                    "target, or --start COMMAND",
                    run.interface.empty() ? "--iface"
                    : !run.shelf          ? "--shelf"
                                          : "--slot"));
}

std::vector<Recording> read_all(const std::vector<std::string>& files) {
    std::vector<Recording> recordings;
    for (const std::string& file : files) {
        auto reader = open_capture(file);
        if (!reader) throw UsageError(reader.error());
        auto recording = read_recording(*reader, file);
        if (!recording) throw UsageError(recording.error());
        recordings.push_back(*std::move(recording));
    }
    return recordings;
}

// The exchanges that are to be played, and what is expected of them.
void choose(const RunArguments& run, std::span<const Case> cases, SessionOptions& session) {
    session.cases.clear();
    if (run.tests.empty()) {
        for (const Case& test : cases) session.cases.push_back(&test);
    } else {
        auto chosen = choose_cases("--tests", run.tests, cases);
        if (!chosen) throw UsageError(chosen.error());
        session.cases = *std::move(chosen);
    }
    auto expectations = parse_expectations(read_expect_file(run.expect_file, false), cases);
    if (!expectations) throw UsageError(run.expect_file + ", " + expectations.error());
    session.expectations = *std::move(expectations);
}

// An interface takes frames that are longer than its MTU by the room for a VLAN tag, and some
// targets die of such. Where a capture has them, our end of the private network may send them.
void make_room(const std::vector<Recording>& recordings, const std::string& interface, Link& link) {
    constexpr std::size_t tag_bytes = 4;
    const auto is_beyond = [&](const RecordedRequest& request) {
        const std::size_t most = type_offset(request.bytes) + 2 + link.mtu();
        return !request.cut && request.bytes.size() > most &&
               request.bytes.size() <= most + tag_bytes;
    };
    if (!std::ranges::any_of(recordings, [&](const Recording& recording) {
            return std::ranges::any_of(recording.requests, is_beyond);
        })) {
        return;
    }
    set_mtu(interface, link.mtu() + tag_bytes);
    while (link.next_event()) {
    }
}

RunInfo info_of(const ReplayArguments& arguments, const ReplayOptions& options) {
    RunInfo info = first_info(arguments.run);
    std::string files;
    for (const std::string& file : arguments.files) files += (files.empty() ? "" : " ") + file;
    const SessionOptions& session = options.session;
    info.cases = session.cases.size();
    info.parameters = {
        {"replay", files},
        {"interface", session.interface},
        {"shelf", std::to_string(session.wanted.shelf)},
        {"slot", std::to_string(session.wanted.slot.value_or(0))},
        {"allow", to_string(session.open)},
        {"speed", options.speed > 0 ? fmt::format("{}", options.speed) : "as fast as possible"},
        {"window", std::to_string(options.window)},
        {"into-scratch", options.into_scratch ? "yes" : "no"},
        {"start", arguments.run.start}};
    return info;
}

int replay(const ReplayArguments& arguments, Outputs& outputs) {
    const RunArguments& run = arguments.run;
    check(run);
    const std::vector<Recording> recordings = read_all(arguments.files);
    ReplayCases cases(recordings);
    const Day today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    RunArguments plain = run;
    plain.tests.clear();
    plain.expect_file.clear();
    ReplayOptions options{.session = session_options(plain, today),
                          .speed = arguments.as_fast_as_possible ? 0 : arguments.speed,
                          .window = arguments.window,
                          .into_scratch = arguments.into_scratch};
    SessionOptions& session = options.session;
    choose(run, cases.all(), session);
    catch_interruptions();
    session.stop = &interrupted();
    if (!run.start.empty()) open_everything(session);
    session.info = info_of(arguments, options);

    SystemClock clock;
    Console console(run, outputs.uses_stdout(), clock);
    Reporters reporters;
    reporters.add(console.reporter());
    reporters.add(outputs);
    std::unique_ptr<StartedTarget> started;
    LinkPtr link;
    if (run.start.empty()) {
        link = open_packet_link({.interface = session.interface, .see_everything = true});
    } else {
        started = std::make_unique<StartedTarget>(start_options(run, session), clock);
        if (!started->failure().empty()) throw TargetFailed(started->failure());
        make_room(recordings, session.interface, started->link());
    }
    PlayCounts counts;
    const int status =
        run_replay(started ? started->link() : *link, console.clock(), options, recordings, cases,
                   reporters, started ? &started->control() : nullptr, counts);
    console.make_room();
    (outputs.uses_stdout() ? std::cerr : std::cout) << fmt::format(
        "{} sent: {} answered, {} not; {} from the recording; {} not sent{}\n",
        plural(counts.sent, "request"), counts.answered, counts.silent,
        counts.differing == 1 ? "1 reply differs"
                              : fmt::format("{} replies differ", counts.differing),
        plural(counts.not_sent, "request"),
        counts.late > 0 ? fmt::format("; {} {} late", counts.late,
                                      counts.late == 1 ? "reply came" : "replies came")
                        : "");
    return status_after_interruptions(status);
}

}  // namespace

int replay_captures(const ReplayArguments& arguments) {
    return with_reports(arguments.run,
                        [&](Outputs& outputs) { return replay(arguments, outputs); });
}

}  // namespace aoe::conformance
