// SPDX-License-Identifier: MIT
// What cases about sectors share: filling some, looking at some, and saying what came back.
// LBAs and counts are in sectors of 512 bytes; offsets are into the scratch range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "conformance/exchange.h"

namespace aoe::conformance {

inline constexpr std::size_t sector_bytes = 512;
/// The largest frame that an Ethernet card may have padded.
inline constexpr std::size_t padded_frame_bytes = 60;

/// An ATA frame with this many sectors of data.
constexpr std::size_t ata_frame_bytes(std::size_t sectors) {
    return 36 + sectors * sector_bytes;
}

/// An ATA success whose data begin with these sectors.
ReplyMatcher Reads(const ByteVector& sectors);
/// Error 2 or ATA's ABRT: what a target says to an ATA request that contradicts itself.
ReplyMatcher RefusedAsBad();

/// Sectors [first, first + count) of some.
ByteVector part(const ByteVector& sectors, std::size_t first, std::size_t count = 1);

/// Skips the case unless the scratch range has so many sectors.
void need_scratch(Exchange& x, std::uint64_t sectors);
/// A step: fills sectors of the scratch range, one by one, with data unlike any other.
ByteVector fill(Exchange& x, std::uint64_t offset, std::size_t sectors);
/// A step: reads one sector.
ByteVector content(Exchange& x, std::uint64_t lba);

/// The request with other AFlags.
Request with_flags(Request request, std::uint8_t flags);
/// "success", "AoE error 2", "ATA error 0x04", "silence".
std::string outcome(const std::optional<Reply>& reply);

}  // namespace aoe::conformance
