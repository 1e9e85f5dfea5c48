// SPDX-License-Identifier: MIT
// aoe copy: device to file, file to device, device to device.
#include <algorithm>
#include <fmt/format.h>

#include "initiator/cli/interrupt.h"
#include "initiator/cli/moves.h"
#include "initiator/cli/streams.h"
#include "initiator/cli/support.h"
#include "initiator/cli/text.h"
#include "initiator/cli/transfers.h"
#include "initiator/transfer.h"

namespace aoe::initiator {
namespace {

struct Starts {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
};

void to_file(const CopyOptions& options, const Starts& starts) {
    if (starts.to != 0) {
        throw CommandError(ExitStatus::usage,
                           "--to-start is for a device; a file is written from its beginning");
    }
    require_yes_for_device(options.to, options.yes);
    Target from(options.target.named(options.from));
    const std::uint64_t count = sectors_to_move(from, starts.from, options.count);
    Output output(options.to);
    read_into(from, starts.from, count, output, true);
}

void from_file(const CopyOptions& options, const Starts& starts) {
    Input input(options.from);
    std::optional<std::uint64_t> count;
    if (!options.count.empty()) count = number("--count", options.count);
    if (starts.from != 0) input.skip(starts.from * sector_size);
    const auto total = sectors_to_write(input, options.pad, count);
    Target to(options.target.named(options.to));
    require_range(to, starts.to, total.value_or(0));
    write_from(to,
               {.start = starts.to,
                .total = total,
                .source_name = input.name(),
                .options = {.pad = options.pad, .skip_zeros = options.target_is_zero},
                .count = count},
               [&](MutableBytes room) { return input.read(room); });
}

void require_apart(const Target& from, const Target& to, const Starts& starts,
                   std::uint64_t count) {
    const bool same = from.device().address == to.device().address && from.mac() == to.mac();
    const auto [low, high] = std::minmax(starts.from, starts.to);
    if (!same || high - low >= count) return;
    throw CommandError(
        ExitStatus::usage,
        fmt::format("source and destination are the same sectors of {}, or overlap", to.name()));
}

void between_devices(const CopyOptions& options, const Starts& starts) {
    Target from(options.target.named(options.from));
    const std::uint64_t count = sectors_to_move(from, starts.from, options.count);
    Target to(options.target.named(options.to));
    require_range(to, starts.to, count);
    require_apart(from, to, starts, count);
    SectorReader reader(from.session(), from.device().address, starts.from, count);
    std::error_code read_error;
    try {
        write_from(to,
                   {.start = starts.to,
                    .total = count,
                    .source_name = from.name(),
                    .options = {.skip_zeros = options.target_is_zero}},
                   [&](MutableBytes room) -> Expected<std::size_t, std::error_code> {
                       const auto bytes = reader.next();
                       if (!bytes) {
                           read_error = bytes.error();
                           return Unexpected{read_error};
                       }
                       std::copy(bytes->begin(), bytes->end(), room.begin());
                       return bytes->size();
                   });
    } catch (const CommandError& error) {
        // Silence of the source is silence, not a file's error.
        if (read_error != std::errc::timed_out) throw;
        throw CommandError(ExitStatus::no_answer, error.what());
    }
}

}  // namespace

void run_copy(const CopyOptions& options) {
    const bool from_device = names_target(options.from);
    const bool to_device = names_target(options.to);
    const Starts starts{number("--from-start", options.from_start),
                        number("--to-start", options.to_start)};
    if (!from_device && !to_device) {
        throw CommandError(ExitStatus::usage,
                           fmt::format("neither '{}' nor '{}' is a target like e7.3; cp copies "
                                       "files",
                                       escape(options.from), escape(options.to)));
    }
    if (options.target_is_zero && !to_device) {
        throw CommandError(ExitStatus::usage, "--target-is-zero is for copying to a device");
    }
    if (to_device) {
        require_yes(options.yes, fmt::format("overwrites sectors of {} from number {} on",
                                             options.to, starts.to));
    }
    if (!to_device) return to_file(options, starts);
    if (!from_device) return from_file(options, starts);
    between_devices(options, starts);
}

}  // namespace aoe::initiator
