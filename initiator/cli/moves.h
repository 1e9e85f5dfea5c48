// SPDX-License-Identifier: MIT
// Sectors moved between a device and a stream, told as they move, with a sentence for each way in
// which that may end. What read, write and copy are made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "initiator/cli/streams.h"
#include "initiator/cli/target.h"
#include "initiator/transfer.h"

namespace aoe::initiator {

/// The range is the device's. CommandError unless all of it arrived and is stored; with `sparse`,
/// zeros become holes in a regular file.
void read_into(Target& target, std::uint64_t start, std::uint64_t count, Output& output,
               bool sparse);

struct WriteJob {
    std::uint64_t start = 0;
    std::optional<std::uint64_t> total{};  // Sectors, where that can be told.
    std::string source_name;
    WriteOptions options{};
    /// More than the source may have: then it is too short. Else it is written to its end.
    std::optional<std::uint64_t> count{};
};
/// Writes and flushes. CommandError unless all was written.
void write_from(Target& target, const WriteJob& job, const Source& source);

}  // namespace aoe::initiator
