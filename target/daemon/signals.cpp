// SPDX-License-Identifier: MIT
#include "target/daemon/signals.h"

#include <csignal>
#include <unistd.h>

#include <sys/signalfd.h>

namespace aoe::target {

Descriptor await_signals(std::initializer_list<int> signals) {
    ::signal(SIGPIPE, SIG_IGN);
    sigset_t wanted;
    sigemptyset(&wanted);
    for (const int each : signals) sigaddset(&wanted, each);
    ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
    Descriptor descriptor(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!descriptor) throw_errno("cannot wait for signals");
    return descriptor;
}

void clear_signals(const Descriptor& signals) {
    signalfd_siginfo signal;
    while (::read(signals.get(), &signal, sizeof signal) > 0) {
    }
}

}  // namespace aoe::target
