// SPDX-License-Identifier: MIT
// The subcommands and their options, for main.cpp.
#pragma once

#include "initiator/cli/commands.h"
#include "initiator/cli/transfers.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace aoe::initiator {

struct AllOptions {
    DiscoverOptions discover, stat;
    IdentifyOptions identify;
    PingOptions ping;
    WatchOptions watch;
    ReadOptions read;
    WriteCommandOptions write;
    CopyOptions copy;
    CompareOptions compare;
    ExerciseOptions exercise;
    FlushOptions flush;
    ConfigOptions config;
    MaskOptions mask;
    ReserveOptions reserve;
    RawOptions raw;
};

/// `options` must outlive the parsing: the commands run as the last part of it.
void add_commands_that_ask(CLI::App& app, AllOptions& options);
void add_commands_that_move(CLI::App& app, AllOptions& options);
void add_commands_that_set(CLI::App& app, AllOptions& options);

// What several commands have.
void add_interfaces(CLI::App& command, std::vector<std::string>& interfaces);
CLI::Option* add_seconds(CLI::App& command, const char* name, double& seconds, const char* help);
void add_target(CLI::App& command, TargetOptions& target);
/// Without the name and the machine, for commands with two sides.
void add_search(CLI::App& command, TargetOptions& target);
void add_json(CLI::App& command, bool& json);

}  // namespace aoe::initiator
