// SPDX-License-Identifier: MIT
// A reply held against the recorded one. What two good targets may say differently is left out:
//
//     addresses, tag                       they are this network's, and our own
//     Buffer Count, Firmware Version and Sector Count of a config reply
//     IDENTIFY DEVICE: serial (words 10-19), firmware (23-26), model (27-46), and capacity in
//     sectors, cylinders and heads (1, 3, 6, 54-58, 60-61, 100-103)
//     data of a read, except for sectors that the capture itself wrote
//     what follows the message's own end, and with it the size of a padded frame
//     the argument of a reply with E, which only repeats the request
//     the LBA of sectors that were moved
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "conformance/fields.h"
#include "conformance/judge/seen_frame.h"
#include "conformance/message.h"

namespace aoe::conformance {

/// Sectors that were written since the capture began, by their address on the live target.
using WrittenSectors = std::unordered_set<std::uint64_t>;

/// Nothing to be told, or the reply's fields with `expected` as it was recorded where they differ.
/// `recorded` has been put into today's addresses and tag.
std::vector<FieldRow> difference(const SeenFrame& request, const ByteVector& recorded,
                                 const ByteVector& reply, bool moved,
                                 const WrittenSectors& written);

/// "Status 0x41 (DRDY, ERR), recorded 0x40 (DRDY); ..."
std::string difference_text(const std::vector<FieldRow>& rows);

}  // namespace aoe::conformance
