// SPDX-License-Identifier: MIT
#include "initiator/cli/commands.h"

#include <cstdio>
#include <fmt/format.h>

#include "initiator/cli/describe.h"
#include "initiator/cli/exit_status.h"
#include "initiator/cli/interrupt.h"
#include "initiator/cli/progress_line.h"
#include "initiator/cli/streams.h"
#include "initiator/cli/text.h"
#include "initiator/error.h"
#include "initiator/transfer.h"

namespace aoe::initiator {
namespace {

std::uint64_t number(std::string_view option, const std::string& text) {
    const auto value = parse_number(option, text);
    if (!value) throw CommandError(ExitStatus::usage, value.error());
    return *value;
}

/// The sentence for sectors that the device has not got.
CommandError out_of_range(const Target& target, std::uint64_t start, std::uint64_t count) {
    const std::uint64_t sectors = target.device().sectors();
    return {ExitStatus::usage,
            fmt::format("{} has {}; {} from sector {} on would go beyond its end", target.name(),
                        sectors_text(sectors), sectors_text(count), start)};
}

void require_range(const Target& target, std::uint64_t start, std::uint64_t count) {
    const std::uint64_t sectors = target.device().sectors();
    if (count > sectors || start > sectors - count) throw out_of_range(target, start, count);
}

CommandError stream_failure(const std::string& name, const std::error_code& error,
                            const std::string& state) {
    return {ExitStatus::failed, fmt::format("{}: {}; {}", name, error.message(), state)};
}

/// Makes what was written stable. A target that cannot do that is not the write's failure, but the
/// user should know.
void flush(Target& target, const std::string& written) {
    const auto error =
        target.session().perform({.kind = Kind::flush, .device = target.device().address});
    if (!error) return;
    if (error == std::errc::interrupted) {
        throw interruption(written + ", and may not be on stable storage yet");
    }
    if (error == std::errc::operation_not_supported || is_abort(error)) {
        fmt::print(stderr,
                   "aoe: {} was not flushed ({}); its own write policy decides when the data is on "
                   "stable storage\n",
                   target.name(), error.message());
        return;
    }
    throw target.failure("flushing failed; " + written, error);
}

std::optional<std::uint64_t> check_input(const Input& input, bool pad) {
    const auto size = input.size();
    if (!size) return std::nullopt;
    if (*size % sector_size != 0 && !pad) {
        throw CommandError(ExitStatus::usage,
                           fmt::format("{} holds {} bytes, which is no multiple of 512; --pad "
                                       "fills the last sector with zeros",
                                       input.name(), *size));
    }
    return (*size + sector_size - 1) / sector_size;
}

}  // namespace

void run_discover(const DiscoverOptions& options) {
    const auto links = open_links(options.interfaces);
    SystemClock clock;
    const auto wait =
        std::chrono::duration_cast<Time>(std::chrono::duration<double>(options.wait_seconds));
    const Discovery found = look_for(links, clock, everybody, wait, std::nullopt);
    std::vector<SightingOn> sightings;
    for (const Sighting& sighting : found.sightings) {
        sightings.push_back({sighting, links[sighting.link].interface});
    }
    if (options.json) print(discovery_json(sightings));
    if (sightings.empty()) throw nobody_answers(links, found, "the broadcast", wait);
    if (!options.json) print(discovery_table(sightings));
}

void run_identify(const IdentifyOptions& options) {
    if (options.raw) refuse_terminal_output("512 bytes of IDENTIFY data");
    const Target target(options.target);
    const Device& device = target.device();
    if (options.raw) {
        print({reinterpret_cast<const char*>(device.identify->data()), device.identify->size()});
    } else if (options.json) {
        print(identify_json(device, target.interface()));
    } else {
        print(identify_text(device, target.interface()));
    }
}

void run_read(const ReadOptions& options) {
    const std::uint64_t start = number("--start", options.start);
    if (options.output.empty()) refuse_terminal_output("sectors");
    std::uint64_t count = options.count.empty() ? 0 : number("--count", options.count);
    Target target(options.target);
    const std::uint64_t sectors = target.device().sectors();
    if (options.count.empty()) count = start < sectors ? sectors - start : 1;
    require_range(target, start, count);
    Output output(options.output);
    ProgressLine progress("read", count, target.clock());
    const Transfer result = read_sectors(
        target.session(), target.device().address, start, count,
        [&](Bytes bytes) { return output.write(bytes); },
        [&](std::uint64_t done) { progress.update(done); });
    const std::string kept = output.what_is_kept(result.sectors);
    const auto stopped = std::make_error_code(std::errc::interrupted);
    if (result.device_error == stopped || result.stream_error == stopped) {
        throw interruption(
            fmt::format("{} of {} were read; {}", result.sectors, sectors_text(count), kept));
    }
    if (result.device_error) {
        throw target.failure(
            fmt::format("reading failed at or after sector {}; {}", start + result.sectors, kept),
            result.device_error);
    }
    if (result.stream_error) throw stream_failure(output.name(), result.stream_error, kept);
    if (const auto error = output.commit()) throw stream_failure(output.name(), error, kept);
}

void run_write(const WriteCommandOptions& options) {
    const std::uint64_t start = number("--start", options.start);
    if (!options.yes) {
        throw CommandError(ExitStatus::usage,
                           fmt::format("this overwrites sectors of {} from number {} on; add --yes "
                                       "to do it",
                                       options.target.target, start));
    }
    Input input(options.input);
    const auto count = check_input(input, options.pad);
    Target target(options.target);
    require_range(target, start, count.value_or(0));
    ProgressLine progress("written", count, target.clock());
    const Transfer result = write_sectors(
        target.session(), target.device().address, start, target.device().sectors(),
        [&](MutableBytes room) { return input.read(room); }, {.pad = options.pad},
        [&](std::uint64_t done) { progress.update(done); });
    const std::string written =
        fmt::format("written: {} from number {} on", sectors_text(result.sectors), start);
    const auto stopped = std::make_error_code(std::errc::interrupted);
    if (result.device_error == stopped || result.stream_error == stopped) {
        throw interruption(written + ", and perhaps some more");
    }
    if (result.device_error == std::errc::no_space_on_device) {
        throw CommandError(
            ExitStatus::failed,
            fmt::format("{} goes on beyond the end of {}, which has {}; {}", input.name(),
                        target.name(), sectors_text(target.device().sectors()), written));
    }
    if (result.device_error) {
        throw target.failure("writing failed; " + written, result.device_error);
    }
    flush(target, written);
    if (result.stream_error) throw stream_failure(input.name(), result.stream_error, written);
    if (result.odd_bytes != 0) {
        throw CommandError(ExitStatus::failed,
                           fmt::format("{} ended with {} bytes that fill no sector and were not "
                                       "written; {}; --pad fills the last sector with zeros",
                                       input.name(), result.odd_bytes, written));
    }
}

}  // namespace aoe::initiator
