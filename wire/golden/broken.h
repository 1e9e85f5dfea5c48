// SPDX-License-Identifier: MIT
// Frames that are not the message that they claim to be.
// Recorded; for tests. "A prober" is whatever sent the question; padding is as it was on the wire.
#pragma once

#include "wire/golden/golden_frame.h"

namespace aoe::golden {

/// The last byte of the header is missing.
inline constexpr GoldenFrame truncated_header{"02000000000102000000000288a2100000070301100000"};

/// The last byte of the config fields is missing.
inline constexpr GoldenFrame truncated_config{
    "02000000000102000000000288a21000000703011000001400000000000000"};

/// The last byte of the ATA registers is missing.
inline constexpr GoldenFrame truncated_ata{
    "02000000000102000000000288a21000000703001000002f0000012005000000000000"};

/// ggaoed answers a truncated request with half a header in front of the whole request.
inline constexpr GoldenFrame ggaoed_junk{
    "00000000000002000000000100000c01000703000000000002000000000102000000000288a2100000070301"
    "1000000d"};

}  // namespace aoe::golden
