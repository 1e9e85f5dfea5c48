// SPDX-License-Identifier: MIT
// Carries out a plan: initiators, a network and a target on a clock of their own, before the eyes
// of a judge. The same plan gives the same result, on every machine.
//
//     const Result result = simulate(make_plan(seed, 1000));
//     if (result.violation) ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "initiator/simulator/judge.h"
#include "initiator/simulator/plan.h"

namespace aoe::simulator {

struct Result {
    std::optional<Violation> violation;
    std::uint64_t operations = 0;  // That were completed.
    std::uint64_t frames = 0;
    std::uint64_t resent = 0;
    Time took{};                // By the simulated clock.
    Time slowest{};             // The longest that an operation took.
    std::vector<Fault> faults;  // All that happened to frames.
};

Result simulate(const Plan& plan);

/// A plan with the same violation, as short and plain as can be found with that many tries.
Plan shorten(
    const Plan& plan, const Result& result, std::size_t most_tries = 4000,
    const std::function<bool()>& give_up = [] { return false; });

/// Conditions, steps and faults in words, a line each.
std::string tell(const Plan& plan);

}  // namespace aoe::simulator
