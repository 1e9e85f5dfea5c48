// SPDX-License-Identifier: MIT
// How long a test goes on: a few rounds under ctest, minutes under `./run soak`, which sets
// AOE_SOAK_SECONDS. A round's number is its seed; AOE_SOAK_SEED=N begins with that one.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

namespace aoe::target {

class Soak {
public:
    explicit Soak(std::uint64_t rounds)
        : first_(number_in("AOE_SOAK_SEED", 1)),
          next_(first_),
          rounds_(rounds),
          seconds_(number_in("AOE_SOAK_SECONDS", 0)) {}

    /// The next round's seed; nothing when it is enough.
    std::optional<std::uint64_t> next() {
        const auto passed = std::chrono::steady_clock::now() - begun_;
        const bool more =
            seconds_ != 0 ? passed < std::chrono::seconds(seconds_) : next_ - first_ < rounds_;
        if (!more) return std::nullopt;
        return next_++;
    }
    bool is_long() const noexcept { return seconds_ != 0; }
    std::uint64_t seconds() const noexcept { return seconds_; }

    /// What came out, in a line.
    static void tell(const std::string& sentence) { std::cout << "soak: " << sentence << '\n'; }

private:
    static std::uint64_t number_in(const char* name, std::uint64_t otherwise) {
        const char* const text = std::getenv(name);
        return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
    }

    std::uint64_t first_;
    std::uint64_t next_;
    std::uint64_t rounds_;
    std::uint64_t seconds_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace aoe::target
