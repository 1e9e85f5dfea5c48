// SPDX-License-Identifier: MIT
#include "initiator/cli/streams.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

#include <sys/stat.h>

#include "initiator/cli/exit_status.h"
#include "initiator/cli/interrupt.h"
#include "initiator/cli/text.h"
#include "initiator/transfer.h"

namespace aoe::initiator {
namespace {

// Holes are of whole blocks of the file system.
constexpr std::size_t block_size = 4096;

std::error_code last_error() {
    return {errno, std::system_category()};
}

CommandError cannot_open(const std::string& path, const std::string& purpose) {
    return {ExitStatus::usage,
            fmt::format("cannot open '{}' for {}: {}", path, purpose, last_error().message())};
}

bool is_regular(int descriptor) {
    struct stat status {};
    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

/// The file that a path means after all its symbolic links, since a rename would replace the link.
std::string resolved(const std::string& path) {
    std::error_code missing;
    const auto name = std::filesystem::canonical(path, missing);
    return missing ? path : name.string();
}

/// Who may read the file that is replaced may read the new one, and nobody else. Only root can give
/// files away; what others replace becomes theirs.
void keep_access(int descriptor, const struct stat& replaced) {
    [[maybe_unused]] const int given = fchown(descriptor, replaced.st_uid, replaced.st_gid);
    if (fchmod(descriptor, replaced.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO)) != 0) {
        throw CommandError(ExitStatus::failed,
                           "the file's mode cannot be kept: " + last_error().message());
    }
}

std::error_code write_all(int descriptor, const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t written = ::write(descriptor, data, size);
        if (written < 0) {
            if (errno != EINTR) return last_error();
            if (interrupted()) return std::make_error_code(std::errc::interrupted);
            continue;
        }
        data += written;
        size -= static_cast<std::size_t>(written);
    }
    return {};
}

}  // namespace

// --- Output ---

Output::Output(const std::string& path)
    : name_(path.empty() ? "standard output" : path), path_(path) {
    if (path.empty()) {
        refuse_terminal_output("sectors");
        descriptor_ = STDOUT_FILENO;
        return;
    }
    struct stat status {};
    const bool exists = stat(path.c_str(), &status) == 0;
    if (exists && !S_ISREG(status.st_mode)) {
        // Of a block device, not while it is mounted or otherwise in use.
        const int exclusively = S_ISBLK(status.st_mode) ? O_EXCL : 0;
        descriptor_ = open(path.c_str(), O_WRONLY | O_CLOEXEC | exclusively);
    } else {
        path_ = resolved(path);
        partial_path_ = path_ + ".partial";
        descriptor_ =
            open(partial_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                 exists ? S_IRUSR | S_IWUSR : 0666);
    }
    if (descriptor_ < 0) {
        throw cannot_open(partial_path_.empty() ? path_ : partial_path_, "writing");
    }
    if (exists && !partial_path_.empty()) keep_access(descriptor_, status);
}

Output::~Output() {
    if (descriptor_ > STDERR_FILENO) close(descriptor_);
    if (!partial_path_.empty() && !anything_written_) unlink(partial_path_.c_str());
}

