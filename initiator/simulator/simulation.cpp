// SPDX-License-Identifier: MIT
#include "initiator/simulator/simulation.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "initiator/initiator.h"
#include "initiator/simulator/network.h"
#include "initiator/simulator/served_disk.h"
#include "wire/reserve.h"
#include "wire/shrinker.h"

namespace aoe::simulator {
namespace {

using Action = Step::Action;
using initiator::Initiator;
using initiator::Kind;

Mac mac_of(unsigned initiator) {
    return {std::byte{2}, {}, {}, {}, {}, static_cast<std::byte>(initiator + 1)};
}

class Simulation {
public:
    explicit Simulation(const Plan& plan)
        : plan_(plan),
          judge_(plan.conditions),
          network_(plan),
          target_(plan.conditions, judge_),
          buffer_(plan.conditions.mtu + ethernet_header_size) {
        for (unsigned i = 0; i < plan.conditions.initiators; ++i) {
            macs_.push_back(mac_of(i));
            auto& core = *initiators_.emplace_back(std::make_unique<Initiator>(
                initiator::Options{.mac = mac_of(i),
                                   .mtu = plan.conditions.mtu,
                                   .tag_seed = plan.conditions.seed + i}));
            core.add_device(target_address);
            // These have no job: nothing else is asked before they are done.
            core.submit({.kind = Kind::query_config, .device = target_address});
            core.submit({.kind = Kind::identify, .device = target_address});
        }
    }

    Result run() {
        Result result;
        try {
            while (turn()) {
            }
            judge_.check_disk(target_.disk());
        } catch (const Violation& violation) {
            result.violation = violation;
        }
        result.operations = operations_;
        result.frames = network_.frames();
        for (const auto& core : initiators_) result.resent += core->counters().resent;
        result.took = now_;
        result.slowest = slowest_;
        result.faults = network_.faults();
        return result;
    }

private:
    /// Everything that is possible now, then the next moment; false when all is done.
    bool turn() {
        const bool more = take_steps();
        for (unsigned i = 0; i < initiators_.size(); ++i) pump(i);
        const auto next = next_moment();
        if (!next) {
            if (more && can_step()) return true;
            if (more || pending() > 0) {
                throw Violation(Wrong::completion, "operations are pending, and nothing happens");
            }
            return false;
        }
        if (can_step()) return true;
        now_ = std::max(now_, *next);
        if (target_.back_at() && *target_.back_at() <= now_) announce();
        deliver();
        return true;
    }

    std::optional<Time> next_moment() const {
        std::optional<Time> next = network_.next_arrival();
        const auto consider = [&next](std::optional<Time> time) {
            if (time && (!next || *time < *next)) next = time;
        };
        for (const auto& core : initiators_) consider(core->next_deadline());
        consider(target_.back_at());
        if (pause_end_ && *pause_end_ > now_) consider(pause_end_);
        return next;
    }

    // --- Steps ---

    bool attached() const {
        return std::all_of(initiators_.begin(), initiators_.end(),
                           [](const auto& core) { return core->device(target_address)->ready(); });
    }
    std::size_t pending() const {
        std::size_t all = 0;
        for (const auto& core : initiators_) all += core->pending();
        return all;
    }
    bool can_step() const {
        if (next_step_ == plan_.steps.size() || !attached()) return false;
        if (pause_end_ && *pause_end_ > now_) return false;
        const Step& step = plan_.steps[next_step_];
        switch (step.action) {
            case Action::await:
                return pending() == 0;
            case Action::pause:
                return true;
            case Action::stop_target:
            case Action::cut_power:
                // No operation meets two of them, so none has a reason to give up.
                return !target_.back_at() && judge_.oldest(now_) >= last_back_;
            default:
                return step.initiator >= initiators_.size() ||
                       initiators_[step.initiator]->pending() < plan_.conditions.most_pending;
        }
    }
    /// True when there are more than could be taken now.
    bool take_steps() {
        while (can_step()) {
            pause_end_.reset();
            take(plan_.steps[next_step_++]);
        }
        return next_step_ < plan_.steps.size();
    }
    void take(const Step& step) {
        if (step.action == Action::pause) {
            pause_end_ = now_ + step.time;
        } else if (step.action == Action::stop_target || step.action == Action::cut_power) {
            target_.stop(step.action == Action::cut_power, now_ + step.time);
        } else if (step.is_operation() && step.initiator < initiators_.size()) {
            submit(step);
        }
    }
    void submit(const Step& step) {
        Job& job = judge_.submit(step, now_);
        initiator::Request request{.device = target_address, .id = job.id};
        request.first_sector = step.first;
        request.verb =
            step.action == Action::seize ? reserve_command::force_set : reserve_command::set;
        switch (step.action) {
            case Action::read:
                request.kind = Kind::read;
                request.read_into = job.buffer;
                break;
            case Action::write:
                request.kind = Kind::write;
                request.write_from = job.buffer;
                break;
            case Action::flush:
                request.kind = Kind::flush;
                break;
            case Action::identify:
                request.kind = Kind::identify;
                break;
            case Action::reserve:
            case Action::seize:
                request.macs = std::span(macs_).subspan(step.initiator, 1);
                [[fallthrough]];
            default:
                request.kind = Kind::reserve;
        }
        initiators_[step.initiator]->submit(request);
    }

