// SPDX-License-Identifier: MIT
#include "target/disk.h"

#include <cassert>

#include "wire/ata.h"

namespace aoe::target {

MemoryDisk::MemoryDisk(std::uint64_t sectors, bool read_only)
    : bytes_(sectors * sector_size), read_only_(read_only) {}

std::uint64_t MemoryDisk::sectors() const noexcept {
    return bytes_.size() / sector_size;
}

MutableBytes MemoryDisk::at(std::uint64_t sector, std::size_t size_bytes) {
    assert(size_bytes % sector_size == 0 && sector + size_bytes / sector_size <= sectors());
    return MutableBytes(bytes_).subspan(sector * sector_size, size_bytes);
}

std::error_code MemoryDisk::read(std::uint64_t sector, MutableBytes into) {
    copy_bytes(at(sector, into.size()), into);
    return {};
}

std::error_code MemoryDisk::write(std::uint64_t sector, Bytes from) {
    assert(!read_only_);
    copy_bytes(from, at(sector, from.size()));
    return {};
}

}  // namespace aoe::target
