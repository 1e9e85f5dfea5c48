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
#include "conformance/cli/reference_main.h"

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
  aoe-conform -i eth1 --shelf 0 --tests 'cfg.*,AOE-HDR-08'
  aoe-conform render run.jsonl --as html --output run.html; aoe-conform diff old.jsonl run.jsonl
  aoe-conform list; aoe-conform coverage; aoe-conform restore aoe-conform-e7.3.journal

Exit status: 0 all required passed; 1 not (also: cases left when --max-time ended); 2 usage, no
right to open the interface, or nothing judged; 3 target unreachable or lost, or its state not put
back; 4 our own error; 5 only unexpected passes; 130 interrupted; 141 the reader of the report left.
The first that applies of 4, 3, 2, 1, 5, 0.)";

// How many words an option takes that is not of what is judged, so that a case can be appended and
// no report of this run is overwritten; 0 for any other word.
int words_left_out(std::string_view word) {
    for (const std::string_view option : {"--tests", "--output", "-o"}) {
        if (word == option) return 2;
        const bool one = word.starts_with(option) &&
                         (option == "-o" || word.substr(option.size()).starts_with('='));
        if (one) return 1;
    }
    return 0;
}

// The command line as a shell takes it.
std::string again(int argc, char** argv) {
    std::string text;
    for (int i = 0; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (const int left_out = words_left_out(word)) {
            i += left_out - 1;
            continue;
        }
        if (!text.empty()) text += ' ';
        const bool plain = word.find_first_of(" '\"{}*?$&;|<>()\\!#~`") == std::string_view::npos;
        if (plain && !word.empty()) {
            text += word;
            continue;
        }
        text += '\'';
        for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
        text += '\'';
    }
    return text;
}

void add_run_options(CLI::App& app, RunArguments& run) {
    app.add_option("-i,--iface", run.interface, "Ethernet interface to send from")
        ->type_name("IFACE");
    app.add_option("--shelf", run.shelf, "Shelf to judge")
        ->type_name("0..65534")
        ->check(CLI::Range(0, 65534).description(""));
    app.add_option("--slot", run.slot, "Slot to judge; without it every slot that answers")
        ->type_name("0..254")
        ->check(CLI::Range(0, 254).description(""));
    app.add_option("--allow", run.allow, "Doors to open, with commas between; needs --slot")
        ->type_name("write,config,mask,reserve,hostile,disk,all");
    app.add_option("--tests", run.tests,
                   "Cases or requirements, with * and ?, commas between, ! to leave out")
        ->type_name("CASES");
    app.add_option("--start", run.start,
                   "Start this target in a private network, on a scratch disk, every door open "
                   "(shelf 258, slot 0 unless given); "
                   "{shelf} {slot} {iface} {file} are filled in, {ro:-r} and {accept:-m {mac}} "
                   "stand for options of a read-only start and of one for our address alone")
        ->type_name("COMMAND");
    app.add_option("--stop", run.stop, "How to stop it, where SIGTERM is not the way")
        ->type_name("COMMAND")
        ->needs("--start");
    app.add_option("--mtu", run.mtu, "MTU of the private network (1500)")
        ->needs("--start")
        ->type_name("576..65535")
        ->check(CLI::Range(576, 65535).description(""));
    app.add_option("-o,--output", run.outputs,
                   "json=FILE: results as JSON lines; junit=, html=, tap=, markdown= likewise; "
                   "- for stdout; several at once")
        ->type_name("FORMAT=FILE");
    app.add_option("--expect", run.expect_file, "Known failures: ID xfail \"text\" \"reason\"")
        ->type_name("FILE");
    app.add_flag("--strict", run.strict, "A warning counts as a failure");
    app.add_option("--revision", run.revision, "Judge by this revision of the protocol")
        ->type_name("r8|r10|r11|auto");
    app.add_option("--repeat", run.repeat, "Run every case so often")
        ->type_name("1..1000000")
        ->check(CLI::Range(1, 1000000).description(""));
    app.add_option("--retries", run.retries,
                   "Run a failed case again so often; what then passes is no failure")
        ->type_name("0..1000")
        ->check(CLI::Range(0, 1000).description(""));
    app.add_option("--seed", run.seed, "Of everything that is left to chance (1)")->type_name("N");
    app.add_option("--timeout", run.timeout_factor, "Wait so many times longer (1)")
        ->type_name("0.1..1000")
        ->check(CLI::Range(0.1, 1000.0).description(""));
    app.add_option("--max-time", run.max_time_s, "Seconds after which no further case starts")
        ->type_name("SECONDS")
        ->check(CLI::Validator(CLI::PositiveNumber).description(""));
    app.add_option(
           "--soak",
           [&run](const CLI::results_t& values) {
               const std::string& text = values.front();
               if (text.empty()) run.soak_s = 60;
               return text.empty() || CLI::detail::lexical_cast(text, run.soak_s);
           },
           "Also run the cases that wait, each so many seconds (60)")
        ->expected(0, 1)
        ->type_name("SECONDS")
        ->check(CLI::Validator(
            [](const std::string& text) {
                return text.empty() ? std::string() : CLI::Range(1, 86400)(text);
            },
            ""));
    app.add_option("--scratch", run.scratch, "Sectors that may be written")
        ->type_name("FIRST:COUNT");
    app.add_option("--journal", run.journal, "Where to save the target's state before a change")
        ->type_name("FILE");
    app.add_option("--record", run.record,
                   "Keep every frame there, a pcapng for each target; it must have none yet")
        ->type_name("DIR");
    app.add_option("--target-mac", run.target_mac, "Which of two machines with one address")
        ->type_name("MAC");
    app.add_flag("--force", run.force, "Run although somebody else seems to use the target");
    CLI::Option* verbose =
        app.add_flag("-v,--verbose", run.verbosity, "A line for every case; -vv its frames too");
    app.add_flag("-q,--quiet", run.quiet, "Only what did not pass, and the last line")
        ->excludes(verbose);
    app.add_option("--color", run.color, "Colours; auto: on a terminal, unless NO_COLOR is set")
        ->type_name("auto|always|never");
}

// Subcommands: each adds itself, runs when it was given, and leaves its exit status.
void add_list(CLI::App& app, int& status) {
    CLI::App* list = app.add_subcommand("list", "Show the cases, without running any");
    auto tests = std::make_shared<std::string>();
    list->add_option("--tests", *tests, "Only these")->type_name("CASES");
    list->callback([tests, &status] {
        list_cases(std::cout, *tests);
        status = 0;
    });
}

void add_coverage(CLI::App& app, int& status) {
    app.add_subcommand("coverage", "Show which cases judge each requirement, or why none does")
        ->callback([&status] {
            print_coverage(std::cout);
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
    for (const auto add : {add_list, add_coverage, add_explain, add_restore, add_render, add_diff})
        add(app, status);

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
    arguments.again = again(argc, argv);
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
