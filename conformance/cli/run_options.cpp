// SPDX-License-Identifier: MIT
#include "conformance/cli/run_options.h"

#include <ctime>
#include <fmt/format.h>
#include <random>

#include "conformance/cli/expect_file.h"
#include "conformance/selection.h"

namespace aoe::conformance {

namespace {

std::optional<Revision> parse_revision(const std::string& text) {
    if (text == "auto") return std::nullopt;
    for (const Revision revision : {Revision::r8, Revision::r10, Revision::r11}) {
        if (text == name(revision)) return revision;
    }
    throw UsageError(fmt::format("--revision takes r8, r10, r11 or auto, not '{}'", text));
}

// Chance that another run would not have, unless the user chose it.
std::uint64_t seed_of(const RunArguments& arguments) {
    if (arguments.seed) return *arguments.seed;
    return arguments.shuffle ? std::random_device{}() : 1;
}

std::string yes_or_no(bool value) {
    return value ? "yes" : "no";
}

template <typename Number> std::string text_or_none(const std::optional<Number>& value) {
    return value ? fmt::format("{}", *value) : "none";
}

std::string now_in_iso8601() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

// What the summary must not leave unsaid.
std::vector<std::string> remarks(const RunArguments& arguments, const SessionOptions& options) {
    std::vector<std::string> lines;
    if (options.shuffle) {
        lines.push_back(fmt::format("in the order of --shuffle --seed {}", options.seed));
    }
    if (!arguments.as_of.empty()) {
        const auto all = select_cases(all_cases(), {arguments.tests, arguments.skip, {}});
        const std::size_t newer = all ? all->size() - options.cases.size() : 0;
        lines.push_back(fmt::format("as of release {}: {} newer case{} left out", arguments.as_of,
                                    newer, newer == 1 ? "" : "s"));
    }
    return lines;
}

}  // namespace

// The options that stand on their own; doors, link and target come later.
SessionOptions session_options(const RunArguments& arguments, Day today) {
    SessionOptions options;
    read_target(arguments, options);
    options.wanted.first_tag = arguments.first_tag.value_or(std::random_device{}());
    if (!options.open.empty() && !arguments.slot && arguments.start.empty()) {
        throw UsageError("--allow needs --slot: what may change a target must name it");
    }
    auto cases = select_cases(all_cases(), {arguments.tests, arguments.skip, arguments.as_of});
    if (!cases) throw UsageError(cases.error());
    options.cases = *std::move(cases);
    options.selection = {arguments.tests, arguments.skip, arguments.as_of};
    options.facts.revision = parse_revision(arguments.revision);
    options.expectations = parse_expect_file(
        arguments.expect_file, read_expect_file(arguments.expect_file, arguments.update_expect));
    options.today = today;
    options.until_fail = arguments.until_fail;
    options.repeat = arguments.repeat.value_or(arguments.until_fail ? until_fail_repeats : 1);
    options.shuffle = arguments.shuffle;
    options.retries = arguments.retries;
    options.seed = seed_of(arguments);
    if (arguments.max_time_s) {
        options.max_time = std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::duration<double>(*arguments.max_time_s));
    }
    options.soak = std::chrono::seconds(arguments.soak_s);
    options.strict = arguments.strict;
    options.record = arguments.record;
    options.epoch = std::chrono::system_clock::now().time_since_epoch() - SystemClock().now();
    return options;
}

RunInfo first_info(const RunArguments& arguments) {
    return {.version = AOE_VERSION,
            .parameters = {},
            .command = arguments.again,
            .cases = 0,
            .started = now_in_iso8601(),
            .strict = arguments.strict,
            .flaky_excused = arguments.retries.has_value()};
}

RunInfo run_info(const RunArguments& arguments, const SessionOptions& options) {
    // A seed that the run chose for itself is part of what runs a case again.
    const bool chosen = !arguments.seed && options.shuffle;
    const std::string seed = chosen ? fmt::format(" --seed {}", options.seed) : "";
    RunInfo info = first_info(arguments);
    info.command += seed;
    info.cases = options.cases.size() * options.repeat;
    info.remarks = remarks(arguments, options);
    info.parameters = {
        {"interface", options.interface},
        {"shelf", std::to_string(options.wanted.shelf)},
        {"slot", options.wanted.slot ? std::to_string(*options.wanted.slot) : std::string("any")},
        {"allow", to_string(options.open)},
        {"tests", arguments.tests},
        {"skip", arguments.skip},
        {"as-of", arguments.as_of},
        {"shuffle", yes_or_no(options.shuffle)},
        {"revision", arguments.revision},
        {"seed", std::to_string(options.seed)},
        {"repeat", std::to_string(options.repeat)},
        {"until-fail", yes_or_no(options.until_fail)},
        {"retries", text_or_none(arguments.retries)},
        {"max-time", text_or_none(arguments.max_time_s)},
        {"pause", arguments.pause},
        {"jobs", std::to_string(arguments.jobs)},
        {"timeout", fmt::format("{}", arguments.timeout_factor)},
        {"strict", yes_or_no(options.strict)},
        {"expect", arguments.expect_file},
        {"update-expect", yes_or_no(arguments.update_expect)},
        {"record", arguments.record},
        {"soak", std::to_string(arguments.soak_s)},
        {"start", arguments.start},
        {"from", fmt::format("{}", fmt::join(arguments.from, " "))}};
    return info;
}

}  // namespace aoe::conformance
