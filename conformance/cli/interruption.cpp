// SPDX-License-Identifier: MIT
#include "conformance/cli/interruption.h"

#include <signal.h>

namespace aoe::conformance {

namespace {

std::atomic<bool> came{false};
std::atomic<bool> pipe_broke{false};

void on_signal(int signal) {
    if (signal == SIGPIPE) pipe_broke.store(true);
    came.store(true);
}

}  // namespace

// No SA_RESTART: whoever waits is to notice.
void catch_interruptions() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
        ::sigaction(signal, &action, nullptr);
    }
}

const std::atomic<bool>& interrupted() {
    return came;
}

bool reader_left() {
    return pipe_broke.load();
}

}  // namespace aoe::conformance
