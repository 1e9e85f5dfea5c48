// SPDX-License-Identifier: MIT
// `aoe-conform compare`, as CLI11 knows it.
#include "conformance/cli/compare_main.h"

#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

#include "cli/values_main.h"
#include "conformance/cli/compare.h"
#include "conformance/cli/lockstep.h"
#include "conformance/cli/options.h"
#include "conformance/cli/reference.h"

namespace aoe::conformance {

void add_compare(CLI::App& app, int& status) {
    CLI::App* command =
        app.add_subcommand("compare", "Judge several implementations, and draw the matrix");
    auto arguments = std::make_shared<CompareArguments>();
    auto words = std::make_shared<std::vector<std::string>>();
    command
        ->add_option("TARGETS", *words,
                     "TOML: what to start and how (docs/compare.md); or the JSON of an earlier "
                     "comparison, to write it again. Without it, every implementation that is "
                     "known here, as far as it is installed")
        ->type_name("FILE");
    command->add_option("--bin", arguments->bins, "Where a target's program or module is")
        ->type_name("NAME=PATH")
        ->allow_extra_args(false);
    command
        ->add_option(
            "--bench", arguments->benches,
            "How fast a target is: what aoe-bench -o json=FILE wrote; NAME,NAME=FILE where "
            "it measured two")
        ->type_name("NAME=FILE")
        ->allow_extra_args(false);
    command
        ->add_option("-o,--output", arguments->outputs,
                     "json=FILE: all of it; html=, markdown= likewise; - for stdout; several at "
                     "once")
        ->type_name("FORMAT=FILE")
        ->allow_extra_args(false);
    add_selection(*command, arguments->tests, arguments->skip, arguments->as_of);
    command->add_option("-j,--jobs", arguments->jobs, "So many targets at once")
        ->type_name("1..64")
        ->check(cli::between(1, 64));
    command
        ->add_option("--max-time", arguments->max_time_s,
                     "Seconds for each target, after which no further case starts (300)")
        ->type_name("SECONDS")
        ->check(cli::above_zero());
    command->add_flag("-v,--verbose", arguments->all_rows,
                      "Every requirement, those that all of them meet too");
    command->footer(
        R"(Examples:
  aoe-conform compare                                        what is installed here
  aoe-conform compare --bin ggaoed=/opt/sbin/ggaoed -j 2     with a program that is elsewhere
  aoe-conform compare targets.toml -o json=all.json          the targets of a file
  aoe-conform compare all.json -v                            an earlier comparison again
  aoe-conform compare all.json --bench bundled,vblade=b.json -o html=all.html
                                                             with what aoe-bench measured
  aoe-conform compare --lockstep vblade reference            where these two part

Exit status: 0 all that is there was judged to the end, or answered alike; 1 two in
lock-step did not; 2 usage, or nothing judged; 3 something that
is there could not be judged, or not to the end; 4 our own error; 130 interrupted.)");
    auto lock = std::make_shared<LockstepArguments>();
    auto in_step = std::make_shared<bool>(false);
    command->add_flag(
        "--lockstep", *in_step,
        "Send the same requests to two TARGETS until they answer differently, and find "
        "the shortest way there; each e7.3@veth0, vblade or another that is known, "
        "reference, our own in memory, or a file of --record");
    command
        ->add_option("--allow", lock->allow,
                     "Doors of --lockstep to targets that answer already, with commas between")
        ->type_name("write,config,mask,reserve,hostile,disk,all");
    command->add_option("--seed", lock->seed, "Of the requests of --lockstep (1)")->type_name("N");
    command->add_option("--requests", lock->requests, "So many, at most (1000)")
        ->type_name("1..1000000")
        ->check(cli::between(1, 1000000));
    auto known = std::make_shared<bool>(false);
    command->add_flag("--known", *known,
                      "Only tell of each implementation where it comes from, and how it is built, "
                      "configured and started");
    static const std::vector<const char*> only_in_step{"--allow", "--seed", "--requests"};
    static const std::vector<const char*> not_in_step{
        "--bench", "--output", "--tests", "--skip", "--as-of", "--jobs", "--max-time", "--verbose"};
    command->callback([command, arguments, words, known, in_step, lock, &status] {
        const std::size_t wanted = *in_step ? 2 : 1;
        if (words->size() > wanted || (*in_step && words->size() < wanted)) {
            throw UsageError(*in_step ? "--lockstep needs two targets"
                                      : "compare takes one file of targets");
        }
        for (const char* option : *in_step ? not_in_step : only_in_step) {
            if (command->count(option) == 0) continue;
            throw UsageError(
                fmt::format("{} {} --lockstep", option, *in_step ? "is not for" : "goes with"));
        }
        if (*known) {
            status = print_known_targets();
        } else if (*in_step) {
            lock->sides = *words;
            lock->bins = arguments->bins;
            status = lockstep(*lock, reference_side);
        } else {
            if (!words->empty()) arguments->targets = words->front();
            status = compare(*arguments);
        }
    });
}

}  // namespace aoe::conformance
