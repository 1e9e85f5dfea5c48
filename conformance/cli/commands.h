// SPDX-License-Identifier: MIT
// What aoe-conform does once its command line is understood.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "conformance/cli/target_arguments.h"

namespace aoe::conformance {

/// The command line as given; texts that need more than a number are checked by run_live().
struct RunArguments : TargetArguments {
    std::string tests;
    std::string skip;
    std::string as_of;
    std::string pause;  // Before which cases.
    std::string revision = "auto";
    std::string expect_file;
    std::vector<std::string> outputs;        // "json=FILE", "html=FILE", ...
    std::optional<std::uint32_t> first_tag;  // Instead of one by chance; no option of its own.
    std::string record;                      // Folder for recordings.
    std::vector<std::string> from;           // Recordings to run from.
    std::optional<unsigned> retries;
    std::optional<double> max_time_s;
    unsigned soak_s = 0;
    std::optional<unsigned> repeat;
    std::optional<std::uint64_t> seed;
    unsigned jobs = 1;  // Processes that share the cases or the slots.
    unsigned verbosity = 0;
    std::string color = "auto";
    bool quiet = false;
    bool shuffle = false;
    bool until_fail = false;
    bool update_expect = false;
    bool strict = false;
    std::string again;  // The command line, for one case to be added to.
};

inline constexpr int interrupted_status = 130;
inline constexpr int reader_left_status = 141;  // As a shell shows SIGPIPE.

/// Runs the suite: the exit status. Throws UsageError, and std::system_error for what the system
/// refused.
int run_live(const RunArguments& arguments);
/// Puts back what an interrupted run left changed: the exit status.
int restore(const std::string& journal_file, const std::string& interface, double timeout_factor);
/// Writes a report of a run that is over, to standard output when no file is named: the exit
/// status. Throws UsageError when the results cannot be read.
int render(const std::string& results_file, const std::string& format_name,
           const std::string& output_file);
/// Says what changed between two runs: the exit status, 1 for a regression when that is to fail.
int diff(const std::string& old_file, const std::string& new_file, bool fail_on_regression);

/// What `judge` was asked for.
struct JudgeArguments {
    std::vector<std::string> files;    // "-" for standard input.
    std::vector<std::string> outputs;  // As -o of a run.
    std::string tests, skip, as_of;    // Of rules, as a run chooses cases.
    std::size_t first = 8;             // Violations shown of each rule and target.
    std::string color = "auto";
    bool list = false;  // A line a frame.
    bool quiet = false;
    bool strict = false;
};
/// Judges recorded traffic: the exit status.
int judge_captures(const JudgeArguments& arguments);

/// What `replay` was asked for.
struct ReplayArguments {
    RunArguments run;                // The target, the doors and the reports.
    std::vector<std::string> files;  // "-" for standard input.
    double speed = 1;
    unsigned window = 1;
    bool as_fast_as_possible = false;
    bool into_scratch = false;
};
/// Plays recorded requests to a live target: the exit status. Throws as run_live().
int replay_captures(const ReplayArguments& arguments);

struct ListArguments {
    std::string tests{}, skip{}, as_of{};
    bool rules = false;  // Those of judge, in place of a run's cases.
    bool json = false;
};
/// One line a case, or one JSON object a line with all that is known of it.
void list_cases(std::ostream& out, const ListArguments& arguments);

struct CoverageArguments {
    bool cases = false;  // Which cases judge each requirement, too.
    bool json = false;
};
/// How many requirements of each group and level have a case, and why not the others.
void print_coverage(std::ostream& out, const CoverageArguments& arguments);

}  // namespace aoe::conformance
