// SPDX-License-Identifier: MIT
// What happens in one simulation: the conditions, the steps that initiators and target take, and
// what becomes of single frames. All of it follows from a seed; a plan that failed is made shorter
// by leaving out steps and faults, and told in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "wire/clock.h"

namespace aoe::simulator {

/// Chances in 0..1 for each frame; at most one of them befalls it.
struct Chances {
    double lose = 0;
    double repeat = 0;  // A copy arrives later, too.
    double delay = 0;   // Later than those sent after it.
    double cut = 0;     // At some byte after the Ethernet header.
};

struct Conditions {
    unsigned initiators = 1;
    std::size_t mtu = 1500;
    std::optional<std::size_t> path_bytes{};  // Frames larger than that vanish on the way.
    std::uint16_t buffer_count = 16;
    std::size_t most_pending = 8;  // Operations of one initiator at a time.
    std::uint64_t disk_sectors = 128;
    Time latency = std::chrono::microseconds(30);
    Time longest_delay = std::chrono::milliseconds(5);
    Chances chances{};
    std::uint64_t seed = 0;  // Of the chances, the tags and what a power cut loses.
};

struct Step {
    enum class Action : std::uint8_t {
        read,
        write,
        flush,
        identify,
        reserve,      // For itself alone, unless it is another's.
        seize,        // The same by force.
        release,      // For all, unless it is another's.
        await,        // Until nothing is pending.
        pause,        // Of everybody, for `time`.
        stop_target,  // The process, for `time`; its reservation is gone then.
        cut_power,    // The same, and what was not flushed may be lost.
    };
    std::uint64_t number = 0;  // From 1 on; stays when other steps are left out.
    Action action = Action::read;
    unsigned initiator = 0;
    std::uint64_t first = 0;
    unsigned sectors = 0;
    Time time{};

    bool is_operation() const noexcept { return action <= Action::release; }
};

/// A frame by what it is about, so that it is the same one when other steps are left out. Lane 2n
/// is from initiator n to the target, 2n + 1 back.
struct FrameName {
    unsigned lane = 0;
    std::uint64_t step = 0;    // Its number; 0 of what is asked at the start, and announcements.
    std::uint64_t sector = 0;  // The first of it.
    unsigned time = 0;         // How often it passed the lane before.
    friend bool operator==(const FrameName&, const FrameName&) = default;
};

struct Fault {
    enum class Kind : std::uint8_t { lose, repeat, delay, cut };
    Kind kind = Kind::lose;
    FrameName frame;
    Time time{};            // Of repeat and delay.
    std::size_t bytes = 0;  // Of cut: what is left.
};

struct Plan {
    Conditions conditions;
    std::vector<Step> steps;
    /// Instead of chances, when set.
    std::optional<std::vector<Fault>> faults;
};

/// With `operations` steps that are operations, and others between them.
Plan make_plan(std::uint64_t seed, std::size_t operations);

/// What a shrinker leaves out or makes plainer.
using Item = std::variant<Step, Fault>;
std::vector<Item> items_of(const Plan& plan);
/// `conditions` of the plan with these items, all faults being listed.
Plan plan_of(const Conditions& conditions, const std::vector<Item>& items);
std::vector<Item> plainer(const Item& item);

/// One line each.
std::string describe(const Conditions& conditions);
std::string describe(const Step& step);
std::string describe(const Fault& fault);

}  // namespace aoe::simulator
