// SPDX-License-Identifier: MIT
// How often the program asked operator new for memory, so that a benchmark can say what one
// operation costs in allocations: a number that no noise disturbs.
#pragma once

#include <cstdint>

#include <benchmark/benchmark.h>

namespace aoe::bench {

/// Since the program began, all threads together.
std::uint64_t allocations() noexcept;

/// Adds "allocations", the mean of one iteration, to what a benchmark reports. Lives from just
/// before the timed loop to the benchmark's end.
class AllocationCount {
public:
    explicit AllocationCount(benchmark::State& state) : state_(state), before_(allocations()) {}
    AllocationCount(const AllocationCount&) = delete;
    AllocationCount& operator=(const AllocationCount&) = delete;
    ~AllocationCount() {
        const auto made = static_cast<double>(allocations() - before_);
        state_.counters["allocations"] =
            benchmark::Counter(made, benchmark::Counter::kAvgIterations);
    }

private:
    benchmark::State& state_;
    std::uint64_t before_;
};

}  // namespace aoe::bench
