// SPDX-License-Identifier: MIT
#include "target/file_disk.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>
#include <utility>

#include <sys/stat.h>

#include "wire/ata.h"

namespace aoe::target {
namespace {

// What O_DIRECT wants of addresses in memory; enough for every device.
constexpr std::size_t direct_alignment = 4096;
constexpr std::size_t bounce_size = 255 * sector_size;  // The most that one message carries.

std::error_code last_error() noexcept {
    return {errno, std::system_category()};
}

/// Calls `move(done)` for what is left, until all of `size` bytes have moved.
template <typename Move> std::error_code move_all(std::size_t size, Move move) {
    for (std::size_t done = 0; done < size;) {
        const ssize_t moved = move(done);
        if (moved > 0) {
            done += static_cast<std::size_t>(moved);
        } else if (moved == 0) {
            return {EIO, std::system_category()};  // Somebody cut the file shorter.
        } else if (errno != EINTR) {
            return last_error();
        }
    }
    return {};
}

class FileDisk final : public Disk {
public:
    FileDisk(OpenedFile file, bool read_only) : file_(std::move(file)), read_only_(read_only) {}

    std::uint64_t sectors() const noexcept override { return file_.sectors; }
    bool read_only() const noexcept override { return read_only_; }

    std::error_code read(std::uint64_t sector, MutableBytes into) override {
        return move_all(into.size(), [&](std::size_t done) {
            const MutableBytes rest = into.subspan(done);
            return ::pread(file_.descriptor.get(), rest.data(), rest.size(), place(sector, done));
        });
    }
    std::error_code write(std::uint64_t sector, Bytes from) override {
        const auto end = static_cast<std::uint64_t>(place(sector, from.size()));
        if (!end_.reaches(file_.descriptor.get(), end)) return {EIO, std::system_category()};
        return move_all(from.size(), [&](std::size_t done) {
            const Bytes rest = from.subspan(done);
            return ::pwrite(file_.descriptor.get(), rest.data(), rest.size(), place(sector, done));
        });
    }
    std::error_code flush() override {
        while (::fdatasync(file_.descriptor.get()) != 0) {
            if (errno != EINTR) return last_error();
        }
        return {};
    }

private:
    off_t place(std::uint64_t sector, std::size_t done) const noexcept {
        return static_cast<off_t>((file_.first_sector + sector) * sector_size + done);
    }

    OpenedFile file_;
    FileEnd end_;
    bool read_only_;
};

/// Frames begin anywhere in memory and direct transfers do not: a copy through a buffer that is
/// aligned, which the page cache would have cost as well.
class AlignedDisk final : public Disk {
public:
    explicit AlignedDisk(std::unique_ptr<Disk> inner) : inner_(std::move(inner)) {}

    std::uint64_t sectors() const noexcept override { return inner_->sectors(); }
    bool read_only() const noexcept override { return inner_->read_only(); }

    std::error_code read(std::uint64_t sector, MutableBytes into) override {
        const MutableBytes aligned = bounce(into.size());
        const std::error_code error = inner_->read(sector, aligned);
        copy_bytes(aligned, into);
        return error;
    }
    std::error_code write(std::uint64_t sector, Bytes from) override {
        const MutableBytes aligned = bounce(from.size());
        copy_bytes(from, aligned);
        return inner_->write(sector, aligned);
    }
    std::error_code flush() override { return inner_->flush(); }

private:
    MutableBytes bounce(std::size_t size) noexcept {
        assert(size <= bounce_size);
        return MutableBytes(buffer_).first(size);
    }

    std::unique_ptr<Disk> inner_;
    struct alignas(direct_alignment) Buffer : std::array<std::byte, bounce_size> {};
    Buffer buffer_{};
};

Descriptor open_file(const FileDiskOptions& options) {
    struct stat status {};
    if (::stat(options.path.c_str(), &status) != 0)
        throw std::system_error(last_error(), "cannot find " + options.path);
    // Looked at before opening, since that alone may wait for ever on a pipe.
    if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode)) {
        throw std::runtime_error(options.path + " is neither a regular file nor a block device");
    }
    const int descriptor =
        ::open(options.path.c_str(), O_CLOEXEC | (options.read_only ? O_RDONLY : O_RDWR) |
                                         (options.direct ? O_DIRECT : 0));
    if (descriptor < 0) {
        throw std::system_error(last_error(),
                                "cannot open " + options.path +
                                    (options.read_only ? " for reading" : " for writing") +
                                    (options.direct ? " past the page cache" : ""));
    }
    return Descriptor(descriptor);
}

std::uint64_t exported_sectors(const FileDiskOptions& options, const Descriptor& file) {
    // Block devices have no st_size, but an end to seek to.
    const off_t size_bytes = ::lseek(file.get(), 0, SEEK_END);
    if (size_bytes < 0) {
        throw std::system_error(last_error(), "cannot tell the size of " + options.path);
    }
    const std::uint64_t present = static_cast<std::uint64_t>(size_bytes) / sector_size;
    const std::uint64_t behind = present - std::min(present, options.offset_sectors);
    const std::uint64_t sectors = options.length_sectors.value_or(behind);
    if (sectors == 0 || sectors > behind) {
        const std::string wanted = sectors == 0 ? "any" : std::to_string(sectors);
        throw std::runtime_error("cannot export " + wanted + " sectors of " + options.path +
                                 " from sector " + std::to_string(options.offset_sectors) +
                                 " on: it has " + std::to_string(present) + " of 512 bytes");
    }
    return sectors;
}

}  // namespace

bool FileEnd::reaches(int file, std::uint64_t end_bytes) {
    std::timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    const bool same_tick = now.tv_nsec == asked_.tv_nsec && now.tv_sec == asked_.tv_sec;
    if (!same_tick || end_bytes > bytes_) {
        asked_ = now;
        struct statx status {};
        const int known =
            ::statx(file, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_SIZE, &status);
        bytes_ = known == 0 && S_ISREG(status.stx_mode) ? status.stx_size : UINT64_MAX;
    }
    return end_bytes <= bytes_;
}

OpenedFile open_exported_file(const FileDiskOptions& options) {
    auto file = open_file(options);
    const std::uint64_t sectors = exported_sectors(options, file);
    return {std::move(file), options.offset_sectors, sectors};
}

std::unique_ptr<Disk> open_file_disk(const FileDiskOptions& options) {
    auto disk = std::make_unique<FileDisk>(open_exported_file(options), options.read_only);
    if (!options.direct) return disk;
    auto aligned = std::make_unique<AlignedDisk>(std::move(disk));
    // Better told now than by every request: some devices move no less than 4096 bytes directly.
    std::array<std::byte, sector_size> sector{};
    if (const std::error_code error = aligned->read(0, sector)) {
        throw std::system_error(
            error, "cannot read a single sector of " + options.path + " past the page cache");
    }
    return aligned;
}

}  // namespace aoe::target
