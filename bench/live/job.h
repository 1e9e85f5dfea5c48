// SPDX-License-Identifier: MIT
// One measurement, and what one run of it gave. Plain values: they travel between processes as
// their bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <type_traits>

#include "bench/load.h"

namespace aoe::bench {

struct Job {
    std::uint32_t number = 0;  // Runs of one job go on where the last one ended.
    unsigned write_percent = 0;
    bool random = false;
    bool verify = false;
    std::uint8_t sectors = 2;
    unsigned outstanding = 1;
    std::uint64_t seed = 1;
    std::uint64_t most_requests = 0;  // 0: as many as there is time for.
    std::chrono::nanoseconds warm_up{0};
    std::chrono::nanoseconds duration{0};
};

struct Sample {
    LoadResult load;
    std::uint64_t lost_here = 0;  // Frames that came while our own socket had no room.
    std::chrono::nanoseconds our_cpu{0};
    std::chrono::nanoseconds target_cpu{0};
    bool target_cpu_known = false;
};

static_assert(std::is_trivially_copyable_v<Job> && std::is_trivially_copyable_v<Sample>);

}  // namespace aoe::bench
