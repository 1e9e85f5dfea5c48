// SPDX-License-Identifier: MIT
#include "initiator/simulator/plan.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "wire/random.h"

namespace aoe::simulator {
namespace {

using Action = Step::Action;
using std::chrono::microseconds;
using std::chrono::milliseconds;

template <typename Value, std::size_t count>
Value one_of(Random& random, const std::array<Value, count>& values) {
    return values[random.below(count)];
}

double fraction(Random& random) {
    return static_cast<double>(random.below(1001)) / 1000;
}

Conditions make_conditions(Random& random) {
    Conditions conditions;
    conditions.initiators = 1 + static_cast<unsigned>(random.below(3));
    conditions.mtu = one_of(random, std::array<std::size_t, 4>{1500, 1500, 4000, 9000});
    if (conditions.mtu > 1500 && random.chance(0.2)) conditions.path_bytes = 1514;
    conditions.buffer_count = one_of(random, std::array<std::uint16_t, 6>{1, 2, 4, 16, 16, 64});
    conditions.most_pending = one_of(random, std::array<std::size_t, 5>{1, 2, 8, 16, 32});
    conditions.disk_sectors = one_of(random, std::array<std::uint64_t, 3>{24, 128, 512});
    conditions.latency =
        one_of(random, std::array<Time, 3>{microseconds(10), microseconds(100), milliseconds(3)});
    conditions.longest_delay = one_of(
        random, std::array<Time, 3>{microseconds(500), milliseconds(40), milliseconds(3000)});
    if (random.chance(0.9)) {
        const double disorder = random.chance(0.3) ? 0.3 : 0.05;
        conditions.chances = {.lose = 0.1 * fraction(random) * fraction(random),
                              .repeat = disorder * fraction(random) * fraction(random),
                              .delay = disorder * fraction(random) * fraction(random),
                              .cut = 0.02 * fraction(random) * fraction(random)};
    }
    conditions.seed = random.next();
    return conditions;
}

class StepMaker {
public:
    StepMaker(Random& random, const Conditions& conditions)
        : random_(random),
          conditions_(conditions),
          reserves_(conditions.initiators > 1 && random.chance(0.4)),
          restarts_(random.chance(0.5)),
          cuts_power_(random.chance(0.5)),
          writes_(0.2 + 0.6 * fraction(random)),
          longest_(1 + random.below(40)) {}

    void make(std::vector<Step>& steps) {
        if (random_.chance(0.02)) steps.push_back({.action = Action::await});
        if (random_.chance(0.005)) {
            steps.push_back({.action = Action::pause, .time = random_time(milliseconds(500))});
        }
        if (restarts_ && random_.chance(0.004)) {
            steps.push_back({.action = cuts_power_ ? Action::cut_power : Action::stop_target,
                             .time = random_time(milliseconds(3000))});
        }
        steps.push_back(operation());
        for (; numbered_ < steps.size(); ++numbered_) steps[numbered_].number = numbered_ + 1;
    }

private:
    /// Short ones as often as long ones.
    Time random_time(Time longest) {
        const double shrink = std::exp2(-10 * fraction(random_));
        return std::chrono::duration_cast<Time>(longest * shrink);
    }
    Step operation() {
        Step step;
        step.initiator = static_cast<unsigned>(random_.below(conditions_.initiators));
        if (random_.chance(0.03)) {
            step.action = random_.chance(0.8) ? Action::flush : Action::identify;
            return step;
        }
        if (reserves_ && random_.chance(0.03)) {
            step.action = one_of(random_, std::array{Action::reserve, Action::seize,
                                                     Action::release, Action::release});
            return step;
        }
        step.action = random_.chance(writes_) ? Action::write : Action::read;
        const std::uint64_t most = std::min(longest_, conditions_.disk_sectors);
        step.sectors = static_cast<unsigned>(1 + random_.below(most));
        step.first = random_.below(conditions_.disk_sectors - step.sectors + 1);
        return step;
    }

