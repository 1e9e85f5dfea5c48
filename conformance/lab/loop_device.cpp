// SPDX-License-Identifier: MIT
#include "conformance/lab/loop_device.h"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <linux/loop.h>
#include <sys/ioctl.h>

namespace aoe::conformance {

namespace {

// Somebody else may take the free one that we were told of.
constexpr int most_attempts = 64;

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// A descriptor that is closed where the block ends.
class Opened {
public:
    Opened(const char* path, int flags) : fd_(::open(path, flags | O_CLOEXEC)) {
        if (fd_ < 0) fail(std::string("a loop device, which needs root: opening ") + path);
    }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    ~Opened() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }
    int release() {
        const int fd = fd_;
        fd_ = -1;
        return fd;
    }

private:
    int fd_;
};

}  // namespace

LoopDevice::LoopDevice(const std::string& file) {
    const Opened disk(file.c_str(), O_RDWR);
    const Opened control("/dev/loop-control", O_RDWR);
    for (int i = 0; i < most_attempts; ++i) {
        const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
        if (number < 0) fail("finding a free loop device");
        path_ = "/dev/loop" + std::to_string(number);
        Opened device(path_.c_str(), O_RDWR);
        loop_config config{};
        config.fd = static_cast<__u32>(disk.get());
        config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
        if (::ioctl(device.get(), LOOP_CONFIGURE, &config) == 0) {
            fd_ = device.release();
            return;
        }
        if (errno != EBUSY) break;
    }
    fail("attaching " + path_);
}

LoopDevice::~LoopDevice() {
    ::close(fd_);
}

}  // namespace aoe::conformance
