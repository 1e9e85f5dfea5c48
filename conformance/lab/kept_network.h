// SPDX-License-Identifier: MIT
// A network namespace to come back to, kept alive as long as this is.
#pragma once

#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace aoe::conformance {

class KeptNetwork {
public:
    /// None.
    KeptNetwork() = default;
    /// The one that this process is in now. Throws std::system_error.
    static KeptNetwork current() {
        KeptNetwork kept;
        kept.fd_ = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        if (kept.fd_ < 0) fail("opening the network namespace");
        return kept;
    }
    KeptNetwork(KeptNetwork&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    KeptNetwork& operator=(KeptNetwork&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~KeptNetwork() {
        if (fd_ >= 0) ::close(fd_);
    }

    /// -1 when there is none.
    int descriptor() const { return fd_; }
    /// Moves this process into it. Throws std::system_error.
    void enter() const {
        if (::setns(fd_, CLONE_NEWNET) != 0) fail("entering a network namespace");
    }

private:
    [[noreturn]] static void fail(const char* what) {
        throw std::system_error(errno, std::generic_category(), what);
    }
    int fd_ = -1;
};

}  // namespace aoe::conformance