std::error_code Output::write(Bytes bytes) {
    anything_written_ = true;
    return write_all(descriptor_, reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::error_code Output::write_sparse(Bytes bytes) {
    if (partial_path_.empty()) return write(bytes);
    while (!bytes.empty()) {
        // Runs of blocks of one kind, at once.
        const auto first_block = bytes.first(std::min(block_size, bytes.size()));
        const bool hole = is_zero(first_block);
        std::size_t size = first_block.size();
        while (size < bytes.size() && is_zero(bytes.subspan(size).first(
                                          std::min(block_size, bytes.size() - size))) == hole) {
            size += std::min(block_size, bytes.size() - size);
        }
        if (!hole) {
            if (const auto error = write(bytes.first(size))) return error;
        } else {
            // The file ends behind the hole at once: what is kept after an error is what is told.
            const off_t end = lseek(descriptor_, static_cast<off_t>(size), SEEK_CUR);
            if (end < 0 || ftruncate(descriptor_, end) != 0) return last_error();
        }
        anything_written_ = true;
        bytes = bytes.subspan(size);
    }
    return {};
}

std::error_code Output::commit() {
    anything_written_ = true;  // An empty file is complete, too.
    // Pipes and some devices cannot be synced, and need not be.
    if (fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) return last_error();
    if (descriptor_ > STDERR_FILENO) {
        const int descriptor = std::exchange(descriptor_, -1);
        if (close(descriptor) != 0) return last_error();
    }
    if (partial_path_.empty()) return {};
    if (rename(partial_path_.c_str(), path_.c_str()) != 0) return last_error();
    partial_path_.clear();
    return {};
}

std::string Output::what_is_kept(std::uint64_t sectors) const {
    if (partial_path_.empty()) {
        return fmt::format("{} went to {}", sectors_text(sectors), name_);
    }
    if (!anything_written_) return "nothing was kept";
    return fmt::format("'{}' holds the first {}", partial_path_, sectors_text(sectors));
}

void require_yes_for_device(const std::string& path, bool yes) {
    struct stat status {};
    if (yes || stat(path.c_str(), &status) != 0 || !S_ISBLK(status.st_mode)) return;
    throw CommandError(
        ExitStatus::usage,
        fmt::format("this overwrites the block device '{}'; add --yes to do it", path));
}

// --- Input ---

Input::Input(const std::string& path) : name_(path.empty() ? "standard input" : path) {
    if (path.empty()) {
        if (isatty(STDIN_FILENO) != 0) {
            throw CommandError(ExitStatus::usage,
                               "standard input is a terminal; name a file with --file, or redirect "
                               "one into this command");
        }
        descriptor_ = STDIN_FILENO;
        return;
    }
    descriptor_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) throw cannot_open(path, "reading");
}

Input::~Input() {
    if (descriptor_ > STDERR_FILENO) close(descriptor_);
}

Expected<std::size_t, std::error_code> Input::read(MutableBytes room) const {
    std::size_t filled = 0;
    while (filled < room.size()) {
        const ssize_t got = ::read(descriptor_, room.data() + filled, room.size() - filled);
        if (got == 0) break;
        if (got < 0) {
            if (errno != EINTR) return Unexpected{last_error()};
            if (interrupted()) return Unexpected{std::make_error_code(std::errc::interrupted)};
            continue;
        }
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

void Input::skip(std::uint64_t bytes) {
    const auto left = size();
    if (left && *left >= bytes && lseek(descriptor_, static_cast<off_t>(bytes), SEEK_CUR) >= 0) {
        return;
    }
    throw CommandError(
        ExitStatus::usage,
        left ? fmt::format("{} holds {} bytes, so nothing at byte {}", name_, *left, bytes)
             : fmt::format("{} is no file, so {} bytes cannot be passed over", name_, bytes));
}

std::optional<std::uint64_t> Input::size() const {
    struct stat status {};
    const off_t position = lseek(descriptor_, 0, SEEK_CUR);
    if (!is_regular(descriptor_) || fstat(descriptor_, &status) != 0 || position < 0) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(std::max<off_t>(status.st_size - position, 0));
}

// --- Standard output ---

void print(const std::string& text) {
    if (const auto error = write_all(STDOUT_FILENO, text.data(), text.size())) {
        if (error == std::errc::interrupted) throw interruption("not everything was printed");
        throw CommandError(ExitStatus::failed, "standard output: " + error.message());
    }
}

void refuse_terminal_output(const std::string& what) {
    if (isatty(STDOUT_FILENO) == 0) return;
    throw CommandError(ExitStatus::usage,
                       fmt::format("{} would be written to a terminal; redirect standard output "
                                   "into a file or a command",
                                   what));
}

}  // namespace aoe::initiator
