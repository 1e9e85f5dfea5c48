// SPDX-License-Identifier: MIT
#include "initiator/cli/interrupt.h"

#include <csignal>

namespace aoe::initiator {
namespace {

volatile std::sig_atomic_t signal_number = 0;

extern "C" void remember(int number) {
    signal_number = number;
}

}  // namespace

void watch_signals() {
    struct sigaction action {};
    action.sa_handler = remember;
    // No SA_RESTART: whatever waits is to look at interrupted() again.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() noexcept {
    return signal_number != 0;
}

CommandError interruption(const std::string& sentence) {
    return {128 + static_cast<int>(signal_number), "interrupted: " + sentence};
}

}  // namespace aoe::initiator
