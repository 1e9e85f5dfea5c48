// SPDX-License-Identifier: MIT
// One request frame and one reply to it, as pure functions of bytes. Which frames are sent when is
// the business of initiator.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <system_error>

#include "initiator/device.h"
#include "initiator/request.h"
#include "wire/bytes.h"
#include "wire/frame.h"

namespace aoe::initiator {

/// The part of a read or write that one frame carries. For other kinds there is one part of no
/// sectors.
struct Span {
    std::uint64_t offset_sectors = 0;  // From the request's first sector.
    std::uint16_t sectors = 0;         // At most 255.
};

/// Writes the frame: 48-bit commands with E where the device supports LBA48, else 28-bit ones; W
/// exactly on writes (AOE-ATA-06); zero-padded to Ethernet's minimum, because some targets drop
/// shorter frames and virtual interfaces do not pad (AOE-HDR-35). `buffer` must hold it all.
/// Returns its size.
std::size_t write_request(MutableBytes buffer, const Mac& source, std::uint32_t tag,
                          const Device& device, const Request& request, const Span& span) noexcept;

/// The AoE command that carries a kind of request.
std::uint8_t command_of(Kind kind) noexcept;

enum class Verdict : std::uint8_t {
    success,
    failure,   // The target says so: `error` tells what.
    unusable,  // Too short for what it answers; as good as lost.
};
struct Judgement {
    Verdict verdict = Verdict::unusable;
    std::error_code error;
    /// read and identify: exactly the data that was asked for. query_config, mask and reserve: the
    /// argument. Of a failure: the argument where it tells the string or list that is there.
    Bytes data;
};

/// Judges the flags, error and argument of a reply whose addresses, command and tag are right.
Judgement judge_reply(const FrameView& reply, const Request& request, const Span& span) noexcept;

}  // namespace aoe::initiator
