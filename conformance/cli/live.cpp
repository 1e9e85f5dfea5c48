// SPDX-License-Identifier: MIT
// run_live(): from the command line's words to a session over a real interface.
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <signal.h>
#include <sstream>

#include "conformance/cli/commands.h"
#include "conformance/cli/console.h"
#include "conformance/cli/outputs.h"
#include "conformance/lab/started_target.h"
#include "conformance/selection.h"
#include "conformance/session.h"
#include "wire/address.h"
#include "wire/packet_link.h"

namespace aoe::conformance {

namespace {

std::atomic<bool> interrupted{false};

std::atomic<bool> reader_left{false};

void on_signal(int signal) {
    if (signal == SIGPIPE) reader_left.store(true);
    interrupted.store(true);
}

// No SA_RESTART: whoever waits is to notice. A run ends the orderly way, and puts everything back,
// when nobody reads its report any more too.
void catch_signals() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
        ::sigaction(signal, &action, nullptr);
    }
}

SectorRange parse_scratch(const std::string& text) {
    SectorRange range;
    const char* end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, range.first);
    const bool colon = first.ec == std::errc() && first.ptr != end && *first.ptr == ':';
    const auto count = std::from_chars(colon ? first.ptr + 1 : end, end, range.count);
    if (!colon || count.ec != std::errc() || count.ptr != end || range.count == 0) {
        throw UsageError(fmt::format(
            "--scratch takes FIRST:COUNT, the first sector and how many, not '{}'", text));
    }
    return range;
}

std::optional<Revision> parse_revision(const std::string& text) {
    if (text == "auto") return std::nullopt;
    for (const Revision revision : {Revision::r8, Revision::r10, Revision::r11}) {
        if (text == name(revision)) return revision;
    }
    throw UsageError(fmt::format("--revision takes r8, r10, r11 or auto, not '{}'", text));
}

std::vector<Expectation> read_expectations(const std::string& file) {
    if (file.empty()) return {};
    std::ifstream in(file);
    if (!in) throw UsageError(fmt::format("cannot open the expectations {}", file));
    std::stringstream text;
    text << in.rdbuf();
    auto expectations = parse_expectations(text.str(), all_cases());
    if (!expectations) throw UsageError(file + ", " + expectations.error());
    return *std::move(expectations);
}

// The options that stand on their own; doors, link and target come later.
SessionOptions session_options(const RunArguments& arguments) {
    SessionOptions options;
    // Two different bytes, so that a target that swaps them shows.
    options.wanted.shelf = arguments.shelf.value_or(258);
    options.wanted.slot = arguments.slot;
    options.wanted.timeout_factor = arguments.timeout_factor;
    options.wanted.first_tag = std::random_device{}();
    if (!arguments.target_mac.empty()) {
        options.wanted.mac = parse_mac(arguments.target_mac);
        if (!options.wanted.mac) {
            throw UsageError(
                fmt::format("--target-mac takes an address like 02:00:00:00:00:01, "
                            "not '{}'",
                            arguments.target_mac));
        }
    }
    auto doors = parse_doors(arguments.allow);
    if (!doors) throw UsageError(doors.error());
    options.open = *doors;
    if (!doors->empty() && !arguments.slot && arguments.start.empty()) {
        throw UsageError("--allow needs --slot: what may change a target must name it");
    }
    auto cases = select_cases(all_cases(), {.tests = arguments.tests});
    if (!cases) throw UsageError(cases.error());
    options.cases = *std::move(cases);
    options.facts.revision = parse_revision(arguments.revision);
    if (!arguments.scratch.empty()) options.facts.scratch = parse_scratch(arguments.scratch);
    options.expectations = read_expectations(arguments.expect_file);
    options.repeat = arguments.repeat;
    options.retries = arguments.retries;
    options.seed = arguments.seed;
    if (arguments.max_time_s) {
        options.max_time = std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::duration<double>(*arguments.max_time_s));
    }
    options.soak = std::chrono::seconds(arguments.soak_s);
    options.strict = arguments.strict;
    options.force = arguments.force;
    options.journal = arguments.journal;
    options.record = arguments.record;
    options.epoch = std::chrono::system_clock::now().time_since_epoch() - SystemClock().now();
    options.interface = arguments.interface;
    options.stop = &interrupted;
    return options;
}

std::string now_in_iso8601() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

// What is known of a run that does not get so far as to have options.
RunInfo first_info(const RunArguments& arguments) {
    return {.version = AOE_VERSION,
            .parameters = {},
            .command = arguments.again,
            .cases = 0,
            .started = now_in_iso8601(),
            .strict = arguments.strict,
            .flaky_excused = arguments.retries.has_value()};
}

