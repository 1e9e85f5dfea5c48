// SPDX-License-Identifier: MIT
#include "conformance/synced_file.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

#include <sys/stat.h>

namespace aoe::conformance {

namespace {

[[noreturn]] void fail(const char* what, const std::filesystem::path& path) {
    throw std::system_error(errno, std::generic_category(),
                            fmt::format("{} {}", what, path.string()));
}

// Open until it is done with, whatever happens.
class File {
public:
    explicit File(int fd) : fd_(fd) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }

private:
    int fd_;
};

void fill(const File& file, const std::filesystem::path& path, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(file.get(), text.data(), text.size());
        if (written < 0 && errno != EINTR) fail("cannot write", path);
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    struct stat old {};
    if (::stat(path.c_str(), &old) == 0 && ::fchmod(file.get(), old.st_mode & 07777) != 0) {
        fail("cannot write", path);
    }
    if (::fsync(file.get()) != 0) fail("cannot sync", path);
}

}  // namespace

void write_synced(const std::filesystem::path& name, std::string_view text) {
    const auto path = std::filesystem::is_symlink(name) ? std::filesystem::canonical(name) : name;
    const std::string temporary = path.string() + ".new";
    const File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file.get() < 0) fail("cannot create", path);
    try {
        fill(file, path, text);
        if (::rename(temporary.c_str(), path.c_str()) != 0) fail("cannot create", path);
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    const File directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.get() < 0 || ::fsync(directory.get()) != 0) fail("cannot sync", path);
}

bool create_synced(const std::filesystem::path& path, std::string_view text) {
    const File place(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (place.get() < 0 && errno == EEXIST) return false;
    if (place.get() < 0) fail("cannot create", path);
    try {
        write_synced(path, text);
    } catch (...) {
        ::unlink(path.c_str());
        throw;
    }
    return true;
}

}  // namespace aoe::conformance
