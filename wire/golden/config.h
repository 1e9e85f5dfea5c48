// SPDX-License-Identifier: MIT
// Discovery and config messages of real implementations.
// Recorded; for tests. "A prober" is whatever sent the question; padding is as it was on the wire.
#pragma once

#include "wire/golden/golden_frame.h"

namespace aoe::golden {

/// vblade 25 starts: a broadcast reply that nobody asked for, with version 0.
inline constexpr GoldenFrame vblade_announcement{
    "ffffffffffff02000000000188a2080000070301000000000010401902100000"};

/// kvblade starts: padded to 60 bytes.
inline constexpr GoldenFrame kvblade_announcement{
    "ffffffffffff525400a0e00188a218000007030100000000040000020210", "00", 30};

/// The Linux driver looks for every target.
inline constexpr GoldenFrame linux_discovery{
    "ffffffffffff525400a0e00188a21000ffffff01000000000000000000000000"};

/// iPXE looks for e0.0.
inline constexpr GoldenFrame ipxe_config_query{
    "ffffffffffff52540012345688a210000000000118ae00010000000000000000"};

/// A prober sets a string; padded.
inline constexpr GoldenFrame config_set_request{
    "02000000000102000000000288a21000000703011000000a000000000003000c616c7068612d636f6e666967",
    "00", 16};

/// vblade 25 has set it.
inline constexpr GoldenFrame vblade_config_reply{
    "02000000000202000000000188a21800000703011000000a001040190213000c616c7068612d636f6e666967"};

/// vblade 25 refuses another one with error 4 and shows the string in force.
inline constexpr GoldenFrame vblade_config_present{
    "02000000000202000000000188a21c04000703011000000c001040190213000c616c7068612d636f6e666967"};

/// qaoed after the string was cleared.
inline constexpr GoldenFrame qaoed_config_reply{
    "02000000000202000000000188a2180000070301100000010014400a02140000"};

/// aoeserver: no sector count, which means 2.
inline constexpr GoldenFrame aoeserver_config_reply{
    "020000000002525400a0e00188a2180000070301100000040014400000100000"};

/// aoeserver refuses with error 4 and no string.
inline constexpr GoldenFrame aoeserver_config_present{
    "020000000002525400a0e00188a21c04000703011000000c0014400000130000"};

/// aoeping asks with 1024 bytes of 0xed as the string.
inline constexpr GoldenFrame aoeping_config_query{
    "ffffffffffff02000000000288a2100000070301800000000000000000000400", "ed", 1024};

/// ggaoed refuses with error 4; where the fields should be stands the string of the request.
inline constexpr GoldenFrame ggaoed_config_present{
    "02000000000202000000000188a21c04000703011000000c6f74686572", "00", 23};

/// A prober declares 1024 bytes of string and sends padding.
inline constexpr GoldenFrame config_length_lie{
    "02000000000102000000000288a21000000703011000001500000000000004", "00", 29};

}  // namespace aoe::golden
