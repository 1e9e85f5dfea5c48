// SPDX-License-Identifier: MIT
// Fake targets at the far end of a memory link, on a virtual clock: a network in one test.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "initiator/testing/fake_target.h"
#include "wire/fault_link.h"
#include "wire/memory_link.h"

namespace aoe::initiator::testing {

class MemoryNetwork {
public:
    explicit MemoryNetwork(std::size_t mtu = 1500, const FaultPlan& faults = {})
        : ends_(make_memory_pair({.first_mac = own_mac, .second_mac = target_mac, .mtu = mtu})) {
        auto faulty = make_fault_link(std::move(ends_.first), faults, clock);
        fault_counts_ = faulty.get();
        link = std::move(faulty);
        clock.set_step([this] { return serve(); });
    }

    FakeTarget& add(const FakeTargetOptions& options = {}) {
        return *targets_.emplace_back(std::make_unique<FakeTarget>(options));
    }
    FaultCounts fault_counts() const { return fault_counts_->counts(); }

    /// Lets the targets answer what has arrived; true when there was anything.
    bool serve() {
        Link& far = *ends_.second;
        const auto frames = far.receive(16);
        for (const ReceivedFrame& frame : frames) {
            for (const auto& target : targets_) {
                if (const auto reply = target->answer(frame.bytes)) {
                    (void)send_copy(far, *reply);
                }
            }
            far.release(frame);
        }
        return !frames.empty();
    }

    VirtualClock clock;
    LinkPtr link;

private:
    std::pair<LinkPtr, LinkPtr> ends_;  // The first is inside `link`.
    FaultLink* fault_counts_ = nullptr;
    std::vector<std::unique_ptr<FakeTarget>> targets_;
};

}  // namespace aoe::initiator::testing
