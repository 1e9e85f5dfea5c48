// SPDX-License-Identifier: MIT
#include "conformance/judge/pending_requests.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace aoe::conformance {

namespace {

// From offset 14: a longest mask list for commands with lists; else what padding may hold.
constexpr std::size_t most_kept = 10 + 4 + 8 * 255, usual_kept = 60 - 14;

std::uint64_t number_of(const Mac& mac) {
    std::uint64_t number = 0;
    std::memcpy(&number, mac.data(), mac.size());
    return number;
}

bool moves_sectors(const SeenFrame& request) {
    return request.command() == 0 && request.has(36) &&
           (is_ata_read(request.status()) || is_ata_write(request.status()));
}

bool asks_the_same(const SeenFrame& one, const SeenFrame& other) {
    return moves_sectors(one) && one.source == other.source && one.shelf() == other.shelf() &&
           one.slot() == other.slot() && one.status() == other.status() &&
           one.count() == other.count() && one.lba() == other.lba();
}

}  // namespace

PendingRequests::PendingRequests(std::size_t capacity)
    : ring_(capacity), links_(capacity), by_tag_(capacity), by_content_(capacity) {
    assert((capacity & (capacity - 1)) == 0);
}

std::uint64_t PendingRequests::content_key(const SeenFrame& request) {
    const std::uint64_t address = std::uint64_t{request.shelf()} << 8 | request.slot();
    return number_of(request.source) ^ request.lba() * 0x9e3779b97f4a7c15U ^ address << 40 ^
           std::uint64_t{request.status()} << 8 ^ request.count();
}

std::size_t PendingRequests::bucket(std::uint64_t key) const {
    key *= 0x9e3779b97f4a7c15U;
    return (key ^ key >> 32) & (by_tag_.size() - 1);
}

// The newest sequence that ends like this; what is older than the ring has been removed.
std::uint64_t PendingRequests::full(std::uint32_t low) const {
    if (low == 0) return 0;
    std::uint64_t sequence = (added_ & ~std::uint64_t{0xffffffff}) | low;
    if (sequence > added_) sequence -= std::min(sequence, std::uint64_t{1} << 32);
    return sequence;
}

void PendingRequests::remove_oldest() {
    assert(!is_empty());
    PendingRequest& oldest = at(++removed_);
    oldest.before.reset();
    oldest.marker.reset();
    oldest.silence.clear();
}

PendingRequest& PendingRequests::add(const SeenFrame& request) {
    assert(!is_full());
    PendingRequest& kept = at(++added_);
    std::vector<std::byte> bytes = std::move(kept.bytes);
    kept = PendingRequest{};
    const std::size_t most =
        request.command() >= 1 && request.command() <= 3 ? most_kept : usual_kept;
    const Bytes body = request.body.first(std::min(most, request.body.size()));
    bytes.assign(body.begin(), body.end());
    kept.bytes = std::move(bytes);
    kept.frame = request;
    kept.frame.body = kept.bytes;
    kept.sequence = added_;

    Link& link = link_of(added_) = Link{.tag = request.tag()};
    std::uint32_t& newest = by_tag_[bucket(request.tag())];
    link.next_by_tag = std::exchange(newest, static_cast<std::uint32_t>(added_));
    if (moves_sectors(request)) {
        const std::uint64_t key = content_key(request);
        link.content = static_cast<std::uint32_t>(key ^ key >> 32);
        std::uint32_t& same = by_content_[bucket(key)];
        link.next_by_content = std::exchange(same, static_cast<std::uint32_t>(added_));
    }
    return kept;
}

PendingRequest* PendingRequests::by_sequence(std::uint64_t sequence) {
    return sequence > removed_ && sequence <= added_ ? &at(sequence) : nullptr;
}

PendingRequest* PendingRequests::find_same(const SeenFrame& request) {
    if (!moves_sectors(request)) return nullptr;
    const std::uint64_t key = content_key(request);
    const auto content = static_cast<std::uint32_t>(key ^ key >> 32);
    std::uint64_t sequence = full(by_content_[bucket(key)]);
    for (unsigned steps = 0; sequence > removed_ && steps < longest_walk; ++steps) {
        const Link& link = link_of(sequence);
        if (link.content == content && link.tag != request.tag()) {
            PendingRequest& other = at(sequence);
            if (asks_the_same(other.frame, request)) return other.replies == 0 ? &other : nullptr;
        }
        sequence = full(link.next_by_content);
    }
    return nullptr;
}

}  // namespace aoe::conformance
