// SPDX-License-Identifier: MIT
// The commands that move sectors.
#include <CLI/CLI.hpp>

#include "initiator/cli/options.h"

namespace aoe::initiator {
namespace {

void add_start(CLI::App& command, const char* name, std::string& start, const char* help) {
    command.add_option(name, start, help)->type_name("SECTOR")->capture_default_str();
}

void add_count(CLI::App& command, std::string& count, const char* help) {
    command.add_option("--count", count, help)->type_name("SECTORS");
}

void add_yes(CLI::App& command, bool& yes) {
    command.add_flag("--yes", yes, "Really overwrite; nothing is written without it");
}

void add_read(CLI::App& app, ReadOptions& options) {
    CLI::App& command = *app.add_subcommand("read", "Copy sectors to a file or standard output");
    add_target(command, options.target);
    add_start(command, "--start", options.start, "First sector, decimal or 0x...");
    add_count(command, options.count, "How many, decimal or 0x...; default: to the end");
    command
        .add_option("-o,--output", options.output,
                    "File to write, as FILE.partial until it is complete; default: standard output")
        ->type_name("FILE");
    command.add_flag("--yes", options.yes, "Really overwrite FILE where it is a block device");
    command.callback([&options] { run_read(options); });
}

void add_write(CLI::App& app, WriteCommandOptions& options) {
    CLI::App& command =
        *app.add_subcommand("write", "Overwrite sectors from a file or standard input, and flush");
    add_target(command, options.target);
    add_start(command, "--start", options.start, "First sector, decimal or 0x...");
    add_count(command, options.count, "How many; default: all that the file holds");
    command.add_option("-f,--file", options.input, "File to read; default: standard input")
        ->type_name("FILE");
    command.add_flag("--pad", options.pad, "Fill an incomplete last sector with zeros");
    add_yes(command, options.yes);
    command.callback([&options] { run_write(options); });
}

void add_copy(CLI::App& app, CopyOptions& options) {
    CLI::App& command = *app.add_subcommand(
        "copy", "Copy a device to a file, a file to a device, or one device to another");
    command.add_option("FROM", options.from, "Target or FILE")->required()->type_name("");
    command.add_option("TO", options.to, "Target or FILE")->required()->type_name("");
    add_search(command, options.target);
    add_start(command, "--from-start", options.from_start, "First sector to read");
    add_start(command, "--to-start", options.to_start, "First sector to write, of a device");
    add_count(command, options.count, "How many; default: all of FROM");
    command.add_flag("--target-is-zero", options.target_is_zero,
                     "The device to write holds zeros only: leave out what is zero");
    command.add_flag("--pad", options.pad, "Fill a file's incomplete last sector with zeros");
    command.add_flag("--yes", options.yes,
                     "Really overwrite; no device, and no FILE that is a block device, without it");
    command.callback([&options] { run_copy(options); });
}

void add_compare(CLI::App& app, CompareOptions& options) {
    CLI::App& command =
        *app.add_subcommand("compare", "Compare a device with a file or another device");
    command.add_option("LEFT", options.left, "Target or FILE")->required()->type_name("");
    command.add_option("RIGHT", options.right, "Target or FILE")->required()->type_name("");
    add_search(command, options.target);
    add_start(command, "--left-start", options.left_start, "First sector of LEFT");
    add_start(command, "--right-start", options.right_start, "First sector of RIGHT");
    add_count(command, options.count, "How many; default: all of both");
    add_json(command, options.json);
    command.callback([&options] { run_compare(options); });
}

void add_exercise(CLI::App& app, ExerciseOptions& options) {
    CLI::App& command = *app.add_subcommand(
        "exercise", "Overwrite sectors with a pattern, flush, read them back and check each");
    add_target(command, options.target);
    add_start(command, "--start", options.start, "First sector, decimal or 0x...");
    add_count(command, options.count, "How many; default: to the end");
    command.add_option("--passes", options.passes, "How often, each with another pattern")
        ->type_name("TIMES")
        ->check(CLI::Range(1, 1000000).description(""))
        ->capture_default_str();
    command.add_option("--seed", options.seed, "Of the pattern")
        ->type_name("NUMBER")
        ->capture_default_str();
    add_yes(command, options.yes);
    add_json(command, options.json);
    command.callback([&options] { run_exercise(options); });
}

}  // namespace

void add_commands_that_move(CLI::App& app, AllOptions& options) {
    add_read(app, options.read);
    add_write(app, options.write);
    add_copy(app, options.copy);
    add_compare(app, options.compare);
    add_exercise(app, options.exercise);
}

}  // namespace aoe::initiator
