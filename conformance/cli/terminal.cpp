// SPDX-License-Identifier: MIT
#include "conformance/cli/terminal.h"

#include <cstdlib>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>

#include <sys/ioctl.h>

#include "conformance/cli/commands.h"

namespace aoe::conformance {

namespace {

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

}  // namespace

bool is_terminal(int descriptor) {
    return ::isatty(descriptor) == 1 && environment("TERM") != "dumb";
}

// NO_COLOR is for programs that were not told otherwise (no-color.org).
bool wants_colour(const std::string& when, bool terminal) {
    if (when == "always") return true;
    if (when == "never") return false;
    if (when == "auto") return terminal && environment("NO_COLOR").empty();
    throw UsageError(fmt::format("--color takes auto, always or never, not '{}'", when));
}

std::size_t columns_of(int descriptor) {
    winsize size{};
    const bool known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

}  // namespace aoe::conformance
