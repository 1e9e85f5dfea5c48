// SPDX-License-Identifier: MIT
#include "initiator/cli/progress_line.h"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

#include "initiator/cli/text.h"
#include "wire/ata.h"

namespace aoe::initiator {
namespace {

constexpr Time between_drawings = std::chrono::milliseconds(200);

/// "12 s", "3:05", "1:02:09"
std::string duration_text(double seconds) {
    const auto whole = static_cast<std::uint64_t>(seconds + 0.5);
    if (whole < 60) return fmt::format("{} s", whole);
    const std::uint64_t minutes = whole / 60;
    if (minutes < 60) return fmt::format("{}:{:02}", minutes, whole % 60);
    return fmt::format("{}:{:02}:{:02}", minutes / 60, minutes % 60, whole % 60);
}

}  // namespace

ProgressLine::ProgressLine(std::string verb, std::optional<std::uint64_t> total_sectors,
                           const Clock& clock)
    : verb_(std::move(verb)),
      total_sectors_(total_sectors),
      clock_(clock),
      shown_(isatty(STDERR_FILENO) != 0),
      start_(clock.now()),
      next_(start_ + between_drawings) {}

ProgressLine::~ProgressLine() {
    if (!shown_ || sectors_ == 0) return;
    draw();
    std::fputc('\n', stderr);
}

void ProgressLine::update(std::uint64_t sectors) {
    sectors_ = sectors;
    const Time now = clock_.now();
    if (!shown_ || now < next_) return;
    next_ = now + between_drawings;
    draw();
}

std::string ProgressLine::text(std::uint64_t sectors, Time elapsed) const {
    const std::uint64_t bytes = sectors * sector_size;
    const double seconds = std::chrono::duration<double>(elapsed).count();
    std::string line = fmt::format("{} {}", verb_, readable_size(bytes));
    if (total_sectors_ && *total_sectors_ > 0) {
        const auto share = static_cast<double>(sectors) / static_cast<double>(*total_sectors_);
        line += fmt::format(" of {} ({:.0f} %)", readable_size(*total_sectors_ * sector_size),
                            100 * share);
    }
    if (seconds > 0) {
        line += fmt::format(", {:.1f} MB/s", static_cast<double>(bytes) / 1e6 / seconds);
    }
    if (total_sectors_ && sectors > 0 && sectors < *total_sectors_ && seconds >= 1) {
        const auto left = static_cast<double>(*total_sectors_ - sectors);
        line += ", " + duration_text(seconds * left / static_cast<double>(sectors)) + " left";
    }
    return line;
}

void ProgressLine::draw() {
    // Back to the line's start, and what was longer is erased.
    fmt::print(stderr, "\r{}\x1b[K", text(sectors_, clock_.now() - start_));
    std::fflush(stderr);
}

}  // namespace aoe::initiator
