// SPDX-License-Identifier: MIT
// The rules of `judge` on one live target: what it replies, and what it leaves unanswered although
// it is there. Which reply belongs to which request, and that silence is silence, is for the caller
// to know.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "conformance/judge/rule.h"

namespace aoe::conformance {

class ReplyJudge {
public:
    /// Told of every rule that had something to say; `words` only of a broken one.
    using Told = std::function<void(std::uint16_t rule, Outcome outcome, const Words& words)>;

    ReplyJudge(const Address& target, Told told) : target_(target), told_(std::move(told)) {}

    /// Before a request goes out.
    std::unique_ptr<Before> asked(const SeenFrame& request) { return memory_.asked(request); }
    /// A reply of our own questions: remembered, not judged.
    void learned(const SeenFrame& request, const SeenFrame& reply) {
        memory_.answered(request, reply, nullptr);
    }
    void replied(const SeenFrame& request, const Before* before, const SeenFrame& reply);
    /// A reply more than there were requests.
    void replied_again(const SeenFrame& request, const SeenFrame& reply);
    /// `later` was answered although `request` was not. `serves_sender`: and came from the same.
    void silent(const SeenFrame& request, const Before* before, const SeenFrame& later,
                bool serves_sender);
    /// Of a frame shorter than the header; null when nothing came of it.
    void runt_over(const SeenFrame* reply);
    void announced(const SeenFrame& announcement);
    /// The target was started again: nothing is known of it.
    void forget() { memory_ = {}; }

    const TargetMemory& memory() const { return memory_; }

private:
    void observe(const Observation& seen, std::uint8_t command);

    Address target_;
    Told told_;
    TargetMemory memory_;
};

}  // namespace aoe::conformance
