// SPDX-License-Identifier: MIT
// render and diff: what is done with the JSON lines of runs that are over.
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <sstream>

#include "conformance/cli/commands.h"
#include "conformance/report/diff.h"
#include "conformance/report/digest.h"
#include "conformance/report/formats.h"
#include "conformance/report/results.h"
#include "conformance/report/whole_file.h"

namespace aoe::conformance {

namespace {

// Of a file, or of standard input for "-".
Results read_file(const std::string& name) {
    std::ifstream file;
    if (name != "-") file.open(name);
    if (!file) throw UsageError(fmt::format("cannot open the results {}", name));
    auto results = read_results(name == "-" ? std::cin : file,
                                name == "-" ? std::string("standard input") : name);
    if (!results) throw UsageError(results.error());
    return *std::move(results);
}

int not_written(const std::string& file, const std::string& why) {
    std::cerr << "aoe-conform: " << file << " could not be written whole"
              << (why.empty() ? "" : ": ") << why << '\n';
    return 4;
}

int finish_stdout(int status) {
    std::cout.flush();
    return std::cout ? status : not_written("standard output", "");
}

}  // namespace

int render(const std::string& results_file, const std::string& format_name,
           const std::string& output_file) {
    const Format* format = find_format(format_name);
    if (format == nullptr) {
        throw UsageError(fmt::format("render needs --as with {}{}", format_names(),
                                     format_name.empty() ? "" : ", not " + format_name));
    }
    const Results results = read_file(results_file);
    if (!results.summary) {
        std::cerr << "aoe-conform: " << results_file << ": " << problems(results).front() << '\n';
    }
    if (output_file.empty() || output_file == "-") {
        format->write(std::cout, results);
        return finish_stdout(0);
    }
    std::ostringstream text;
    format->write(text, results);
    const std::string wrong = write_whole(output_file, text.str());
    return wrong.empty() ? 0 : not_written(output_file, wrong);
}

int diff(const std::string& old_file, const std::string& new_file, bool fail_on_regression) {
    const Results before = read_file(old_file);
    const Results after = read_file(new_file);
    const Difference difference = write_diff(std::cout, before, after);
    if (!fail_on_regression) return finish_stdout(0);
    if (difference.compared == 0 && difference.regressions == 0) {
        throw UsageError(
            "--fail-on=regression needs something to compare: the two runs have no "
            "case in common");
    }
    return finish_stdout(difference.regressions == 0 ? 0 : 1);
}

}  // namespace aoe::conformance
