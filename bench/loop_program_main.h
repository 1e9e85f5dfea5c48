// SPDX-License-Identifier: MIT
// How the programs that measure loops read their words and end: they take no option for IFACE and
// MAC, which must be there.
//
// For main files only, which are the ones that may include CLI11; hence the name.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

namespace aoe::bench {

/// What a word says cannot be: exit status 2. what() is one sentence.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class LoopProgram {
public:
    LoopProgram(const std::string& name, const std::string& purpose, const std::string& footer);

    CLI::App& app() { return app_; }
    /// One that must be there, after those that were added before.
    void add_word(const std::string& name, std::string& value, const std::string& help);
    /// The exit status of `work`, or 2 and a sentence for a mistake of the command line, or 1 and a
    /// sentence for whatever else it throws.
    int run(int argc, char** argv, const std::function<int()>& work);

private:
    CLI::App app_;
    std::vector<std::pair<std::string, const std::string*>> words_;
};

}  // namespace aoe::bench