    // --- Frames ---

    void pump(unsigned index) {
        Initiator& core = *initiators_[index];
        core.advance(now_);
        take_completions(core);  // First, since what they are about is unanswered no more.
        while (const std::size_t size = core.next_frame(buffer_, now_)) {
            const Bytes frame = Bytes(buffer_).first(size);
            FrameName name = judge_.leaves(index, frame);
            name.lane = 2 * index;
            network_.send(name, frame, now_);
        }
        take_completions(core);
        while (core.next_notice()) {
        }
    }
    void take_completions(Initiator& core) {
        while (const auto completion = core.next_completion()) complete(*completion);
    }
    void complete(const initiator::Completion& completion) {
        if (completion.id == 0) {
            if (!completion.error) return;
            throw Violation(Wrong::error,
                            "the device could not be identified: " + completion.error.message());
        }
        slowest_ = std::max(slowest_, judge_.complete(completion.id, completion.error, now_));
        ++operations_;
    }
    void deliver() {
        while (network_.next_arrival() && *network_.next_arrival() <= now_) {
            auto [lane, frame] = network_.take();
            const unsigned index = lane / 2;
            if (lane % 2 == 0) {
                const Bytes reply = target_.answer(index, frame, now_);
                if (!reply.empty()) send_back(index, reply);
            } else {
                judge_.answered(index, frame);
                initiators_[index]->receive(frame, now_);
            }
            network_.reuse(std::move(frame));
        }
    }
    void send_back(unsigned index, Bytes frame) {
        FrameName name = judge_.name_of_reply(index, frame);
        name.lane = 2 * index + 1;
        network_.send(name, frame, now_);
    }
    void announce() {
        last_back_ = now_;
        const Bytes frame = target_.start();
        for (unsigned i = 0; i < initiators_.size(); ++i) send_back(i, frame);
    }

    const Plan& plan_;
    Judge judge_;
    Network network_;
    SimulatedTarget target_;
    std::vector<Mac> macs_;
    std::vector<std::unique_ptr<Initiator>> initiators_;
    std::vector<std::byte> buffer_;
    Time now_{};
    std::size_t next_step_ = 0;
    std::optional<Time> pause_end_;
    Time last_back_{};
    std::uint64_t operations_ = 0;
    Time slowest_{};
};

}  // namespace

Result simulate(const Plan& plan) {
    return Simulation(plan).run();
}

Plan shorten(const Plan& plan, const Result& result, std::size_t most_tries,
             const std::function<bool()>& give_up) {
    Plan listed = plan;
    listed.faults = result.faults;
    const auto still = [&](const std::vector<Item>& items) {
        const Result again = simulate(plan_of(plan.conditions, items));
        return again.violation && again.violation->wrong() == result.violation->wrong();
    };
    const auto shrunk =
        shrink(items_of(listed), still, plainer, {.most_tries = most_tries, .give_up = give_up});
    return plan_of(plan.conditions, shrunk.steps);
}

std::string tell(const Plan& plan) {
    std::string text = describe(plan.conditions) + "\n";
    std::multimap<std::uint64_t, const Fault*> faults;
    if (plan.faults) {
        for (const Fault& fault : *plan.faults) faults.emplace(fault.frame.step, &fault);
    }
    const auto tell_faults = [&](std::uint64_t step) {
        const auto [first, last] = faults.equal_range(step);
        for (auto each = first; each != last; ++each) {
            text += "       " + describe(*each->second) + "\n";
        }
    };
    tell_faults(0);
    std::size_t operation = 0;
    for (const Step& step : plan.steps) {
        text += "  " + (step.is_operation() ? std::to_string(++operation) + ". " : "   ");
        text += describe(step) + "\n";
        tell_faults(step.number);
    }
    return text;
}

}  // namespace aoe::simulator
