// SPDX-License-Identifier: MIT
// Mask and reserve list messages of real implementations.
// Recorded; for tests. "A prober" is whatever sent the question; padding is as it was on the wire.
#pragma once

#include "wire/golden/golden_frame.h"

namespace aoe::golden {

/// A prober adds, errs and adds; padded.
inline constexpr GoldenFrame mask_edit_request{
    "02000000000102000000000288a2100000070302100000190001000300010200000000020009020000000099"
    "00010200000000980000000000000000"};

/// vblade 25 stopped at the second of them.
inline constexpr GoldenFrame vblade_mask_bad_directive{
    "02000000000202000000000188a21800000703021000001900010201"};

/// ggaoed too, and leaves the rest of the request behind it.
inline constexpr GoldenFrame ggaoed_mask_bad_directive{
    "02000000000202000000000188a2180000070302100000190001020100010200000000020009020000000099"
    "00010200000000980000000000000000"};

/// ggaoed lists three addresses.
inline constexpr GoldenFrame ggaoed_mask_list{
    "02000000000202000000000188a21800000703021000000d0000000300000200000000020000020000000098"
    "0000020000000099"};

/// vblade 25 has no room for a 33rd.
inline constexpr GoldenFrame vblade_mask_full{
    "02000000000202000000000188a21800000703021000004000010300"};

/// vblade 25 does not know MCmd 2.
inline constexpr GoldenFrame vblade_mask_bad_command{
    "02000000000202000000000188a21c02000703021000001b00020000"};

/// A prober sets the reserved byte.
inline constexpr GoldenFrame mask_reserved_set{
    "02000000000102000000000288a21000000703021000001daa0007", "00", 33};

/// A prober declares 255 directives.
inline constexpr GoldenFrame mask_count_lie{
    "02000000000102000000000288a210000007030210000021000100ff0000020000000002", "00", 24};

/// A prober reserves for two; padded.
inline constexpr GoldenFrame reserve_set_request{
    "02000000000102000000000288a2100000070303100000070102020000000002020000000099", "00", 22};

/// vblade 25 has reserved.
inline constexpr GoldenFrame vblade_reserve_list{
    "02000000000202000000000188a2180000070303100000070102020000000002020000000099"};

/// vblade 25 refuses another with error 6 and shows the list in force.
inline constexpr GoldenFrame vblade_reserve_refused{
    "02000000009902000000000188a21c0600070303100000140101020000000002"};

/// ggaoed refuses; what follows the header is the request without its first two bytes.
inline constexpr GoldenFrame ggaoed_reserve_refused{
    "02000000000202000000000188a21c060007030310000007020000000002020000000099", "00", 22};

/// A prober declares 255 addresses.
inline constexpr GoldenFrame reserve_count_lie{
    "02000000000102000000000288a21000000703031000002401ff020000000002", "00", 28};

}  // namespace aoe::golden
