// SPDX-License-Identifier: MIT
// From a recorded frame to the one that is sent, and from a recorded reply to the one that a target
// like the recorded one would send here: addresses, shelf, slot, tag, and where it is asked for the
// sectors. Everything else stays byte for byte, in frames that are shorter than a header too.
//
// Addresses, shelves and slots are exchanged and not replaced: what was foreign to the recorded
// target stays foreign to this one.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "conformance/facts.h"
#include "conformance/replay/recording.h"

namespace aoe::conformance {

/// Who is there now.
struct Players {
    Address target;
    Mac first{}, second{};
};

/// Recorded sectors moved into a range: the lowest of them to its first, the others behind it,
/// modulo its size. Only what the recorded target served is moved; addresses that it refused stay.
struct SectorMove {
    std::uint64_t lowest = 0;
    SectorRange into;
    std::uint64_t to(std::uint64_t lba) const { return into.first + (lba - lowest) % into.count; }
};

/// The move of this recording's sectors into `into`; nothing when it has none to move.
std::optional<SectorMove> move_of(const Recording& recording, const SectorRange& into);

class Rewriter {
public:
    Rewriter(const Recording& recording, const Players& here, std::optional<SectorMove> move);

    /// The frame to send. `refusal` is set when there is no place for its sectors.
    ByteVector request(const RecordedRequest& recorded, std::uint32_t tag,
                       std::string& refusal) const;
    /// The recorded reply as it would be here, under this tag.
    ByteVector reply(const RecordedRequest& recorded, std::uint32_t tag) const;
    /// True when request() moves its sectors.
    bool moves(const RecordedRequest& recorded) const;

private:
    Mac mac(const Mac& recorded) const;
    void put_addresses(ByteVector& bytes, std::uint32_t tag) const;
    void put_lists(ByteVector& bytes, std::size_t at) const;
    void put_mac(ByteVector& bytes, std::size_t offset) const;
    void move_sectors(ByteVector& bytes, std::string& refusal) const;

    std::vector<std::pair<Mac, Mac>> macs_;  // Recorded and here.
    Address recorded_, here_;
    std::optional<SectorMove> move_;
};

}  // namespace aoe::conformance
