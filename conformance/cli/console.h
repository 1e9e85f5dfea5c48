// SPDX-License-Identifier: MIT
// The report for people as the place wants it: a live line and colours on a terminal, plain text
// in a pipe or a file.
#pragma once

#include <memory>
#include <optional>

#include "conformance/cli/commands.h"
#include "conformance/report/console_report.h"
#include "conformance/report/live_line.h"
#include "wire/clock.h"

namespace aoe::conformance {

class Console {
public:
    /// Prints to standard output, or to standard error when `stdout_is_taken`. Throws UsageError
    /// when --color is none of its three words. `clock` must outlive this.
    Console(const RunArguments& arguments, bool stdout_is_taken, Clock& clock);

    Reporter& reporter();
    /// Erases the live line, for what is printed elsewhere.
    void make_room();
    /// The clock that the run must wait by.
    Clock& clock();

private:
    Clock& clock_;
    std::unique_ptr<LiveLine> line_;  // None where it could not be erased again.
    std::optional<LiveClock> live_clock_;
    std::optional<ConsoleReport> report_;
};

}  // namespace aoe::conformance
