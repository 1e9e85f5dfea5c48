// SPDX-License-Identifier: MIT
// Puts the events of several workers into the order that one process would have reported. Each
// worker tells its own in order; who comes next is known.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "conformance/run_record.h"
#include "conformance/workers/events.h"

namespace aoe::conformance {

enum class Turns : std::uint8_t {
    each_a_case,  // Parts of one target's cases: worker 0, 1, 2, 0, 1, 2, ...
    each_all,     // A target each: all of worker 0, then all of worker 1.
};

class Merge {
public:
    Merge(std::size_t workers, Turns turns, Reporter& reporter);

    /// Reports whatever is next, as far as it is there. The event is of `worker`, and neither
    /// RunEnd nor CannotWork.
    void add(std::size_t worker, Event event);
    /// The worker will tell no more; the others go on without it.
    void end(std::size_t worker);

private:
    struct Queue {
        std::deque<Event> events;
        bool ended = false;
    };
    void report_what_is_next();
    void report(const Event& event);
    bool amend(Queue& queue, const CaseResult& result) const;

    std::vector<Queue> queues_;
    Turns turns_;
    Reporter& reporter_;
    std::size_t next_ = 0;
    bool target_told_ = false;
};

}  // namespace aoe::conformance
