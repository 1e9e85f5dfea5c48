// SPDX-License-Identifier: MIT
// What a request moves, where all targets agree on that: for those who follow a disk without
// knowing the target.
#pragma once

#include <cstdint>
#include <optional>

#include "fuzz/fields.h"
#include "wire/ata.h"

namespace aoe::fuzz {

struct Transfer {
    AtaTransfer direction{};
    std::uint64_t lba = 0, count = 0;
};

/// Nothing unless the request is one that every target reads in the same way: flags W and E agree
/// with the command, and no other is set.
std::optional<Transfer> plain_transfer(Bytes request);

/// Whether some target may take it for something that changes sectors.
bool may_change_sectors(Bytes request);

}  // namespace aoe::fuzz
