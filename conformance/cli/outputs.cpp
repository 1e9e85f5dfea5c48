// SPDX-License-Identifier: MIT
#include "conformance/cli/outputs.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <iostream>

#include "conformance/cli/commands.h"
#include "conformance/report/json_report.h"

namespace aoe::conformance {

Outputs::Outputs(const std::vector<std::string>& wanted) {
    for (const std::string& output : wanted) {
        if (!output.starts_with("json=") || output.size() == 5) {
            throw UsageError(
                fmt::format("-o takes json=FILE, or json=- for standard output, not '{}'", output));
        }
        open(output.substr(5));
    }
}

void Outputs::open(const std::string& name) {
    if (name == "-") {
        uses_stdout_ = true;
        reports_.push_back(std::make_unique<JsonReport>(std::cout));
        return;
    }
    files_.emplace_back(name, std::make_unique<std::ofstream>(name));
    if (!*files_.back().second) {
        throw UsageError(fmt::format("cannot write {}: {}", name, std::strerror(errno)));
    }
    reports_.push_back(std::make_unique<JsonReport>(*files_.back().second));
}

void Outputs::add_to(Reporters& all) {
    for (const auto& report : reports_) all.add(*report);
}

std::string Outputs::failed() {
    for (auto& [name, file] : files_) {
        file->flush();
        if (!*file) return name;
    }
    return {};
}

}  // namespace aoe::conformance
