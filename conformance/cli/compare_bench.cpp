// SPDX-License-Identifier: MIT
#include "conformance/cli/compare_bench.h"

#include <algorithm>
#include <fmt/format.h>
#include <sstream>

#include "conformance/cli/commands.h"

namespace aoe::conformance {

std::vector<BenchReport> bench_reports(const std::vector<std::string>& words,
                                       const std::vector<std::string>& known) {
    std::vector<BenchReport> reports;
    for (const std::string& word : words) {
        const std::size_t equals = std::min(word.find('='), word.size());
        BenchReport report;
        report.file = word.substr(std::min(equals + 1, word.size()));
        std::istringstream names(word.substr(0, equals));
        bool good = !report.file.empty() && equals > 0;
        for (std::string name; std::getline(names, name, ',');) {
            const bool is_known = std::find(known.begin(), known.end(), name) != known.end();
            good = good && (name == "-" || is_known);
            report.targets.push_back(name);
        }
        if (!good) {
            throw UsageError(
                fmt::format("--bench takes NAME=FILE, or NAME,NAME=FILE for a report "
                            "of two targets, not '{}'; the names are {}",
                            word, fmt::join(known, ", ")));
        }
        reports.push_back(std::move(report));
    }
    return reports;
}

void add_performance(const std::vector<BenchReport>& reports, std::vector<Performance>& all) {
    for (const BenchReport& report : reports) {
        const auto speeds = read_bench_report(report);
        if (!speeds) throw UsageError(speeds.error());
        for (const Performance& speed : *speeds) {
            if (std::find(all.begin(), all.end(), speed) == all.end()) all.push_back(speed);
        }
    }
}

}  // namespace aoe::conformance
