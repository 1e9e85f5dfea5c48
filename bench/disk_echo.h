// SPDX-License-Identifier: MIT
// The same with a disk behind: what any target on this link, with this file, can reach at most.
#pragma once

#include <cstdint>

#include "bench/echo.h"
#include "target/disk.h"
#include "target/responder.h"

namespace aoe::bench {

/// Answers 48-bit reads and writes with as little work as possible: one look whether the sectors
/// are within the disk, one transfer. All else goes to a target's protocol, so that an initiator
/// finds out what it needs.
class DiskEcho final : public Echo {
public:
    /// Nothing is read or written without `transfers`. All must outlive it.
    DiskEcho(Link& link, target::Disk& disk, target::Responder& rest, bool transfers)
        : Echo(link), disk_(disk), rest_(rest), transfers_(transfers) {}

private:
    std::size_t answer(Bytes request, MutableBytes reply) override;
    std::size_t answer_rest(Bytes request, MutableBytes reply);
    bool transfer(const AtaRegisters& registers, AtaTransfer direction, Bytes request,
                  MutableBytes reply);

    target::Disk& disk_;
    target::Responder& rest_;
    bool transfers_;
};

}  // namespace aoe::bench
