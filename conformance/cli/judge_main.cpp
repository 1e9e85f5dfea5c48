// SPDX-License-Identifier: MIT
#include "conformance/cli/judge_main.h"

#include <memory>

#include "cli/values_main.h"
#include "conformance/cli/commands.h"
#include "conformance/cli/options.h"

namespace aoe::conformance {

void add_judge(CLI::App& app, int& status) {
    auto options = std::make_shared<JudgeArguments>();
    CLI::App* judge = app.add_subcommand("judge", "Judge recorded traffic, without a network");
    judge->add_option("FILE", options->files, "pcap or pcapng, - for standard input")
        ->required()
        ->type_name("");
    judge->add_option("-o,--output", options->outputs, "As for a run: json=FILE; - for stdout")
        ->type_name("FORMAT=FILE");
    add_selection(*judge, options->tests, options->skip, options->as_of);
    judge
        ->add_option("-n,--first", options->first,
                     "Show so many violations of each rule and target (8)")
        ->type_name("N")
        ->check(cli::between(1, 1000000));
    judge->add_flag("--strict", options->strict, "A warning counts as a failure");
    judge->add_flag("-v,--verbose", options->list, "List every frame, one a line");
    judge->add_flag("-q,--quiet", options->quiet, "Only what was broken, and the last line");
    judge->add_option("--color", options->color, "Colours; auto: on a terminal")
        ->type_name("auto|always|never");
    judge->callback([options, &status] { status = judge_captures(*options); });
    judge->footer(R"(Examples:
  aoe-conform judge trace.pcapng                 who broke what at which frame, on either side
  tcpdump -w - 'ether proto 0x88a2' | aoe-conform judge -v -
  aoe-conform judge *.pcap -o json=verdicts.json

Exit status: as of a run; 2 when a file cannot be read to its end, or there is nothing to judge.)");
}

}  // namespace aoe::conformance
