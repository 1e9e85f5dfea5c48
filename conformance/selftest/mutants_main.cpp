// SPDX-License-Identifier: MIT
// Judges the suite: runs every case against every mutant of the bundled target and prints, by
// chapter, how many were caught. Not installed; `./run mutants` builds and starts it.
//
//     mutants [-v] [--readme FILE]     FILE must hold the last line as it is printed
//
// Exit status: 0 when the clean target passes, at least 98 % are caught and each survivor has its
// reason; 1 when not; 2 for a wrong command line.
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/selftest/mutant_run.h"

using namespace aoe::conformance;

namespace {

constexpr double least_percent = 98;

struct Options {
    bool verbose = false;
    std::string readme;
};

struct Row {
    std::size_t mutants = 0, broken = 0, told = 0;
    std::size_t caught() const { return broken + told; }
};

struct Score {
    std::map<std::string, Row> rows;  // By the requirement's chapter.
    Row total;
    std::vector<std::string> survivors, problems;
    std::map<std::string_view, std::vector<std::string_view>> mutants_of_case;
};

// "AOE-CFG-01" is of chapter "CFG".
std::string chapter(std::string_view requirement) {
    requirement.remove_prefix(std::string_view("AOE-").size());
    return std::string(requirement.substr(0, requirement.find('-')));
}

void count(Row& row, Caught caught) {
    ++row.mutants;
    row.broken += caught == Caught::broken ? 1 : 0;
    row.told += caught == Caught::told ? 1 : 0;
}

void add(Score& score, const Mutant& mutant, const SuiteRun& run, const SuiteRun& clean) {
    const Caught caught = judge_mutant(mutant, run, clean);
    count(score.rows[chapter(mutant.clause)], caught);
    count(score.total, caught);
    for (const std::string_view id : noticing_cases(run, clean)) {
        score.mutants_of_case[id].push_back(mutant.name);
    }
    if (run.changes == 0) {
        score.problems.push_back(fmt::format("{} changed nothing", mutant.name));
    } else if (caught == Caught::no) {
        score.survivors.push_back(fmt::format("{} ({}): {} {}", mutant.name, mutant.clause,
                                              mutant.mistake, mutant.survives));
        if (mutant.survives.empty()) {
            score.problems.push_back(fmt::format("{} survives without a reason; found was:\n{}",
                                                 mutant.name, failures_of(run)));
        }
    } else if (!mutant.survives.empty()) {
        score.problems.push_back(fmt::format("{} is caught: its reason is wrong", mutant.name));
    }
}

double percent(const Row& row) {
    if (row.mutants == 0) return 0;
    return 100.0 * static_cast<double>(row.caught()) / static_cast<double>(row.mutants);
}

std::string last_line(const Row& total) {
    return fmt::format("{} of {} mutants caught ({:.1f} %)", total.caught(), total.mutants,
                       percent(total));
}

void print_row(std::string_view name, const Row& row) {
    fmt::print("{:8} {:7} {:7} {:7} {:7.1f} %\n", name, row.mutants, row.broken, row.told,
               percent(row));
}

// Which cases noticed which mutants, those that noticed none first.
void print_cases(const Score& score) {
    std::size_t idle = 0;
    for (const Case& test : all_cases()) {
        if (score.mutants_of_case.contains(test.id)) continue;
        fmt::print("noticed no mutant: {}\n", test.id);
        ++idle;
    }
    for (const Case& test : all_cases()) {
        const auto found = score.mutants_of_case.find(test.id);
        if (found == score.mutants_of_case.end()) continue;
        fmt::print("{} noticed {}: {}\n", test.id, found->second.size(),
                   fmt::join(found->second, ", "));
    }
    fmt::print("{} of {} cases noticed a mutant\n\n", all_cases().size() - idle,
               all_cases().size());
}

void print(const Score& score) {
    fmt::print("{:8} {:>7} {:>7} {:>7} {:>9}\n", "chapter", "mutants", "broken", "told", "score");
    for (const auto& [name, row] : score.rows) print_row(name, row);
    print_row("all", score.total);
    fmt::print(
        "\nbroken: a case found the clause broken; told: the clause leaves a choice, and a "
        "case tells another one\n");
    for (const std::string& survivor : score.survivors) fmt::print("survives: {}\n", survivor);
    for (const std::string& problem : score.problems) fmt::print("problem: {}\n", problem);
    fmt::print("{}\n", last_line(score.total));
}

bool readme_says(const std::string& path, const std::string& line) {
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return text.find(line) != std::string::npos;
}

int judge(const Options& options) {
    const SuiteRun clean = run_suite({});
    Score score;
    if (!failures_of(clean).empty()) {
        score.problems.push_back("the clean target does not pass:\n" + failures_of(clean));
    }
    for (const Mutant& mutant : all_mutants()) {
        add(score, mutant, run_suite({.mutant = &mutant}), clean);
    }
    if (options.verbose) print_cases(score);
    const std::string line = last_line(score.total);
    if (!options.readme.empty() && !readme_says(options.readme, line)) {
        score.problems.push_back(fmt::format("{} does not say '{}'", options.readme, line));
    }
    print(score);
    return score.problems.empty() && percent(score.total) >= least_percent ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "-v") {
            options.verbose = true;
        } else if (arguments[i] == "--readme" && i + 1 < arguments.size()) {
            options.readme = arguments[++i];
        } else {
            fmt::print(stderr, "mutants: '{}' is not understood; there are -v and --readme FILE\n",
                       arguments[i]);
            return 2;
        }
    }
    return judge(options);
}
