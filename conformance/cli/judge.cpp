// SPDX-License-Identifier: MIT
// judge_captures(): from files to a verdict.
#include "conformance/judge/judge.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "conformance/capture/capture_reader.h"
#include "conformance/cli/commands.h"
#include "conformance/cli/interruption.h"
#include "conformance/cli/outputs.h"
#include "conformance/cli/reading_progress.h"
#include "conformance/cli/terminal.h"
#include "conformance/judge/judge_report.h"
#include "conformance/judge/listing.h"
#include "conformance/judge/verdicts.h"
#include "conformance/report/digest.h"

namespace aoe::conformance {

namespace {

using std::chrono::steady_clock;

// -v: every frame, and below it what it broke.
class Listing {
public:
    Listing(std::ostream& out, bool wanted) : out_(out), wanted_(wanted) {}
    void begin_file() { first_ = true; }
    void frame(const SeenFrame& frame) {
        if (!wanted_) return;
        if (first_) start_ = frame.time;
        first_ = false;
        out_ << list_frame(frame, start_) << '\n';
    }
    void violation(const Violation& violation) {
        const Rule& rule = all_rules()[violation.rule];
        out_ << fmt::format("       ! {} {} {}: expected {}; was {}\n", name(severity_of(rule)),
                            rule.test.requirements.front(), place_of(violation, {}),
                            violation.words.expected, violation.words.actual);
    }

private:
    std::ostream& out_;
    bool wanted_;
    bool first_ = true;
    Time start_{};
};

// Empty, or one sentence: what is wrong with a file that was read to its end.
std::string complaint(const std::string& file, const FrameCounts& before, const FrameCounts& after,
                      std::uint32_t strange_link) {
    if (after.frames == before.frames) return file + " holds no frame";
    if (after.unknown_link - before.unknown_link == after.frames - before.frames) {
        return fmt::format(
            "{} is of link type {}, and only Ethernet and Linux cooked captures can be judged",
            file, strange_link);
    }
    if (after.aoe != before.aoe || after.runts != before.runts) return {};
    const bool cut = after.cut_short != before.cut_short;
    return file + (cut ? " holds less than the header of each AoE frame" : " holds no AoE frame");
}

// Empty, or one sentence: the file could not be read, or not to its end, or has nothing of ours.
std::string judge_file(const std::string& file, Judge& judge, Listing& listing) {
    const std::string cut_off = file + " was not read to its end: interrupted";
    auto reader = open_capture(file);
    if (!reader) return interrupted() ? cut_off : reader.error();
    ReadingProgress progress(file);
    const FrameCounts before = judge.counts();
    std::uint32_t strange_link = 0;
    judge.begin_file();
    listing.begin_file();
    while (!interrupted().load(std::memory_order_relaxed)) {
        const auto packet = reader->next();
        if (!packet) break;
        const SeenFrame frame = look_at(*packet);
        if (frame.kind == FrameKind::unknown_link) strange_link = packet->link_type;
        listing.frame(frame);
        judge.see(frame);
        progress.at(reader->position());
    }
    judge.end_file();
    if (interrupted()) return cut_off;
    if (!reader->problem().empty()) return file + " " + reader->problem();
    return complaint(file, before, judge.counts(), strange_link);
}

RunInfo run_info(const JudgeArguments& arguments, const ChosenRules& chosen) {
    const std::string files = fmt::format("{}", fmt::join(arguments.files, " "));
    RunInfo info;
    info.version = AOE_VERSION;
    info.parameters = {{"judge", files}};
    if (!arguments.tests.empty()) info.parameters.emplace_back("tests", arguments.tests);
    if (!arguments.skip.empty()) info.parameters.emplace_back("skip", arguments.skip);
    info.command = "aoe-conform judge " + files;
    info.cases = static_cast<std::size_t>(std::count(chosen.begin(), chosen.end(), true));
    info.strict = arguments.strict;
    return info;
}

void add_problems(const JudgeArguments& arguments, const Judge& judge,
                  std::vector<std::string>& problems) {
    if (problems.empty() && !judge.judged_something()) {
        problems.push_back("nothing in " + arguments.files.front() +
                           (arguments.files.size() > 1 ? " and the other files" : "") +
                           " can be judged: no request with a reply to it was seen");
    }
    if (judge.traffic().overflowed()) {
        problems.push_back(
            "there are more targets or initiators than can be told apart; some were not judged");
    }
}

int status_of(const JudgeArguments& arguments, const Summary& summary) {
    if (reader_left()) return reader_left_status;
    if (interrupted()) return interrupted_status;
    if (!summary.problems.empty()) return 2;
    return exit_status(summary.counts, {.rules = {.strict = arguments.strict}});
}

void print(std::ostream& out, const JudgeArguments& arguments, const Judge& judge,
           const Summary& summary, bool colour) {
    if (!arguments.quiet) print_conversations(out, judge.traffic());
    print_violations(out, judge.traffic(), arguments.files, {.colour = colour});
    out << fmt::format("\n{}, {} of AoE; {} kept, {} failed, {} warned, {} informed, {} not seen\n",
                       plural(judge.counts().frames, "frame"), judge.counts().aoe,
                       plural(summary.count(Verdict::pass), "rule"), summary.count(Verdict::fail),
                       summary.count(Verdict::warn), summary.count(Verdict::info),
                       summary.count(Verdict::skip))
        << std::flush;
    for (const std::string& problem : summary.problems) {
        std::cerr << "aoe-conform: " << problem << '\n';
    }
}

std::vector<std::string> judge_files(const JudgeArguments& arguments, Judge& judge,
                                     Listing& listing) {
    std::vector<std::string> problems;
    for (const std::string& file : arguments.files) {
        if (interrupted()) break;
        std::string why = judge_file(file, judge, listing);
        if (!why.empty()) problems.push_back(std::move(why));
    }
    add_problems(arguments, judge, problems);
    return problems;
}

}  // namespace

int judge_captures(const JudgeArguments& arguments) {
    Outputs outputs(arguments.outputs);
    const bool taken = outputs.uses_stdout();
    const bool colour =
        wants_colour(arguments.color, is_terminal(taken ? STDERR_FILENO : STDOUT_FILENO));
    std::ostream& out = taken ? std::cerr : std::cout;
    const auto chosen =
        choose_rules({.tests = arguments.tests, .skip = arguments.skip, .as_of = arguments.as_of});
    if (!chosen) throw UsageError(chosen.error());
    catch_interruptions();
    Listing listing(out, arguments.list);
    JudgeOptions options{.first_violations = arguments.first, .on_broken = {}, .chosen = *chosen};
    if (arguments.list) {
        options.on_broken = [&](const Violation& violation) { listing.violation(violation); };
    }
    outputs.run_started(run_info(arguments, *chosen));
    const auto start = steady_clock::now();
    Judge judge(std::move(options));
    std::vector<std::string> problems = judge_files(arguments, judge, listing);
    const std::chrono::duration<double> seconds = steady_clock::now() - start;
    Summary summary =
        summarize(report_verdicts(judge.traffic(), arguments.files, outputs, *chosen));
    summary.problems = std::move(problems);
    summary.seconds = seconds.count();
    summary.exit_status = status_of(arguments, summary);
    outputs.run_finished(summary);
    if (reader_left()) return reader_left_status;
    print(out, arguments, judge, summary, colour);
    if (reader_left()) return reader_left_status;
    std::string failed = outputs.failed();
    if (failed.empty() && !std::cout.flush()) failed = "standard output";
    if (failed.empty()) return summary.exit_status;
    std::cerr << "aoe-conform: " << failed << " could not be written whole\n";
    return 4;
}

}  // namespace aoe::conformance
