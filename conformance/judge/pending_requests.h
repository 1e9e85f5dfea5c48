// SPDX-License-Identifier: MIT
// The requests of the last while, answered or not: what replies are paired with. A ring, found by
// tag; the oldest leave when it is full, so that memory does not grow with a capture.
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/judge/rule.h"

namespace aoe::conformance {

inline constexpr std::size_t most_targets = 256;
inline constexpr std::uint16_t no_target = 0xffff;

/// What a rule said about a request that is unanswered so far.
struct SilenceOutcome {
    std::uint16_t rule = 0;  // Index into all_rules().
    Outcome outcome{};
    Words words;
};

struct PendingRequest {
    SeenFrame frame;               // Its bytes are those below.
    std::vector<std::byte> bytes;  // From offset 14 on: all that rules look at.
    std::uint64_t sequence = 0;    // Of requests, from 1.
    Oddities odd = 0;
    std::uint16_t subject = no_target;  // Whom it is for, when that is one known target.
    std::uint16_t initiator = 0;
    unsigned sent = 1;     // With the same tag.
    unsigned replies = 0;  // Of all targets.
    std::bitset<most_targets> answered_by;
    bool counted = false;            // Among the requests of a conversation.
    bool superseded = false;         // Sent again under another tag.
    bool previous_answered = false;  // The subject had answered the request before.
    bool proven = false;             // And the next of the same initiator, while this one waited.
    std::uint64_t previous = 0;      // Sequence of the subject's request before.
    std::vector<SilenceOutcome> silence;  // Valid unless a reply comes yet.
    bool silence_judged = false;
    std::unique_ptr<Before> before;
    std::shared_ptr<const std::string> marker;  // Null when no marker came before it.
};

class PendingRequests {
public:
    /// `capacity` is a power of two.
    explicit PendingRequests(std::size_t capacity = std::size_t{1} << 16);

    bool is_full() const { return added_ - removed_ == ring_.size(); }
    bool is_empty() const { return added_ == removed_; }
    PendingRequest& oldest() { return at(removed_ + 1); }
    void remove_oldest();

    /// Copies what rules look at. Only when it is not full. Valid until it is removed.
    PendingRequest& add(const SeenFrame& request);
    /// The request with this sequence, unless it is gone.
    PendingRequest* by_sequence(std::uint64_t sequence);

    /// Newest first, the requests with this tag, until `wanted` says true of one; looks at few
    /// only, so that no capture can make it slow.
    template <typename Wanted> PendingRequest* find(std::uint32_t tag, Wanted&& wanted) {
        std::uint64_t sequence = full(by_tag_[bucket(tag)]);
        for (unsigned steps = 0; sequence > removed_ && steps < longest_walk; ++steps) {
            const Link& link = link_of(sequence);
            if (link.tag == tag && wanted(at(sequence))) return &at(sequence);
            sequence = full(link.next_by_tag);
        }
        return nullptr;
    }
    /// The newest request, unanswered, that asks the same of the same target under another tag.
    PendingRequest* find_same(const SeenFrame& request);

private:
    static constexpr unsigned longest_walk = 64;

    // What a walk looks at, close together: most steps meet another request, and long ago.
    struct Link {
        std::uint32_t tag = 0, content = 0;                  // The latter a digest.
        std::uint32_t next_by_tag = 0, next_by_content = 0;  // Sequence, low half; 0 is the end.
    };

    PendingRequest& at(std::uint64_t sequence) { return ring_[sequence & (ring_.size() - 1)]; }
    Link& link_of(std::uint64_t sequence) { return links_[sequence & (links_.size() - 1)]; }
    std::uint64_t full(std::uint32_t low) const;
    std::size_t bucket(std::uint64_t key) const;
    static std::uint64_t content_key(const SeenFrame& request);

    std::vector<PendingRequest> ring_;
    std::vector<Link> links_;                         // One for each of those.
    std::vector<std::uint32_t> by_tag_, by_content_;  // The newest of each chain.
    std::uint64_t added_ = 0, removed_ = 0;           // Sequences.
};

}  // namespace aoe::conformance
