// SPDX-License-Identifier: MIT
#include "initiator/simulator/network.h"

#include <cmath>

#include "wire/frame.h"

namespace aoe::simulator {

Network::Network(const Plan& plan) : conditions_(plan.conditions), drawn_(!plan.faults) {
    for (unsigned lane = 0; lane < 2 * conditions_.initiators; ++lane) {
        chance_.emplace_back(conditions_.seed + lane);
    }
    if (drawn_) return;
    for (const Fault& fault : *plan.faults) listed_[fault.frame] = fault;
}

std::size_t Network::HashOfName::operator()(const FrameName& name) const noexcept {
    return ((name.step << 20 | name.sector << 6 | name.lane) + name.time) * 0x9e3779b97f4a7c15U;
}

void Network::send(FrameName name, Bytes frame, Time now) {
    const unsigned lane = name.lane;
    ++frames_;
    name.time = 0;
    name.time = times_[name]++;
    const auto fault = fate(name, frame);
    if (fault) happened_.push_back(*fault);
    if (conditions_.path_bytes && frame.size() > *conditions_.path_bytes) return;
    const Time arrival = now + conditions_.latency;
    if (!fault) return deliver(lane, frame, arrival);
    switch (fault->kind) {
        case Fault::Kind::lose:
            break;
        case Fault::Kind::repeat:
            deliver(lane, frame, arrival);
            deliver(lane, frame, arrival + fault->time);
            break;
        case Fault::Kind::delay:
            deliver(lane, frame, arrival + fault->time);
            break;
        case Fault::Kind::cut:
            deliver(lane, frame.first(std::min(fault->bytes, frame.size())), arrival);
            break;
    }
}

std::optional<Fault> Network::fate(const FrameName& name, Bytes frame) {
    if (drawn_) return draw(name, frame);
    const auto found = listed_.find(name);
    if (found == listed_.end()) return std::nullopt;
    return found->second;
}

std::optional<Fault> Network::draw(const FrameName& name, Bytes frame) {
    Random& random = chance_[name.lane];
    const Chances& chances = conditions_.chances;
    double drawn = static_cast<double>(random.next() >> 11) * 0x1p-53;
    Fault fault{.frame = name};
    const auto befalls = [&drawn](double chance) {
        drawn -= chance;
        return drawn < 0;
    };
    if (befalls(chances.lose)) return fault;
    if (befalls(chances.repeat)) {
        fault.kind = Fault::Kind::repeat;
        fault.time = draw_delay(random);
        return fault;
    }
    if (befalls(chances.delay)) {
        fault.kind = Fault::Kind::delay;
        fault.time = draw_delay(random);
        return fault;
    }
    if (befalls(chances.cut)) {
        fault.kind = Fault::Kind::cut;
        fault.bytes = ethernet_header_size + random.below(frame.size() - ethernet_header_size);
        return fault;
    }
    return std::nullopt;
}

/// Short ones are as frequent as long ones.
Time Network::draw_delay(Random& random) const {
    const double shrink = std::exp2(-static_cast<double>(random.below(1400)) / 100);
    return std::chrono::duration_cast<Time>(conditions_.longest_delay * shrink);
}

void Network::deliver(unsigned lane, Bytes frame, Time at) {
    if (free_buffers_.empty()) {
        free_buffers_.push_back(buffers_.size());
        buffers_.emplace_back();
    }
    const std::size_t buffer = free_buffers_.back();
    free_buffers_.pop_back();
    if (!spare_.empty()) {
        buffers_[buffer] = std::move(spare_.back());
        spare_.pop_back();
    }
    buffers_[buffer].assign(frame.begin(), frame.end());
    arrivals_.push({.time = at, .number = number_++, .lane = lane, .buffer = buffer});
}

std::optional<Time> Network::next_arrival() const {
    if (arrivals_.empty()) return std::nullopt;
    return arrivals_.top().time;
}

Network::Delivery Network::take() {
    const Arrival arrival = arrivals_.top();
    arrivals_.pop();
    free_buffers_.push_back(arrival.buffer);
    return {.lane = arrival.lane, .frame = std::move(buffers_[arrival.buffer])};
}

}  // namespace aoe::simulator
