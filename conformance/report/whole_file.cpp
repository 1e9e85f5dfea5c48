// SPDX-License-Identifier: MIT
#include "conformance/report/whole_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace aoe::conformance {

namespace {

// Where the bytes go first: beside the file itself, also where `path` is a link to it.
std::filesystem::path beside(const std::filesystem::path& file) {
    return file.string() + "." + std::to_string(::getpid()) + ".part";
}

std::filesystem::path resolved(const std::filesystem::path& path) {
    std::error_code error;
    const auto real = std::filesystem::canonical(path, error);
    return error ? path : real;
}

std::string system_words() {
    return std::strerror(errno);
}

// Empty, or why not.
std::string write_all(const std::filesystem::path& path, int flags, std::string_view text) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0666);
    if (fd < 0) return system_words();
    std::string wrong;
    while (!text.empty() && wrong.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno != EINTR) wrong = system_words();
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::close(fd) != 0 && wrong.empty()) wrong = system_words();
    return wrong;
}

}  // namespace

bool is_special(const std::filesystem::path& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
}

std::string write_whole(const std::filesystem::path& path, std::string_view text) {
    if (is_special(path)) return write_all(path, 0, text);
    const std::filesystem::path file = resolved(path);
    const std::filesystem::path part = beside(file);
    std::string wrong = write_all(part, O_CREAT | O_TRUNC, text);
    if (wrong.empty() && ::rename(part.c_str(), file.c_str()) != 0) wrong = system_words();
    if (!wrong.empty()) ::unlink(part.c_str());
    return wrong;
}

std::string why_not_writable(const std::filesystem::path& path) {
    if (std::filesystem::is_directory(path)) return std::strerror(EISDIR);
    if (::access(path.c_str(), W_OK) != 0 && errno != ENOENT) return system_words();
    if (is_special(path)) return {};
    const std::filesystem::path part = beside(resolved(path));
    std::string wrong = write_all(part, O_CREAT | O_EXCL, {});
    if (wrong.empty()) ::unlink(part.c_str());
    return wrong;
}

}  // namespace aoe::conformance
