// SPDX-License-Identifier: MIT
// The files that -o asks for, opened before anything else happens, so that a run is not lost to a
// folder that cannot be written.
#pragma once

#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "conformance/report/report.h"

namespace aoe::conformance {

class Outputs {
public:
    /// Each "json=FILE", with - for standard output. Throws UsageError.
    explicit Outputs(const std::vector<std::string>& wanted);

    void add_to(Reporters& all);
    bool uses_stdout() const { return uses_stdout_; }
    /// Empty, or the file that could not be written whole.
    std::string failed();

private:
    void open(const std::string& name);

    std::vector<std::pair<std::string, std::unique_ptr<std::ofstream>>> files_;
    std::vector<std::unique_ptr<Reporter>> reports_;
    bool uses_stdout_ = false;
};

}  // namespace aoe::conformance
