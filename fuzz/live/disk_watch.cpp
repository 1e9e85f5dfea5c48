// SPDX-License-Identifier: MIT
#include "fuzz/live/disk_watch.h"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace aoe::fuzz {
namespace {

constexpr off_t sector_bytes = 512;
constexpr off_t block_bytes = 4096;

}  // namespace

DiskWatch::DiskWatch(const std::string& image, const conformance::SectorRange& scratch)
    : image_(::open(image.c_str(), O_RDONLY | O_CLOEXEC)), scratch_(scratch) {
    if (!image_) throw std::system_error(errno, std::system_category(), "opening " + image);
}

bool DiskWatch::wrote_outside() const {
    const auto begin =
        static_cast<off_t>(scratch_.first) * sector_bytes / block_bytes * block_bytes;
    const off_t end =
        (static_cast<off_t>(scratch_.first + scratch_.count) * sector_bytes + block_bytes - 1) /
        block_bytes * block_bytes;
    const off_t first = ::lseek(image_.get(), 0, SEEK_DATA);
    if (first >= 0 && first < begin) return true;
    return ::lseek(image_.get(), end, SEEK_DATA) >= 0;
}

}  // namespace aoe::fuzz