// Recordings are evidence: a folder that has some already is for another run.
void check_record_folder(const std::string& folder) {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
        if (entry.path().extension() != ".pcapng") continue;
        throw UsageError(
            fmt::format("{} has a recording already, {}: --record overwrites none, "
                        "name another folder",
                        folder, entry.path().filename().string()));
    }
}

RunInfo run_info(const RunArguments& arguments, const SessionOptions& options) {
    RunInfo info = first_info(arguments);
    info.cases = options.cases.size() * arguments.repeat;
    info.parameters = {
        {"interface", options.interface},
        {"shelf", std::to_string(options.wanted.shelf)},
        {"slot", options.wanted.slot ? std::to_string(*options.wanted.slot) : std::string("any")},
        {"allow", to_string(options.open)},
        {"tests", arguments.tests},
        {"revision", arguments.revision},
        {"seed", std::to_string(arguments.seed)},
        {"repeat", std::to_string(arguments.repeat)},
        {"timeout", fmt::format("{}", arguments.timeout_factor)},
        {"strict", arguments.strict ? "yes" : "no"},
        {"expect", arguments.expect_file},
        {"soak", std::to_string(arguments.soak_s)},
        {"start", arguments.start}};
    return info;
}

// Everything is open to a target of our own, and nothing of it needs to be saved.
std::unique_ptr<StartedTarget> start_target(const RunArguments& arguments, SessionOptions& options,
                                            Clock& clock) {
    if (options.interface.empty()) options.interface = "veth0";
    options.wanted.slot = options.wanted.slot.value_or(0);
    options.open = all_doors;
    options.private_network = true;
    options.own_target = true;
    try {
        return std::make_unique<StartedTarget>(
            StartOptions{.command = arguments.start,
                         .stop_command = arguments.stop,
                         .interface = options.interface,
                         .shelf = options.wanted.shelf,
                         .slot = *options.wanted.slot,
                         .mtu = arguments.mtu.value_or(1500),
                         .first_tag = options.wanted.first_tag + 0x8000},
            clock);
    } catch (const std::invalid_argument& unknown_placeholder) {
        throw UsageError(unknown_placeholder.what());
    }
}

int run_and_report(const RunArguments& arguments, Outputs& outputs) {
    SessionOptions options = session_options(arguments);
    if (arguments.start.empty() && (arguments.interface.empty() || !arguments.shelf)) {
        throw UsageError(
            fmt::format("{} is missing; the Ethernet interfaces here are: {}. Or give --start "
                        "COMMAND to test a "
                        "target in a private network",
                        arguments.interface.empty() ? "--iface" : "--shelf",
                        fmt::join(ethernet_interfaces(), ", ")));
    }
    catch_signals();

    SystemClock clock;
    std::unique_ptr<StartedTarget> started;
    LinkPtr link;
    if (!arguments.start.empty()) {
        started = start_target(arguments, options, clock);
        if (!started->failure().empty()) {
            outputs.give_up(run_info(arguments, options), started->failure(), 3);
            std::cerr << "aoe-conform: " << started->failure() << '\n';
            return 3;
        }
    } else {
        link = open_packet_link({.interface = options.interface, .see_everything = true});
    }
    options.info = run_info(arguments, options);

    Console console(arguments, outputs.uses_stdout(), clock);
    Reporters reporters;
    reporters.add(console.reporter());
    reporters.add(outputs);
    const int status = run_session(started ? started->link() : *link, console.clock(), options,
                                   reporters, started ? &started->control() : nullptr);
    if (reader_left.load()) return reader_left_status;
    return interrupted.load() ? interrupted_status : status;
}

// Every report that was asked for is written, whatever ends the run.
int run_or_give_up(const RunArguments& arguments, Outputs& outputs) {
    const RunInfo info = first_info(arguments);
    try {
        return run_and_report(arguments, outputs);
    } catch (const UsageError& error) {
        outputs.give_up(info, error.what(), 2);
        throw;
    } catch (const std::system_error& error) {
        outputs.give_up(info, error.what(), 2);
        throw;
    } catch (const std::exception& error) {
        outputs.give_up(info, error.what(), 4);
        throw;
    }
}

}  // namespace

int run_live(const RunArguments& arguments) {
    if (!arguments.record.empty()) check_record_folder(arguments.record);
    Outputs outputs(arguments.outputs);
    const int status = run_or_give_up(arguments, outputs);
    if (status == reader_left_status) return status;
    std::string failed = outputs.failed();
    if (failed.empty() && !std::cout.flush()) failed = "standard output";
    if (failed.empty()) return status;
    std::cerr << "aoe-conform: " << failed << " could not be written whole\n";
    return 4;
}

}  // namespace aoe::conformance
