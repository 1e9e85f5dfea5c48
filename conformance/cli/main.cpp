// SPDX-License-Identifier: MIT
// aoe-conform's command line.
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include <CLI/CLI.hpp>

#include "cli/command_line_main.h"
#include "conformance/cli/commands.h"
#include "conformance/cli/compare_main.h"
#include "conformance/cli/judge_main.h"
#include "conformance/cli/options.h"
#include "conformance/cli/reference.h"
#include "conformance/cli/replay_main.h"
#include "conformance/cli/run_again.h"

namespace {

using namespace aoe::conformance;

constexpr const char* footer =
    R"(Without --allow nothing is sent that could change or hurt a target or its network.
Doors for --allow: write (sectors of the scratch range), config, mask, reserve,
hostile (malformed frames, bursts, unassigned commands, other source addresses),
disk (what a wrong target could let outside the scratch range), all.

Examples:
  aoe-conform --iface eth1 --shelf 0                      judge every slot of shelf 0, harmlessly
  aoe-conform -i eth1 --shelf 7 --slot 3 --allow all      everything, on a target whose data is ours
  aoe-conform --start 'vblade {shelf} {slot} {iface} {file}'
                                                          start it in a private network, judge it
  aoe-conform --start 'vblade {ro:-r} {accept:-m {mac}} {shelf} {slot} {iface} {file}'
                                                          the same, also as a read-only export
  aoe-conform -i eth1 --shelf 0 --tests 'cfg.*,AOE-HDR-08,level:must' --skip cfg.set.length
  aoe-conform render run.jsonl --as html --output run.html; aoe-conform diff old.jsonl run.jsonl
  aoe-conform --from DIR                                  judge what --record DIR kept
  aoe-conform list; aoe-conform coverage; aoe-conform restore aoe-conform-e7.3.journal

Exit status: 0 all required passed; 1 not (also: cases left when --max-time ended); 2 usage, no
right to open the interface, or nothing judged; 3 target unreachable or lost, or its state not put
back; 4 our own error; 5 only unexpected passes; 130 interrupted; 141 the reader of the report left.
The first that applies of 4, 3, 2, 1, 5, 0.)";

// Subcommands: each adds itself, runs when it was given, and leaves its exit status.
void add_list(CLI::App& app, int& status) {
    CLI::App* list = app.add_subcommand("list", "Show the cases, without running any");
    auto arguments = std::make_shared<ListArguments>();
    add_selection(*list, arguments->tests, arguments->skip, arguments->as_of);
    list->add_flag("--rules", arguments->rules, "What judge has in place of cases");
    list->add_flag("--json", arguments->json, "All that is known of each, one object a line");
    list->callback([arguments, &status] {
        list_cases(std::cout, *arguments);
        status = 0;
    });
}

void add_coverage(CLI::App& app, int& status) {
    CLI::App* coverage = app.add_subcommand(
        "coverage", "Show how many requirements have a case, and why not the others");
    auto arguments = std::make_shared<CoverageArguments>();
    coverage->add_flag("--cases", arguments->cases, "Which cases judge each requirement, too");
    coverage->add_flag("--json", arguments->json, "The same as one JSON object, with all cases");
    coverage->callback([arguments, &status] {
        print_coverage(std::cout, *arguments);
        status = 0;
    });
}

void add_explain(CLI::App& app, int& status) {
    struct Options {
        std::vector<std::string> ids;
        bool bytes = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "explain", "Tell all about requirements and cases, with the frames that are sent");
    command->add_option("ID", options->ids, "Requirements, cases, or patterns with * and ?")
        ->required()
        ->type_name("");
    command->add_flag("-v,--verbose", options->bytes, "Every frame, with its bytes");
    command->callback([options, &status] {
        explain_ids(std::cout, options->ids, options->bytes, rehearse);
        status = 0;
    });
}

void add_restore(CLI::App& app, int& status) {
    struct Options {
        std::string journal, interface;
        double timeout_factor = 1;
    };
    auto options = std::make_shared<Options>();
    CLI::App* restore_command =
        app.add_subcommand("restore", "Put back what a killed run left changed");
    restore_command->add_option("JOURNAL", options->journal, "The file that the run left")
        ->required()
        ->type_name("FILE");
    restore_command
        ->add_option("-i,--iface", options->interface, "If not the one that the run used")
        ->type_name("IFACE");
    restore_command
        ->add_option("--timeout", options->timeout_factor, "Wait so many times longer (1)")
        ->type_name("N");
    restore_command->callback([options, &status] {
        status = restore(options->journal, options->interface, options->timeout_factor);
    });
}

void add_render(CLI::App& app, int& status) {
    struct Options {
        std::string results, format, output;
    };
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("render", "Write a report from the JSON lines of a run");
    command->add_option("RESULTS", options->results, "What -o json= wrote; - for stdin")
        ->required()
        ->type_name("FILE");
    command->add_option("--as", options->format, "What to write; must be given")
        ->type_name("markdown|tap|html|junit");
    command->add_option("--output", options->output, "Instead of stdout")->type_name("FILE");
    command->callback([options, &status] {
        status = render(options->results, options->format, options->output);
    });
}

void add_diff(CLI::App& app, int& status) {
    struct Options {
        std::string before, after, fail_on;
    };
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("diff", "Say what changed between two runs");
    command->add_option("OLD", options->before, "JSON lines of the one")
        ->required()
        ->type_name("FILE");
    command->add_option("NEW", options->after, "JSON lines of the other")
        ->required()
        ->type_name("FILE");
    command
        ->add_option("--fail-on", options->fail_on,
                     "regression: exit with 1 when a case that was met or judged no longer is")
        ->type_name("regression")
        ->check(CLI::Validator(CLI::IsMember({"regression"})).description(""));
    command->callback([options, &status] {
        status = diff(options->before, options->after, !options->fail_on.empty());
    });
}

int run(int argc, char** argv) {
    CLI::App app("Judges an ATA-over-Ethernet target by the protocol's requirements.",
                 "aoe-conform");
    app.set_version_flag("--version", "aoe-conform " AOE_VERSION);
    app.footer(footer);
    app.get_formatter()->column_width(28);

    RunArguments arguments;
    add_run_options(app, arguments);

    int status = -1;  // Of the subcommand, once it has run.
    for (const auto add : {add_list, add_coverage, add_explain, add_judge, add_compare, add_restore,
                           add_render, add_diff})
        add(app, status);
    add_replay(app, status, run_again({argv, argv + argc}));

    aoe::cli::describe_on_demand(app, "aoe-conform");
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);
    } catch (const CLI::ParseError& error) {
        std::cerr << "aoe-conform: " << error.what() << "; see aoe-conform --help\n";
        return 2;
    }
    if (status >= 0) return status;
    arguments.again = run_again({argv, argv + argc});
    return run_live(arguments);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const UsageError& error) {
        std::cerr << "aoe-conform: " << error.what() << '\n';
        return 2;
    } catch (const std::system_error& error) {
        std::cerr << "aoe-conform: " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "aoe-conform: our own error: " << error.what() << '\n';
        return 4;
    }
}
