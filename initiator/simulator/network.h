// SPDX-License-Identifier: MIT
// The simulated Ethernet: two lanes between each initiator and the target, where frames take a
// while, and are lost, repeated, delayed and cut by chance or as listed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <unordered_map>
#include <vector>

#include "initiator/simulator/plan.h"
#include "wire/bytes.h"
#include "wire/random.h"

namespace aoe::simulator {

class Network {
public:
    explicit Network(const Plan& plan);

    /// The name's time is counted here.
    void send(FrameName name, Bytes frame, Time now);

    struct Delivery {
        unsigned lane = 0;
        std::vector<std::byte> frame;
    };
    /// When the next frame arrives; empty when none is under way.
    std::optional<Time> next_arrival() const;
    /// Only while one is under way.
    Delivery take();
    /// Gives a delivery's memory back.
    void reuse(std::vector<std::byte>&& frame) { spare_.push_back(std::move(frame)); }

    std::uint64_t frames() const noexcept { return frames_; }
    /// Everything that was done to frames so far.
    const std::vector<Fault>& faults() const noexcept { return happened_; }

private:
    struct HashOfName {
        std::size_t operator()(const FrameName& name) const noexcept;
    };
    struct Arrival {
        Time time;
        std::uint64_t number;  // Of those that arrive at one time the first sent comes first.
        unsigned lane;
        std::size_t buffer;
        bool operator>(const Arrival& other) const {
            return time != other.time ? time > other.time : number > other.number;
        }
    };

    std::optional<Fault> fate(const FrameName& name, Bytes frame);
    std::optional<Fault> draw(const FrameName& name, Bytes frame);
    Time draw_delay(Random& random) const;
    void deliver(unsigned lane, Bytes frame, Time at);

    Conditions conditions_;
    bool drawn_;
    std::unordered_map<FrameName, Fault, HashOfName> listed_;
    std::unordered_map<FrameName, unsigned, HashOfName> times_;  // By the name with time 0.
    std::vector<Random> chance_;                                 // By lane.
    std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals_;
    std::vector<std::vector<std::byte>> buffers_;
    std::vector<std::size_t> free_buffers_;
    std::vector<std::vector<std::byte>> spare_;
    std::uint64_t number_ = 0;
    std::uint64_t frames_ = 0;
    std::vector<Fault> happened_;
};

}  // namespace aoe::simulator
