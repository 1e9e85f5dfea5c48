// SPDX-License-Identifier: MIT
#include "conformance/cli/compare.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <unistd.h>

#include "conformance/cli/commands.h"
#include "conformance/cli/compare_bench.h"
#include "conformance/cli/compare_outputs.h"
#include "conformance/cli/compare_runs.h"
#include "conformance/cli/interruption.h"
#include "conformance/compare/contest.h"
#include "conformance/compare/insight.h"
#include "conformance/compare/matrix.h"
#include "conformance/compare/matrix_json.h"
#include "conformance/compare/one_target.h"
#include "conformance/compare/plan.h"
#include "conformance/compare/settle.h"
#include "conformance/compare/targets_page.h"
#include "conformance/report/digest.h"
#include "conformance/report/results.h"
#include "conformance/selection.h"

namespace aoe::conformance {

namespace {

// Beyond what a run may take by itself: its start, its end, and cases that are under way.
constexpr std::chrono::seconds grace(60);

std::string read_whole(const std::string& name) {
    std::ifstream file(name);
    if (!file) throw UsageError(fmt::format("cannot open {}", name));
    return {std::istreambuf_iterator<char>(file), {}};
}

// What is to be done for one plan, and what came of it.
struct Entry {
    const Plan* plan = nullptr;
    std::filesystem::path bin{}, folder{};
    std::optional<Column> column{};  // Known without running anything.
};

std::string target_name(const Plan& plan) {
    if (!plan.shelf || !plan.slot) return {};
    return fmt::format("e{}.{}", *plan.shelf, *plan.slot);
}

// As the run itself says.
How how_of(const Results& results) {
    for (const auto& [key, value] : results.run.parameters) {
        if (key == "judge") return How::judged;
        if (key == "from" && !value.empty()) return How::replayed;
    }
    return How::live;
}

Column column_of_results(const Plan& plan) {
    const std::string& name = plan.sources.front();
    std::ifstream file(name);
    if (!file) return empty_column(plan, State::missing, "there is no " + name);
    auto results = read_results(file, name);
    if (!results) return empty_column(plan, State::failed, results.error());
    const How how = how_of(*results);
    const auto mine = how == How::judged || results->targets.size() > 1
                          ? of_one_target(*std::move(results), target_name(plan))
                          : std::optional(*std::move(results));
    if (!mine) return empty_column(plan, State::failed, "it is not in " + name);
    return make_column(plan, *mine, how);
}

std::optional<Column> column_without_run(const Plan& plan, std::filesystem::path& bin) {
    if (plan.kind == PlanKind::results) return column_of_results(plan);
    if (!starts_something(plan.kind) || (plan.program.empty() && plan.bin.empty()))
        return std::nullopt;
    const auto found = find_program(plan);
    if (!found && !plan.bin.empty()) {
        return empty_column(plan, State::missing, fmt::format("there is no {}", plan.bin.string()));
    }
    if (!found) return empty_column(plan, State::missing, plan.get);
    if (plan.kind == PlanKind::module && ::geteuid() != 0) {
        return empty_column(plan, State::failed,
                            "loading a kernel module into this machine needs root; kind = 'vm' "
                            "loads it into a guest");
    }
    if (plan.kind == PlanKind::vm) {
        const std::string why = why_no_guest(plan);
        if (!why.empty()) return empty_column(plan, State::missing, why);
    }
    bin = *found;
    return std::nullopt;
}

// With a run that was told to end. Short where all that it began ends with it.
std::chrono::milliseconds patience(PlanKind kind) {
    if (kind == PlanKind::module) return std::chrono::minutes(2);  // It is to be unloaded.
    if (kind == PlanKind::wire) return std::chrono::seconds(10);   // Its state is to be put back.
    return std::chrono::milliseconds(500);
}

How how_of(PlanKind kind) {
    if (kind == PlanKind::capture) return How::judged;
    return kind == PlanKind::recording ? How::replayed : How::live;
}

Column column_of(const Entry& entry, const Finish& finish) {
    std::ifstream file(entry.folder / results_file_name);
    auto results = file ? read_results(file, "what is left of its run")
                        : Expected<Results, std::string>(Unexpected{std::string()});
    std::string why = finish.said.substr(0, finish.said.find_last_not_of('\n') + 1);
    if (finish.interrupted) why = "interrupted before it was judged";
    if (finish.timed_out) why = "it was still not done when its time was over";
    if (!results || results->cases.empty()) {
        if (results && !finish.interrupted && !finish.timed_out) {
            const std::vector<std::string> wrong = problems(*results);
            if (!wrong.empty()) why = wrong.front();
        }
        return empty_column(*entry.plan, State::failed,
                            why.empty() ? "its run left no results" : why);
    }
    const auto mine = entry.plan->kind == PlanKind::capture
                          ? of_one_target(*std::move(results), target_name(*entry.plan))
                          : std::optional(*std::move(results));
    if (!mine) return empty_column(*entry.plan, State::failed, "it is not in the capture");
    Column column = make_column(*entry.plan, *mine, how_of(entry.plan->kind));
    // What a module's process says at its end is that it could not unload it.
    const bool still_loaded = entry.plan->kind == PlanKind::module && !why.empty();
    if (finish.timed_out || finish.interrupted || still_loaded) {
        column.note = why + (column.note.empty() ? "" : "; ") + column.note;
        if (column.state == State::judged) column.state = State::partly;
    }
    return column;
}

void tell(const Column& column) {
    std::cerr << fmt::format("{}: {}\n", column.title,
                             column.state == State::judged || column.state == State::partly
                                 ? counts_text(column.cases)
                                 : state_text(column));
}

std::vector<Column> judge(const CompareArguments& arguments, const std::vector<Plan>& plans) {
    const TemporaryFolder folder;
    std::vector<Entry> entries;
    std::vector<Entrant> entrants;
    std::vector<std::size_t> places;  // Of each entrant among the entries.
    for (const Plan& plan : plans) {
        Entry entry{.plan = &plan};
        entry.folder = folder.path() / std::to_string(entries.size());
        entry.column = column_without_run(plan, entry.bin);
        if (!entry.column) {
            std::filesystem::create_directory(entry.folder);
            places.push_back(entries.size());
            entrants.push_back({.name = plan.name,
                                .run = run_of(arguments, plan, entry.bin, entry.folder),
                                .patience = patience(plan.kind)});
        }
        entries.push_back(std::move(entry));
    }
    const ContestOptions options{.at_once = arguments.jobs,
                                 .limit = std::chrono::duration_cast<std::chrono::milliseconds>(
                                              std::chrono::duration<double>(arguments.max_time_s)) +
                                          grace,
                                 .stop = &interrupted()};
    run_contest(entrants, options, [&](std::size_t index, const Finish& finish) {
        Entry& entry = entries[places[index]];
        entry.column = column_of(entry, finish);
        if (starts_something(entry.plan->kind)) settle(*entry.column, entry.folder);
        tell(*entry.column);
    });
    std::vector<Column> columns;
    for (Entry& entry : entries) {
        if (!entry.column) entry.column = column_of(entry, Finish{.interrupted = true});
        columns.push_back(*std::move(entry.column));
    }
    return columns;
}

int status_of(const Matrix& matrix) {
    const auto has = [&](State state) {
        return std::any_of(matrix.columns.begin(), matrix.columns.end(),
                           [&](const Column& column) { return column.state == state; });
    };
    if (has(State::failed) || has(State::partly)) return 3;
    return has(State::judged) ? 0 : 2;
}

template <typename Named> std::vector<std::string> names(const std::vector<Named>& all) {
    std::vector<std::string> found;
    for (const Named& each : all) found.push_back(each.name);
    return found;
}

Plans plans_of(const CompareArguments& arguments, const std::string& text) {
    if (arguments.targets.empty()) return {.targets = profiles(), .measurements = {}};
    try {
        return parse_plans(text, arguments.targets,
                           std::filesystem::path(arguments.targets).parent_path());
    } catch (const std::runtime_error& error) {
        throw UsageError(error.what());
    }
}

}  // namespace

int print_known_targets() {
    write_targets_page(std::cout, profiles());
    return std::cout.flush() ? 0 : 4;
}

int compare(const CompareArguments& arguments) {
    CompareOutputs outputs(arguments.outputs, arguments.all_rows);
    const std::string text = arguments.targets.empty() ? "" : read_whole(arguments.targets);
    // The JSON of a comparison that is over is shown again.
    if (text.starts_with('{')) {
        auto matrix = read_matrix(text, arguments.targets);
        if (!matrix) throw UsageError(matrix.error());
        add_performance(bench_reports(arguments.benches, names(matrix->columns)),
                        matrix->performance);
        return outputs.write(*matrix) ? 0 : 4;
    }
    Plans plans = plans_of(arguments, text);
    apply_bins(arguments.bins, plans.targets);
    std::vector<Performance> performance;
    add_performance(plans.reports, performance);
    add_performance(bench_reports(arguments.benches, names(plans.targets)), performance);
    if (const auto cases =
            select_cases(all_cases(), {arguments.tests, arguments.skip, arguments.as_of});
        !cases) {
        throw UsageError(cases.error());
    }
    catch_interruptions();
    Matrix matrix{.version = AOE_VERSION,
                  .rows = catalogue_rows(),
                  .columns = judge(arguments, plans.targets),
                  .measurements = plans.measurements,
                  .performance = std::move(performance)};
    if (reader_left()) return reader_left_status;
    if (!outputs.write(matrix)) return 4;
    return interrupted().load() ? interrupted_status : status_of(matrix);
}

}  // namespace aoe::conformance
