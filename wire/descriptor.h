// SPDX-License-Identifier: MIT
// File descriptors that close themselves, and the two kinds that links make to be waited on.
#pragma once

#include <utility>

namespace aoe {

/// Owns a file descriptor; -1 is none.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int descriptor) noexcept : descriptor_(descriptor) {}
    Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~Descriptor();

    int get() const noexcept { return descriptor_; }
    explicit operator bool() const noexcept { return descriptor_ >= 0; }

private:
    int descriptor_ = -1;
};

/// A descriptor that is readable while it is set. Throws std::system_error when there is none left.
class Wakeup {
public:
    Wakeup();
    void set(bool readable) noexcept;
    int descriptor() const noexcept { return event_.get(); }

private:
    Descriptor event_;
    bool readable_ = false;
};

/// An epoll descriptor that is readable while one of the added ones is. Throws std::system_error.
class AnyOf {
public:
    AnyOf();
    void add(int descriptor);
    int descriptor() const noexcept { return epoll_.get(); }

private:
    Descriptor epoll_;
};

/// Throws std::system_error with what errno says now, opened by `what`.
[[noreturn]] void throw_errno(const char* what);

}  // namespace aoe
