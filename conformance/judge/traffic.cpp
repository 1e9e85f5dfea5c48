// SPDX-License-Identifier: MIT
#include "conformance/judge/traffic.h"

#include <algorithm>
#include <cstring>

namespace aoe::conformance {

namespace {

constexpr std::size_t most_initiators = 1024, most_conversations = 1024;
// Of a frame's bytes: the rules look at no more.
constexpr std::size_t most_kept = 2100;

}  // namespace

void KeptFrame::keep(const SeenFrame& seen) {
    const Bytes kept = seen.body.first(std::min(most_kept, seen.body.size()));
    bytes.assign(kept.begin(), kept.end());
    frame = seen;
    frame.body = bytes;
}

std::uint64_t Traffic::key(const Mac& mac) {
    std::uint64_t number = 0;
    std::memcpy(&number, mac.data(), mac.size());
    return number;
}

SeenTarget* Traffic::target(const Address& address) {
    const auto found = std::find(addresses_.begin(), addresses_.end(), address);
    if (found != addresses_.end()) {
        return targets_[static_cast<std::size_t>(found - addresses_.begin())].get();
    }
    if (targets_.size() == most_targets) {
        overflowed_ = true;
        return nullptr;
    }
    auto made = std::make_unique<SeenTarget>();
    made->index = static_cast<std::uint16_t>(targets_.size());
    made->address = address;
    made->facts.mac = address.mac;
    made->facts.shelf = address.shelf;
    made->facts.slot = address.slot;
    made->facts.mtu = 0;
    made->facts.revision_reason = "what is not in the capture is not held against the target";
    made->counts.resize(all_rules().size());
    addresses_.push_back(address);
    return targets_.emplace_back(std::move(made)).get();
}

SeenInitiator* Traffic::initiator(const Mac& mac) {
    const auto found = initiator_index_.find(key(mac));
    if (found != initiator_index_.end()) return initiators_[found->second].get();
    if (initiators_.size() == most_initiators) {
        overflowed_ = true;
        return nullptr;
    }
    initiator_index_[key(mac)] = static_cast<std::uint16_t>(initiators_.size());
    auto made = std::make_unique<SeenInitiator>();
    made->index = static_cast<std::uint16_t>(initiators_.size());
    made->mac = mac;
    made->counts.resize(all_rules().size());
    return initiators_.emplace_back(std::move(made)).get();
}

Conversation* Traffic::conversation(std::uint16_t initiator, std::uint16_t target) {
    const std::uint32_t both = std::uint32_t{initiator} << 16 | target;
    const auto found = conversation_index_.find(both);
    if (found != conversation_index_.end()) return conversations_[found->second].get();
    if (conversations_.size() == most_conversations) {
        overflowed_ = true;
        return nullptr;
    }
    conversation_index_[both] = static_cast<std::uint16_t>(conversations_.size());
    auto made = std::make_unique<Conversation>();
    made->initiator = initiator;
    made->target = target;
    return conversations_.emplace_back(std::move(made)).get();
}

std::uint16_t Traffic::at_station(const Mac& mac) const {
    std::uint16_t found = no_target;
    for (std::size_t i = 0; i < addresses_.size(); ++i) {
        if (addresses_[i].mac != mac) continue;
        if (found != no_target) return no_target;
        found = static_cast<std::uint16_t>(i);
    }
    return found;
}

std::uint16_t Traffic::subject_of(const SeenFrame& request) const {
    std::uint16_t addressee = no_target, by_address = no_target;
    unsigned addressees = 0, by_addresses = 0;
    for (std::size_t i = 0; i < addresses_.size(); ++i) {
        const Oddities found = oddities_towards(request, addresses_[i]);
        if ((found & odd::other_target) != 0) continue;
        by_address = static_cast<std::uint16_t>(i);
        ++by_addresses;
        if ((found & odd::foreign) != 0) continue;
        addressee = by_address;
        ++addressees;
    }
    if (addressees != 0) return addressees == 1 ? addressee : no_target;
    const bool to_station = request.destination_known && !is_group(request.destination);
    const std::uint16_t station = to_station ? at_station(request.destination) : no_target;
    if (station != no_target) return station;
    return by_addresses == 1 ? by_address : no_target;
}

void Traffic::forget() {
    for (const auto& target : targets_) {
        target->memory = TargetMemory{};
        target->last_request = 0;
        target->latest_answered = 0;
        target->stray.reset();
        target->runt.reset();
    }
}

}  // namespace aoe::conformance
