// SPDX-License-Identifier: MIT
// A disk in a regular file or on a block device.
#pragma once

#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>

#include "target/disk.h"
#include "wire/descriptor.h"

namespace aoe::target {

struct FileDiskOptions {
    std::string path{};
    std::uint64_t offset_sectors = 0;               // Left out at the beginning of the file.
    std::optional<std::uint64_t> length_sectors{};  // What follows the offset, when not given.
    bool direct = false;                            // O_DIRECT: past the page cache.
    bool read_only = false;
};

/// What a disk in a file is made of, for who does the reading and writing otherwise.
struct OpenedFile {
    Descriptor descriptor;
    std::uint64_t first_sector = 0;
    std::uint64_t sectors = 0;
};

/// Whether somebody has cut a file shorter since it was opened. To write behind its end would make
/// it longer again, with zeros for what was lost, and reads of those would no longer fail. Asks the
/// kernel, which knows without waiting for a file server, once in a tick of its clock (1 to 10 ms):
/// each time would cost a write 6 %.
class FileEnd {
public:
    /// True of a device, too.
    bool reaches(int file, std::uint64_t end_bytes);

private:
    std::timespec asked_{};
    std::uint64_t bytes_ = 0;
};

/// Its size is the file's when it was opened, rounded down to whole sectors (AOE-ATAID-21). Locks
/// nothing. Throws std::system_error, or std::runtime_error, with a sentence that names the file:
/// it cannot be opened, is neither a file nor a block device, or holds not one sector or fewer than
/// were asked for.
OpenedFile open_exported_file(const FileDiskOptions& options);
/// The same, as a disk that also finds out whether `direct` works.
std::unique_ptr<Disk> open_file_disk(const FileDiskOptions& options);

}  // namespace aoe::target
