// SPDX-License-Identifier: MIT
#include "wire/descriptor.h"

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/eventfd.h>

namespace aoe {

void throw_errno(const char* what) {
    throw std::system_error(errno, std::system_category(), what);
}

Descriptor::~Descriptor() {
    if (descriptor_ >= 0) close(descriptor_);
}

Wakeup::Wakeup() : event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (!event_) throw_errno("eventfd");
}

void Wakeup::set(bool readable) noexcept {
    if (readable == readable_) return;
    readable_ = readable;
    // Neither call can fail: the count goes from zero to one and back.
    if (readable) {
        eventfd_write(event_.get(), 1);
    } else {
        eventfd_t count = 0;
        eventfd_read(event_.get(), &count);
    }
}

AnyOf::AnyOf() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_) throw_errno("epoll_create1");
}

void AnyOf::add(int descriptor) {
    epoll_event event{};
    event.events = EPOLLIN;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) throw_errno("epoll_ctl");
}

}  // namespace aoe
