// SPDX-License-Identifier: MIT
// aoe exercise: fills sectors with a pattern that tells every sector and pass from every other, and
// reads them back.
#include <algorithm>
#include <fmt/format.h>

#include "initiator/cli/interrupt.h"
#include "initiator/cli/json_text.h"
#include "initiator/cli/moves.h"
#include "initiator/cli/pattern.h"
#include "initiator/cli/progress_line.h"
#include "initiator/cli/streams.h"
#include "initiator/cli/support.h"
#include "initiator/cli/text.h"
#include "initiator/cli/transfers.h"
#include "initiator/transfer.h"

namespace aoe::initiator {
namespace {

// So many wrong sectors are named one by one.
constexpr std::size_t most_named = 10;

struct Range {
    std::uint64_t start = 0;
    std::uint64_t count = 0;
};

struct Outcome {
    std::uint64_t wrong = 0;
    std::vector<std::string> named;
    double write_mb_per_s = 0, read_mb_per_s = 0;
};

double rate(std::uint64_t sectors, Time elapsed) {
    const double seconds = std::chrono::duration<double>(elapsed).count();
    return seconds > 0 ? static_cast<double>(sectors * sector_size) / 1e6 / seconds : 0;
}

void write_pass(Target& target, const Range& range, const Pattern& pattern) {
    std::uint64_t next = range.start;
    write_from(target, {.start = range.start, .total = range.count, .source_name = "the pattern"},
               [&](MutableBytes room) -> Expected<std::size_t, std::error_code> {
                   const std::uint64_t left = range.start + range.count - next;
                   const std::size_t sectors =
                       std::min<std::uint64_t>(left, room.size() / sector_size);
                   for (std::size_t i = 0; i < sectors; ++i, ++next) {
                       pattern.fill(next, room.subspan(i * sector_size).first<sector_size>());
                   }
                   return sectors * sector_size;
               });
}

void read_pass(Target& target, const Range& range, const Pattern& pattern, Outcome& outcome) {
    std::uint64_t next = range.start;
    ProgressLine progress("checked", range.count, target.clock());
    const Transfer result = read_sectors(
        target.session(), target.device().address, range.start, range.count,
        [&](Bytes bytes) -> std::error_code {
            for (; !bytes.empty(); bytes = bytes.subspan(sector_size), ++next) {
                const auto wrong = pattern.check(next, bytes.first<sector_size>());
                if (!wrong) continue;
                if (outcome.named.size() < most_named) {
                    outcome.named.push_back(fmt::format("sector {} {}", next, *wrong));
                }
                ++outcome.wrong;
            }
            return {};
        },
        [&](std::uint64_t done) { progress.update(done); });
    if (!result.device_error) return;
    const std::string state =
        fmt::format("{} of {} were checked", result.sectors, sectors_text(range.count));
    if (result.device_error == std::errc::interrupted) {
        throw interruption(state + ", all of them hold the pattern now");
    }
    throw target.failure("reading back failed; " + state, result.device_error);
}

}  // namespace

void run_exercise(const ExerciseOptions& options) {
    const std::uint64_t start = number("--start", options.start);
    if (!options.count.empty()) (void)number("--count", options.count);
    require_yes(options.yes,
                fmt::format("overwrites sectors of {} from number {} on with a pattern",
                            options.target.target, start));
    Target target(options.target);
    const Range range{start, sectors_to_move(target, start, options.count)};
    Outcome outcome;
    for (std::uint64_t pass = 0; pass < options.passes; ++pass) {
        const Pattern pattern(options.seed, pass);
        const Time begin = target.clock().now();
        write_pass(target, range, pattern);
        const Time written = target.clock().now();
        read_pass(target, range, pattern, outcome);
        outcome.write_mb_per_s = rate(range.count, written - begin);
        outcome.read_mb_per_s = rate(range.count, target.clock().now() - written);
    }
    if (options.json) {
        Json json = json_place(target.device().address, target.interface(), target.mac());
        json["start"] = range.start;
        json["sectors"] = range.count;
        json["passes"] = options.passes;
        json["seed"] = options.seed;
        json["wrong_sectors"] = outcome.wrong;
        json["wrong"] = outcome.named;
        json["write_mb_per_s"] = outcome.write_mb_per_s;
        json["read_mb_per_s"] = outcome.read_mb_per_s;
        print(json_text(json));
    } else {
        std::string text;
        for (const std::string& wrong : outcome.named) text += wrong + '\n';
        print(text + fmt::format("{} from number {} on, passes {}: {} wrong; last pass written at "
                                 "{:.1f} MB/s, read at {:.1f} MB/s\n",
                                 sectors_text(range.count), range.start, options.passes,
                                 outcome.wrong, outcome.write_mb_per_s, outcome.read_mb_per_s));
    }
    if (outcome.wrong == 0) return;
    throw CommandError(ExitStatus::failed, fmt::format("{} gave back {} other than written",
                                                       target.name(), sectors_text(outcome.wrong)));
}

}  // namespace aoe::initiator
