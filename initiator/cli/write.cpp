// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>

#include "initiator/cli/interrupt.h"
#include "initiator/cli/moves.h"
#include "initiator/cli/progress_line.h"
#include "initiator/cli/streams.h"
#include "initiator/cli/support.h"
#include "initiator/cli/text.h"
#include "initiator/cli/transfers.h"
#include "initiator/transfer.h"
#include "wire/address.h"

namespace aoe::initiator {
namespace {

/// At most `count` sectors of what `source` gives.
Source limited(const Source& source, const std::optional<std::uint64_t>& count) {
    if (!count) return source;
    return [&source, left = *count](MutableBytes room) mutable {
        const std::uint64_t sectors = std::min<std::uint64_t>(left, room.size() / sector_size);
        left -= sectors;
        return sectors == 0 ? Expected<std::size_t, std::error_code>(std::size_t{0})
                            : source(room.first(sectors * sector_size));
    };
}

/// A target that starts again has forgotten what it was told to write but not to flush.
void warn_of_restart(Target& target) {
    bool restarted = false;
    std::optional<Mac> other;
    while (const auto notice = target.session().initiator().next_notice()) {
        if (notice->what == Notice::What::other_machine) {
            other = notice->from;
        } else {
            restarted = true;
        }
    }
    if (restarted) {
        fmt::print(stderr,
                   "aoe: {0} announced itself meanwhile, as targets do when they start; if its "
                   "machine lost power, what it had not flushed by then is lost: compare it\n",
                   target.name());
    }
    if (other) {
        fmt::print(stderr,
                   "aoe: {} announced itself as {} meanwhile; all was written to {} all the same\n",
                   to_string(*other), target.name(), to_string(target.mac()));
    }
}

/// What is wrong though the device took all that it was given.
void judge_source(const WriteJob& job, const Transfer& result, const std::string& written) {
    if (result.stream_error) throw stream_failure(job.source_name, result.stream_error, written);
    if (result.odd_bytes != 0) {
        throw CommandError(ExitStatus::failed,
                           fmt::format("{} ended with {} bytes that fill no sector and were not "
                                       "written; {}; --pad fills the last sector with zeros",
                                       job.source_name, result.odd_bytes, written));
    }
    if (job.count && result.sectors < *job.count) {
        throw CommandError(
            ExitStatus::failed,
            fmt::format("{} ended after {}, fewer than the {} that --count says; {}",
                        job.source_name, sectors_text(result.sectors), *job.count, written));
    }
}

}  // namespace

void write_from(Target& target, const WriteJob& job, const Source& source) {
    // What was announced before is of no concern.
    while (target.session().initiator().next_notice()) {
    }
    ProgressLine progress("written", job.total, target.clock());
    const Transfer result =
        write_sectors(target.session(), target.device().address, job.start,
                      target.device().sectors(), limited(source, job.count), job.options,
                      [&](std::uint64_t done) { progress.update(done); });
    const std::string written = written_text(result, job.start);
    const auto stopped = std::make_error_code(std::errc::interrupted);
    if (result.device_error == stopped || result.stream_error == stopped) {
        throw interruption(written + "; not flushed");
    }
    const bool too_long = result.device_error == std::errc::no_space_on_device;
    if (result.device_error && !too_long) {
        throw target.failure("writing failed; " + written + "; not flushed", result.device_error);
    }
    flush_written(target, written);
    warn_of_restart(target);
    if (too_long) {
        throw CommandError(
            ExitStatus::failed,
            fmt::format("{} goes on beyond the end of {}, which has {}; {}", job.source_name,
                        target.name(), sectors_text(target.device().sectors()), written));
    }
    judge_source(job, result, written);
}

void run_write(const WriteCommandOptions& options) {
    const std::uint64_t start = number("--start", options.start);
    std::optional<std::uint64_t> count;
    if (!options.count.empty()) count = number("--count", options.count);
    require_yes(options.yes, fmt::format("overwrites sectors of {} from number {} on",
                                         options.target.target, start));
    Input input(options.input);
    const auto total = sectors_to_write(input, options.pad, count);
    Target target(options.target);
    require_range(target, start, total.value_or(0));
    write_from(target,
               {.start = start,
                .total = total,
                .source_name = input.name(),
                .options = {.pad = options.pad},
                .count = count},
               [&](MutableBytes room) { return input.read(room); });
}

}  // namespace aoe::initiator
