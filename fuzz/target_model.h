// SPDX-License-Identifier: MIT
// What the bundled target should say to each request, byte by byte: a second, slow target that is
// written from the layout of the fields alone and shares no code with the first. For fuzz
// harnesses, which hold the two together. It follows the target's own choices where the protocol
// leaves one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "fuzz/field_values.h"
#include "fuzz/fields.h"
#include "wire/bytes.h"

namespace aoe::fuzz {

/// What goes wrong at the disk, for as long as it is set.
enum class DiskFault : std::uint8_t { none, read, write, flush, gone };

struct TargetModel {
    // As the target was started.
    World world;
    bool read_only = false;
    bool has_write_cache = true;
    std::size_t receive_capacity = 93;
    FrameBytes identity;  // IDENTIFY's 512 bytes with the write cache on, where there is one.

    // What may change from frame to frame.
    std::size_t mtu = 1500;
    DiskFault fault = DiskFault::none;

    // What it remembers.
    bool cache_on = true;
    FrameBytes config_string;
    std::vector<Mac> mask;
    std::vector<Mac> reservation;
    FrameBytes disk;
    bool durable = true;  // Nothing of it would be lost with the power.

    /// The whole reply, or nothing for silence; changes what is remembered.
    std::optional<FrameBytes> answer(Bytes request);
    /// What it says when its link comes up.
    std::vector<FrameBytes> announcements() const;

private:
    struct Ask;
    using Answer = std::optional<FrameBytes>;

    std::size_t room() const;
    FrameBytes reply_to(Bytes request, std::uint64_t error = 0) const;
    Answer finished(FrameBytes reply) const;
    Answer ata(Bytes request);
    Answer ata_done(Bytes request, std::uint64_t status, std::uint64_t error,
                    Bytes data = {}) const;
    Answer transfer(Bytes request, bool writes, bool wide);
    Answer flush(Bytes request);
    Answer set_features(Bytes request);
    FrameBytes identify_data() const;
    Answer config(Bytes request);
    Answer config_reply(FrameBytes reply, std::uint64_t sub_command) const;
    Answer mask_list(Bytes request);
    Answer mask_edit(Bytes request, std::size_t count);
    Answer mask_reply(Bytes request, std::uint64_t sub_command, std::uint64_t error,
                      Bytes directives) const;
    Answer reserve(Bytes request);
    Answer reserve_reply(Bytes request, std::uint64_t error) const;
};

}  // namespace aoe::fuzz
