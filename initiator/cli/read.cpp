// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "initiator/cli/interrupt.h"
#include "initiator/cli/moves.h"
#include "initiator/cli/progress_line.h"
#include "initiator/cli/streams.h"
#include "initiator/cli/support.h"
#include "initiator/cli/text.h"
#include "initiator/cli/transfers.h"
#include "initiator/transfer.h"

namespace aoe::initiator {

void read_into(Target& target, std::uint64_t start, std::uint64_t count, Output& output,
               bool sparse) {
    ProgressLine progress("read", count, target.clock());
    const Transfer result = read_sectors(
        target.session(), target.device().address, start, count,
        [&](Bytes bytes) { return sparse ? output.write_sparse(bytes) : output.write(bytes); },
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

void run_read(const ReadOptions& options) {
    const std::uint64_t start = number("--start", options.start);
    if (options.output.empty()) refuse_terminal_output("sectors");
    require_yes_for_device(options.output, options.yes);
    if (!options.count.empty()) (void)number("--count", options.count);
    Target target(options.target);
    const std::uint64_t count = sectors_to_move(target, start, options.count);
    Output output(options.output);
    read_into(target, start, count, output, false);
}

}  // namespace aoe::initiator
