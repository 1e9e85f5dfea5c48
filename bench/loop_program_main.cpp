// SPDX-License-Identifier: MIT
#include "bench/loop_program_main.h"

#include <cstdio>
#include <exception>
#include <memory>

#include "cli/command_line_main.h"

namespace aoe::bench {

namespace {

struct Formatter final : CLI::Formatter {
    explicit Formatter(std::string text) : usage(std::move(text)) {}
    std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
        return "Usage: " + usage + '\n';
    }

    std::string usage;
};

}  // namespace

LoopProgram::LoopProgram(const std::string& name, const std::string& purpose,
                         const std::string& footer)
    : app_(purpose, name) {
    app_.set_version_flag("--version", name + " " AOE_VERSION);
    app_.footer(footer);
    // Not the options' own check, which would come before that for options that do not exist.
    app_.callback([this] {
        for (const auto& [word, value] : words_) {
            if (value->empty()) throw CLI::RequiredError(word);
        }
    });
}

void LoopProgram::add_word(const std::string& name, std::string& value, const std::string& help) {
    app_.add_option(name, value, help);
    words_.emplace_back(name, &value);
    std::string usage = app_.get_name() + " [OPTIONS]";
    for (const auto& each : words_) usage += ' ' + each.first;
    app_.formatter(std::make_shared<Formatter>(usage));
}

int LoopProgram::run(int argc, char** argv, const std::function<int()>& work) {
    if (const auto status = cli::read_words(app_, argc, argv)) return *status;
    const auto complain = [this](const std::exception& error, int status) {
        std::fprintf(stderr, "%s: %s\n", app_.get_name().c_str(), error.what());
        return status;
    };
    try {
        return work();
    } catch (const UsageError& error) {
        return complain(error, 2);
    } catch (const std::exception& error) {
        return complain(error, 1);
    }
}

}  // namespace aoe::bench
