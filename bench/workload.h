// SPDX-License-Identifier: MIT
// Which requests a measurement asks for, and whether what comes back is what was there: reads,
// writes or both, in order or at random, through one range of sectors. The same seed asks the same.
#pragma once

#include <cstdint>
#include <vector>

#include "wire/bytes.h"
#include "wire/random.h"

namespace aoe::bench {

struct WorkloadOptions {
    unsigned write_percent = 0;
    bool random = false;             // Else in order, and again from the first.
    std::uint8_t sectors = 2;        // Of each request.
    std::uint64_t first_sector = 0;  // Of the range, which holds at least one request.
    std::uint64_t range_sectors = 2048;
    bool verify = false;
    std::uint64_t seed = 1;
};

/// One request. A block is the place of one request in the range: they do not overlap.
struct Step {
    bool write = false;
    std::uint64_t block = 0;
    std::uint64_t lba = 0;
    std::uint64_t number = 0;  // Of all steps; data for a write follows from it.
};

/// What it remembers of each block when it verifies: eight bytes for what was last written, or was
/// read first. Two requests to one block are never under way together then, if one of them writes.
class Workload {
public:
    explicit Workload(const WorkloadOptions& options);

    Step next();
    /// Data for a write; `data` is all of it. The same for the same step.
    void fill(const Step& step, MutableBytes data);
    /// A step is over: `data` is what a read brought. False when that is not what was there.
    bool done(const Step& step, Bytes data);
    /// A step failed, so that nobody knows what is in its block now.
    void failed(const Step& step);

    std::uint64_t blocks() const noexcept { return blocks_; }

private:
    struct Block {
        std::uint64_t digest = 0;    // 0: not known.
        std::uint64_t promised = 0;  // Of the write under way.
        std::uint32_t under_way = 0;
        bool being_written = false;
    };

    std::uint64_t pick();
    bool free_for(const Block& block, bool write) const noexcept;

    WorkloadOptions options_;
    std::uint64_t blocks_;
    Random random_;
    std::uint64_t turn_ = 0;
    std::uint64_t steps_ = 0;
    std::vector<Block> known_;        // Empty when nothing is verified.
    std::vector<std::byte> pattern_;  // What is written when nothing is verified.
};

}  // namespace aoe::bench
