// SPDX-License-Identifier: MIT
#include "conformance/cli/compare_outputs.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <sstream>

#include "conformance/cli/commands.h"
#include "conformance/compare/matrix_html.h"
#include "conformance/compare/matrix_json.h"
#include "conformance/compare/matrix_text.h"
#include "conformance/report/whole_file.h"

namespace aoe::conformance {

namespace {

std::string text_of(const Matrix& matrix, const std::string& format, const std::string& page) {
    if (format == "json") return matrix_json(matrix);
    std::ostringstream out;
    if (format == "html") {
        write_matrix_html(out, matrix);
    } else {
        write_matrix_markdown(out, matrix, page);
    }
    return out.str();
}

}  // namespace

CompareOutputs::CompareOutputs(const std::vector<std::string>& wanted, bool all_rows)
    : all_rows_(all_rows) {
    for (const std::string& each : wanted) {
        const std::size_t equals = each.find('=');
        Output output{.format = each.substr(0, equals), .file = {}};
        if (equals != std::string::npos) output.file = each.substr(equals + 1);
        const bool known =
            output.format == "json" || output.format == "html" || output.format == "markdown";
        if (!known || output.file.empty()) {
            throw UsageError(fmt::format(
                "-o of compare takes json=FILE, or html or markdown in place of json, with - for "
                "standard output, not '{}'",
                each));
        }
        for (const Output& other : outputs_) {
            if (other.file != output.file) continue;
            throw UsageError(fmt::format("two files cannot both be {}", output.file));
        }
        const std::string why_not = output.file == "-" ? "" : why_not_writable(output.file);
        if (!why_not.empty()) {
            throw UsageError(fmt::format("cannot write {}: {}", output.file, why_not));
        }
        outputs_.push_back(std::move(output));
    }
}

std::string CompareOutputs::page_beside(const Output& output) const {
    const std::filesystem::path folder = std::filesystem::path(output.file).parent_path();
    for (const Output& other : outputs_) {
        const std::filesystem::path page = other.file;
        if (other.format == "html" && page.parent_path() == folder && other.file != "-") {
            return page.filename();
        }
    }
    return {};
}

bool CompareOutputs::write(const Matrix& matrix) const {
    bool whole = true, stdout_is_taken = false;
    for (const Output& output : outputs_) {
        const std::string text = text_of(matrix, output.format, page_beside(output));
        if (output.file == "-") {
            stdout_is_taken = true;
            std::cout << text;
        } else if (const std::string wrong = write_whole(output.file, text); !wrong.empty()) {
            whole = false;
            std::cerr << fmt::format("aoe-conform: {} could not be written whole: {}\n",
                                     output.file, wrong);
        }
    }
    if (!stdout_is_taken) write_matrix_text(std::cout, matrix, all_rows_);
    if (std::cout.flush()) return whole;
    std::cerr << "aoe-conform: standard output could not be written whole\n";
    return false;
}

}  // namespace aoe::conformance
