// SPDX-License-Identifier: MIT
// What an initiator is asked to do, and what it reports when that is done.
#pragma once

#include <cstdint>
#include <span>
#include <system_error>

#include "wire/ata.h"
#include "wire/bytes.h"
#include "wire/clock.h"
#include "wire/frame.h"
#include "wire/mask.h"

namespace aoe::initiator {

enum class Kind : std::uint8_t {
    query_config,  // Command 1: learns MAC, Buffer Count, Sector Count and config string.
    identify,      // Learns size and features.
    read,
    write,
    flush,    // What was written before is on stable storage when this succeeds.
    mask,     // Command 2: learns and edits who is served.
    reserve,  // Command 3: learns and changes who may use the device.
};

/// The buffers belong to the caller and must live until the request's completion is taken or the
/// initiator is gone; they are not touched after either. Requests for overlapping sectors that are
/// under way together may be carried out in any order.
struct Request {
    Kind kind = Kind::query_config;
    Address device{};
    std::uint64_t id = 0;  // The caller's own; comes back in the completion.
    std::uint64_t first_sector = 0;
    MutableBytes read_into{};  // read: a multiple of 512 bytes, which is how much is read.
    Bytes write_from{};        // write: likewise.
    Time give_up_after{};      // Zero: as Timing says.

    /// query_config, mask, reserve: config_command, mask_command or reserve_command of wire/; 0
    /// reads. A config test that does not hold is met with silence (AOE-CFG-07), so it times out.
    std::uint8_t verb = 0;
    Bytes string{};                               // query_config: at most 1024 bytes.
    std::span<const MaskDirective> directives{};  // mask edit: as many as a frame holds.
    std::span<const Mac> macs{};                  // reserve set: likewise.

    /// Asks without changing anything, and of anybody: needs no MAC to be known.
    bool only_asks() const noexcept { return kind == Kind::identify || (is_list() && verb == 0); }
    bool moves_sectors() const noexcept { return kind == Kind::read || kind == Kind::write; }
    bool is_list() const noexcept {
        return kind == Kind::query_config || kind == Kind::mask || kind == Kind::reserve;
    }
    /// How many of them; 0 for the other kinds.
    std::uint64_t sectors() const noexcept {
        if (!moves_sectors()) return 0;
        return (kind == Kind::read ? read_into.size() : write_from.size()) / sector_size;
    }
};

struct Completion {
    std::uint64_t id = 0;
    /// On failure some of the sectors may have been read or written.
    std::error_code error;
};

}  // namespace aoe::initiator
