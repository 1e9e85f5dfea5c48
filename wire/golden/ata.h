// SPDX-License-Identifier: MIT
// ATA messages of real implementations, and what some answer in their place.
// Recorded; for tests. "A prober" is whatever sent the question; padding is as it was on the wire.
#pragma once

#include "wire/golden/golden_frame.h"

namespace aoe::golden {

/// The Linux driver asks for IDENTIFY data.
inline constexpr GoldenFrame linux_identify{
    "0ec25ed175f0525400a0e00188a21000000000000001dcf2000001ec000000a000000000"};

/// iPXE reads two sectors.
inline constexpr GoldenFrame ipxe_read_ext{
    "3657fad8133c52540012345688a210000000000018ae0003400002244000000000000000"};

/// vblade 25 gives sector 5.
inline constexpr GoldenFrame vblade_read_reply{
    "02000000000202000000000188a218000007030010000019000000400500000000000000", "0500000000000000",
    64};

/// aoeserver gives sector 7 and twelve bytes more.
inline constexpr GoldenFrame aoeserver_read_reply{
    "020000000002525400a0e00188a218000007030010000005000001400700000000000000", "0700000000000000",
    64, "000000000000000000000000"};

/// The Linux driver writes two sectors of zeros.
inline constexpr GoldenFrame linux_write_ext{
    "525400a0e002525400a0e00188a2100000000000002adf784100023480ff010000000000", "00", 1024};

/// A prober writes to whoever is there.
inline constexpr GoldenFrame write_request{
    "ffffffffffff02000000000288a21000ffffff001000001a010001306c07000000000000", "57", 512};

/// vblade 25 has written; its padding is the written data.
inline constexpr GoldenFrame vblade_write_reply{
    "02000000000202000000000188a21800000703001000001a010000406c070000000000005757575757575757"
    "57575757575757575757575757575757"};

/// ggaoed answers FLUSH CACHE with the command where the status belongs.
inline constexpr GoldenFrame ggaoed_flush_reply{
    "02000000000202000000000188a218000007030010000015000000e70000000000000000"};

/// ggaoed does not know SMART.
inline constexpr GoldenFrame ggaoed_aborted{
    "02000000000202000000000188a21800000703001000000700040141004fc20000000000"};

/// vblade 25 has no sector 0x0fffffff.
inline constexpr GoldenFrame vblade_past_end{
    "02000000000202000000000188a21800000703001000001f00100141ffffff0f00000000"};

/// qaoed fails a read: both error flags, AoE error 0.
inline constexpr GoldenFrame qaoed_ata_failure{
    "02000000000202000000000188a21c000007030010000014000400411000000000000000"};

/// vblade 25 refuses a read with error 6; padded.
inline constexpr GoldenFrame vblade_reserved_read{
    "02000000009902000000000188a21c06000703001000000c0000012005", "00", 31};

/// aoeserver does not know command 3: the bare header.
inline constexpr GoldenFrame aoeserver_unknown_command{
    "020000000002525400a0e00188a21c010007030310000002"};

}  // namespace aoe::golden
