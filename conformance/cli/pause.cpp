// SPDX-License-Identifier: MIT
#include "conformance/cli/pause.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "conformance/cli/commands.h"
#include "conformance/selection.h"

namespace aoe::conformance {

namespace {

void wait_for_line(const std::atomic<bool>* stop) {
    char letter = 0;
    while (letter != '\n' && !(stop != nullptr && stop->load())) {
        const ssize_t size = ::read(STDIN_FILENO, &letter, 1);
        if (size == 0 || (size < 0 && errno != EINTR)) return;
    }
}

}  // namespace

std::function<void(const Case&)> pause_before(const PauseOptions& options,
                                              const std::vector<const Case*>& cases) {
    if (options.patterns.empty()) return {};
    auto chosen = choose_cases("--pause", options.patterns, all_cases());
    if (!chosen) throw UsageError(chosen.error());
    const auto runs = [&](const Case* test) {
        return std::find(cases.begin(), cases.end(), test) != cases.end();
    };
    if (std::none_of(chosen->begin(), chosen->end(), runs)) {
        throw UsageError(fmt::format("--pause '{}': none of these cases is among those to run",
                                     options.patterns));
    }
    return [options, chosen = *std::move(chosen)](const Case& test) {
        if (std::find(chosen.begin(), chosen.end(), &test) == chosen.end()) return;
        const auto pid = options.control != nullptr ? options.control->process_id() : std::nullopt;
        if (options.make_room) options.make_room();
        std::cerr << fmt::format("aoe-conform: before {} of {}{}; Enter goes on", test.id,
                                 options.target,
                                 pid ? fmt::format(", whose process is {}", *pid) : "")
                  << std::endl;
        wait_for_line(options.stop);
    };
}

}  // namespace aoe::conformance
