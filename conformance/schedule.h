// SPDX-License-Identifier: MIT
// In which order cases run, how often, and which part of a run a worker does. A function of its
// inputs alone: two schedules made alike go alike, in whichever process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "conformance/case.h"

namespace aoe::conformance {

struct Order {
    unsigned repeat = 1;
    /// Decides the order, another one in each repetition; none: the order given.
    std::optional<std::uint64_t> shuffle_seed{};
    /// Of `parts` workers that take turns, the steps of number `part`, from 0.
    std::size_t part = 0;
    std::size_t parts = 1;
};

struct Step {
    const Case* test = nullptr;
    unsigned repetition = 1;
};

class Schedule {
public:
    Schedule(std::span<const Case* const> cases, const Order& order);

    /// Nothing when all is done.
    std::optional<Step> next();

private:
    void arrange();

    std::span<const Case* const> cases_;
    Order order_;
    std::vector<const Case*> arranged_;  // Of this repetition.
    unsigned repetition_ = 1;
    std::size_t position_ = 0;  // Within the repetition.
    std::size_t number_ = 0;    // Of the next step of all workers together.
};

}  // namespace aoe::conformance
