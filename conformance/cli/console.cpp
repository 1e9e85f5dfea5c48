// SPDX-License-Identifier: MIT
#include "conformance/cli/console.h"

#include <iostream>
#include <unistd.h>

#include "conformance/cli/terminal.h"

namespace aoe::conformance {

Console::Console(const RunArguments& arguments, bool stdout_is_taken, Clock& clock)
    : clock_(clock) {
    const int descriptor = stdout_is_taken ? STDERR_FILENO : STDOUT_FILENO;
    std::ostream& out = stdout_is_taken ? std::cerr : std::cout;
    const bool terminal = is_terminal(descriptor);
    const ConsoleStyle style{.colour = wants_colour(arguments.color, terminal),
                             .quiet = arguments.quiet,
                             .strict = arguments.strict,
                             .verbosity = arguments.verbosity};
    // Results that go to the same terminal would be torn by a line that comes and goes.
    if (terminal && !(stdout_is_taken && is_terminal(STDOUT_FILENO))) {
        LiveLineOptions options{.columns = [descriptor] { return columns_of(descriptor); },
                                .max_time = std::nullopt};
        if (arguments.max_time_s) {
            options.max_time = std::chrono::duration_cast<Time>(
                std::chrono::duration<double>(*arguments.max_time_s));
        }
        line_ = std::make_unique<LiveLine>(out, clock, options);
        live_clock_.emplace(clock, *line_);
    }
    report_.emplace(line_ ? line_->out() : out, std::cerr, style);
    if (line_) line_->wrap(*report_);
}

Reporter& Console::reporter() {
    if (line_) return *line_;
    return *report_;
}

void Console::make_room() {
    if (line_) line_->out() << "" << std::flush;
}

Clock& Console::clock() {
    if (live_clock_) return *live_clock_;
    return clock_;
}

}  // namespace aoe::conformance
