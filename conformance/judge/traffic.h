// SPDX-License-Identifier: MIT
// Who is in a capture: targets, initiators and their conversations, each with what came of judging
// it. As many as there is room for; a capture cannot make it more.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "conformance/facts.h"
#include "conformance/judge/pending_requests.h"
#include "conformance/judge/round_trips.h"
#include "conformance/judge/rule.h"

namespace aoe::conformance {

/// One time that a rule was broken.
struct Violation {
    std::uint16_t rule = 0;     // Index into all_rules().
    std::size_t file = 0;       // Of those given, from 0.
    std::uint64_t request = 0;  // Frame numbers; 0 where there is none.
    std::uint64_t reply = 0;
    std::string marker;  // Of the exchange; empty when none came before it.
    Words words;
    std::string dump;  // The frame to blame, in hexadecimal.
};

/// What became of one rule on one target or initiator.
struct RuleCount {
    std::uint64_t kept = 0, broken = 0;
    std::vector<Violation> first;
};

/// A frame kept for a moment.
struct KeptFrame {
    SeenFrame frame;
    std::vector<std::byte> bytes;
    void keep(const SeenFrame& seen);
};

struct SeenTarget {
    std::uint16_t index = 0;
    Address address;
    TargetFacts facts;
    TargetMemory memory;
    std::vector<RuleCount> counts;      // One a rule.
    std::uint64_t last_request = 0;     // Sequence.
    std::uint64_t latest_answered = 0;  // Number of the latest request's frame that was answered.
    std::optional<KeptFrame> stray;     // The last reply that nobody asked for.
    std::optional<KeptFrame> runt;      // The last frame shorter than a header, until a request.
    std::uint64_t announcements = 0, unmatched = 0;
};

struct SeenInitiator {
    std::uint16_t index = 0;
    Mac mac{};
    std::vector<RuleCount> counts;
    std::uint64_t to_nobody = 0;  // Requests to targets that never answered.
};

struct Conversation {
    std::uint16_t initiator = 0, target = 0;
    std::uint64_t requests = 0, replies = 0, retransmitted = 0, unanswered = 0, again = 0, late = 0;
    std::uint64_t data_bytes = 0;  // Read and written.
    Time first{}, last{};
    RoundTrips round_trips;
};

class Traffic {
public:
    /// Known or new; nullptr when there is no room for another.
    SeenTarget* target(const Address& address);
    SeenInitiator* initiator(const Mac& mac);
    Conversation* conversation(std::uint16_t initiator, std::uint16_t target);

    SeenTarget& at(std::uint16_t index) { return *targets_[index]; }

    /// Calls with the index of each target that the request is for.
    template <typename Then> void for_each_addressee(const SeenFrame& request, Then&& then) const {
        for (std::size_t i = 0; i < addresses_.size(); ++i) {
            constexpr Oddities elsewhere = odd::foreign | odd::other_target;
            if ((oddities_towards(request, addresses_[i]) & elsewhere) == 0) {
                then(static_cast<std::uint16_t>(i));
            }
        }
    }
    /// The one target that a request is for, or whose address or station it names; else no_target.
    std::uint16_t subject_of(const SeenFrame& request) const;
    /// The one target at this station, or no_target.
    std::uint16_t at_station(const Mac& mac) const;
    bool is_initiator(const Mac& mac) const { return initiator_index_.contains(key(mac)); }

    /// Another file begins: nobody's state is known any more.
    void forget();

    std::span<const std::unique_ptr<SeenTarget>> targets() const { return targets_; }
    std::span<const std::unique_ptr<SeenInitiator>> initiators() const { return initiators_; }
    std::span<const std::unique_ptr<Conversation>> conversations() const { return conversations_; }
    /// True when there was no room for somebody.
    bool overflowed() const { return overflowed_; }

private:
    static std::uint64_t key(const Mac& mac);

    std::vector<Address> addresses_;  // Of the targets, close together.
    std::vector<std::unique_ptr<SeenTarget>> targets_;
    std::vector<std::unique_ptr<SeenInitiator>> initiators_;
    std::vector<std::unique_ptr<Conversation>> conversations_;
    std::unordered_map<std::uint64_t, std::uint16_t> initiator_index_;
    std::unordered_map<std::uint32_t, std::uint16_t> conversation_index_;
    bool overflowed_ = false;
};

}  // namespace aoe::conformance
