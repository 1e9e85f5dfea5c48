// SPDX-License-Identifier: MIT
// Flushes that failed, so that one which is asked for again fails again: the system tells of a
// failure once, and the reply that told of it may be lost.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <system_error>

#include "target/responder.h"
#include "wire/clock.h"

namespace aoe::target {

class FailedFlushes {
public:
    void note(const Operation& flush, std::error_code error, Time now);

    /// How the operation failed when it was asked for before: by the same initiator, with the same
    /// tag. Forgets that when the tag is of something else by now.
    std::optional<std::error_code> answer(const Operation& operation, Time now);

private:
    struct Failure {
        Mac initiator{};
        std::uint32_t tag = 0;
        std::error_code error{};
        Time since{};
    };
    static constexpr std::size_t most = 64;
    static constexpr std::chrono::minutes long_enough{3};  // Initiators give up before.

    std::deque<Failure> failures_;
};

}  // namespace aoe::target
