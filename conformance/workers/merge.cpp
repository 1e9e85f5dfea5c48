// SPDX-License-Identifier: MIT
#include "conformance/workers/merge.h"

#include <algorithm>

namespace aoe::conformance {

Merge::Merge(std::size_t workers, Turns turns, Reporter& reporter)
    : queues_(workers), turns_(turns), reporter_(reporter) {}

void Merge::add(std::size_t worker, Event event) {
    Queue& queue = queues_[worker];
    if (const auto* amended = std::get_if<CaseAmended>(&event)) {
        if (!amend(queue, amended->result)) reporter_.case_amended(amended->result);
        return;
    }
    // Every worker's copy of one target is the same; told once, before the first case.
    if (turns_ == Turns::each_a_case && std::holds_alternative<TargetFacts>(event)) {
        if (!target_told_) report(event);
        target_told_ = true;
        return;
    }
    queue.events.push_back(std::move(event));
    report_what_is_next();
}

void Merge::end(std::size_t worker) {
    queues_[worker].ended = true;
    report_what_is_next();
}

// True when the result had not been reported yet.
bool Merge::amend(Queue& queue, const CaseResult& result) const {
    for (Event& event : queue.events) {
        auto* finished = std::get_if<CaseFinished>(&event);
        if (finished == nullptr || finished->result.test != result.test ||
            finished->result.target != result.target ||
            finished->result.repetition != result.repetition) {
            continue;
        }
        finished->result = result;
        return true;
    }
    return false;
}

void Merge::report_what_is_next() {
    const auto silent = [](const Queue& queue) { return queue.ended && queue.events.empty(); };
    while (!std::all_of(queues_.begin(), queues_.end(), silent)) {
        Queue& queue = queues_[next_];
        if (queue.events.empty() && !queue.ended) return;
        if (!queue.events.empty()) {
            report(queue.events.front());
            queue.events.pop_front();
        }
        const bool moves_on = turns_ == Turns::each_a_case || silent(queue);
        if (moves_on) next_ = (next_ + 1) % queues_.size();
    }
}

void Merge::report(const Event& event) {
    if (const auto* target = std::get_if<TargetFacts>(&event)) reporter_.target_started(*target);
    if (const auto* finished = std::get_if<CaseFinished>(&event)) {
        reporter_.case_started(*finished->result.test);
        reporter_.case_finished(finished->result);
    }
}

}  // namespace aoe::conformance