    Random& random_;
    const Conditions& conditions_;
    bool reserves_, restarts_, cuts_power_;
    double writes_;
    std::uint64_t longest_;  // Sectors of one operation.
    std::size_t numbered_ = 0;
};

std::string plural(std::uint64_t count, const char* what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string in_words(Time time) {
    if (time < milliseconds(10)) {
        return std::to_string(std::chrono::duration_cast<microseconds>(time).count()) + " us";
    }
    return std::to_string(std::chrono::duration_cast<milliseconds>(time).count()) + " ms";
}

std::string percent(double chance) {
    return std::to_string(std::lround(chance * 1000)) + " in 1000";
}

}  // namespace

Plan make_plan(std::uint64_t seed, std::size_t operations) {
    Random random(seed);
    Plan plan;
    plan.conditions = make_conditions(random);
    StepMaker maker(random, plan.conditions);
    for (std::size_t i = 0; i < operations; ++i) maker.make(plan.steps);
    return plan;
}

std::vector<Item> items_of(const Plan& plan) {
    std::vector<Item> items(plan.steps.begin(), plan.steps.end());
    if (plan.faults) items.insert(items.end(), plan.faults->begin(), plan.faults->end());
    return items;
}

Plan plan_of(const Conditions& conditions, const std::vector<Item>& items) {
    Plan plan{.conditions = conditions, .steps = {}, .faults = std::vector<Fault>()};
    for (const Item& item : items) {
        if (const auto* step = std::get_if<Step>(&item)) plan.steps.push_back(*step);
        if (const auto* fault = std::get_if<Fault>(&item)) plan.faults->push_back(*fault);
    }
    return plan;
}

std::vector<Item> plainer(const Item& item) {
    std::vector<Item> candidates;
    const auto* step = std::get_if<Step>(&item);
    if (step == nullptr) return candidates;
    for (const unsigned sectors : {1U, 2U, 3U, step->sectors / 2}) {
        if (sectors == 0 || sectors >= step->sectors) continue;
        Step smaller = *step;
        smaller.sectors = sectors;
        candidates.emplace_back(smaller);
    }
    if (step->first > 0) {
        Step lower = *step;
        lower.first = 0;
        candidates.emplace_back(lower);
    }
    if (step->initiator > 0) {
        Step first = *step;
        first.initiator = 0;
        candidates.emplace_back(first);
    }
    return candidates;
}

std::string describe(const Conditions& conditions) {
    std::string text = plural(conditions.initiators, "initiator") + ", MTU " +
                       std::to_string(conditions.mtu) + ", Buffer Count " +
                       std::to_string(conditions.buffer_count) + ", " +
                       plural(conditions.disk_sectors, "sector") + ", up to " +
                       plural(conditions.most_pending, "operation") + " of each at a time, " +
                       in_words(conditions.latency) + " one way";
    if (conditions.path_bytes) {
        text += ", frames of more than " + std::to_string(*conditions.path_bytes) + " bytes vanish";
    }
    const Chances& chances = conditions.chances;
    return text + "; of the frames " + percent(chances.lose) + " are lost, " +
           percent(chances.repeat) + " repeated, " + percent(chances.delay) + " delayed, " +
           percent(chances.cut) + " cut";
}

std::string describe(const Step& step) {
    const std::string who = "initiator " + std::to_string(step.initiator) + " ";
    const std::string what = step.sectors == 1 ? "sector " + std::to_string(step.first)
                                               : "sectors " + std::to_string(step.first) + " to " +
                                                     std::to_string(step.first + step.sectors - 1);
    switch (step.action) {
        case Action::read:
            return who + "reads " + what;
        case Action::write:
            return who + "writes " + what;
        case Action::flush:
            return who + "flushes";
        case Action::identify:
            return who + "identifies the device";
        case Action::reserve:
            return who + "reserves the device";
        case Action::seize:
            return who + "reserves the device by force";
        case Action::release:
            return who + "releases the device";
        case Action::await:
            return "all wait until nothing is pending";
        case Action::pause:
            return "all pause for " + in_words(step.time);
        case Action::stop_target:
            return "the target is restarted, and away for " + in_words(step.time);
        case Action::cut_power:
            return "the target has no power for " + in_words(step.time);
    }
    return "";
}

std::string describe(const Fault& fault) {
    const FrameName& name = fault.frame;
    std::string frame = name.lane % 2 == 0 ? "frame" : "answer";
    frame += name.time == 0 ? " " : " (transmission " + std::to_string(name.time + 1) + ") ";
    frame += name.step == 0 ? "at the start" : "from sector " + std::to_string(name.sector) + " on";
    frame += name.lane % 2 == 0 ? " of" : " to";
    frame += " initiator " + std::to_string(name.lane / 2);
    switch (fault.kind) {
        case Fault::Kind::lose:
            return frame + " is lost";
        case Fault::Kind::repeat:
            return frame + " arrives once more, " + in_words(fault.time) + " later";
        case Fault::Kind::delay:
            return frame + " arrives " + in_words(fault.time) + " late";
        case Fault::Kind::cut:
            return frame + " is cut to " + plural(fault.bytes, "byte");
    }
    return "";
}

}  // namespace aoe::simulator
