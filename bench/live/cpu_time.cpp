// SPDX-License-Identifier: MIT
#include "bench/live/cpu_time.h"

#include <charconv>
#include <ctime>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace aoe::bench {
namespace {

std::optional<std::chrono::nanoseconds> time_of(clockid_t clock) {
    timespec time{};
    if (::clock_gettime(clock, &time) != 0) return std::nullopt;
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

std::chrono::nanoseconds own_cpu_time() {
    return time_of(CLOCK_PROCESS_CPUTIME_ID).value_or(std::chrono::nanoseconds{0});
}

std::optional<std::chrono::nanoseconds> group_cpu_time(long group) {
    std::optional<std::chrono::nanoseconds> sum;
    std::error_code gone;  // Processes come and go while we look.
    for (const auto& entry : std::filesystem::directory_iterator("/proc", gone)) {
        const std::string name = entry.path().filename();
        pid_t process = 0;
        const auto end = name.data() + name.size();
        if (std::from_chars(name.data(), end, process).ptr != end) continue;
        clockid_t clock{};
        if (::getpgid(process) != group || ::clock_getcpuclockid(process, &clock) != 0) continue;
        if (const auto time = time_of(clock))
            sum = sum.value_or(std::chrono::nanoseconds{0}) + *time;
    }
    return sum;
}

}  // namespace aoe::bench
