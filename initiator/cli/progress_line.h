// SPDX-License-Identifier: MIT
// A line on standard error that says how far a transfer is, how fast, and from the first second on
// how long it will still take; only on a terminal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wire/clock.h"

namespace aoe::initiator {

class ProgressLine {
public:
    /// `verb`: "read". Without `total_sectors` the end is not known.
    ProgressLine(std::string verb, std::optional<std::uint64_t> total_sectors, const Clock& clock);
    /// Leaves the line as it is, finished by a newline.
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// Draws at most five times a second.
    void update(std::uint64_t sectors);
    /// The text of the line.
    std::string text(std::uint64_t sectors, Time elapsed) const;

private:
    void draw();

    std::string verb_;
    std::optional<std::uint64_t> total_sectors_;
    const Clock& clock_;
    bool shown_;
    Time start_;
    Time next_;
    std::uint64_t sectors_ = 0;
};

}  // namespace aoe::initiator
