// SPDX-License-Identifier: MIT
#include "bench/workload.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "wire/ata.h"

namespace aoe::bench {
namespace {

void fill_random(MutableBytes data, std::uint64_t seed) noexcept {
    Random words(seed);
    for (std::size_t at = 0; at + 8 <= data.size(); at += 8) {
        const std::uint64_t word = words.next();
        std::memcpy(data.data() + at, &word, 8);
    }
}

/// Of whole sectors; never zero, which means "not known".
std::uint64_t digest(Bytes data) noexcept {
    std::uint64_t sum = 0x9e3779b97f4a7c15U;
    for (std::size_t at = 0; at + 8 <= data.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data.data() + at, 8);
        sum = (sum ^ word) * 0x9fb21c651e98df25U;
        sum ^= sum >> 32;
    }
    return sum | 1U;
}

}  // namespace

Workload::Workload(const WorkloadOptions& options)
    : options_(options),
      blocks_(options.range_sectors / std::max<std::uint64_t>(1, options.sectors)),
      random_(options.seed),
      known_(options.verify ? blocks_ : 0),
      pattern_(std::size_t{options.sectors} * sector_size) {
    assert(blocks_ > 0);
    fill_random(pattern_, options.seed);
}

std::uint64_t Workload::pick() {
    return options_.random ? random_.below(blocks_) : turn_++ % blocks_;
}

bool Workload::free_for(const Block& block, bool write) const noexcept {
    return block.under_way == 0 || (!write && !block.being_written);
}

Step Workload::next() {
    Step step;
    step.write = options_.write_percent > 0 &&
                 (options_.write_percent >= 100 || random_.below(100) < options_.write_percent);
    step.block = pick();
    step.number = steps_++;
    if (!known_.empty()) {
        // The next one that nobody uses, wherever that is.
        for (std::uint64_t tried = 0; !free_for(known_[step.block], step.write) && tried < blocks_;
             ++tried) {
            step.block = (step.block + 1) % blocks_;
        }
        Block& block = known_[step.block];
        ++block.under_way;
        block.being_written = step.write;
    }
    step.lba = options_.first_sector + step.block * options_.sectors;
    return step;
}

void Workload::fill(const Step& step, MutableBytes data) {
    if (known_.empty()) {
        std::copy_n(pattern_.begin(), std::min(data.size(), pattern_.size()), data.begin());
        return;
    }
    fill_random(data, options_.seed ^ (step.number << 20U) ^ step.lba);
    known_[step.block].promised = digest(data);
}

bool Workload::done(const Step& step, Bytes data) {
    if (known_.empty()) return true;
    Block& block = known_[step.block];
    --block.under_way;
    if (step.write) {
        block.being_written = false;
        block.digest = block.promised;
        return true;
    }
    const std::uint64_t found = digest(data);
    if (block.digest == 0) block.digest = found;
    return block.digest == found;
}

void Workload::failed(const Step& step) {
    if (known_.empty()) return;
    Block& block = known_[step.block];
    --block.under_way;
    if (step.write) {
        block.being_written = false;
        block.digest = 0;
    }
}

}  // namespace aoe::bench
