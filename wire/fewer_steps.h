// SPDX-License-Identifier: MIT
// The part of the shrinker (shrinker.h) that leaves steps out, whatever a step is.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace aoe {

struct ShrinkLimits {
    std::size_t most_tries = 1000;                         // Calls of the predicate.
    std::function<bool()> give_up = [] { return false; };  // Asked before each.
};

template <typename Step> struct Shrunk {
    std::vector<Step> steps;
    std::size_t tries = 0;
    bool whole = true;  // False: a limit ended it, and shorter ones may be left.
};

template <typename Step, typename Still> class FewerSteps {
public:
    using Steps = std::vector<Step>;
    static constexpr std::size_t few = 5;  // Steps of which every combination is tried.

    FewerSteps(Steps steps, Still& still, const ShrinkLimits& limits)
        : still_(still), limits_(limits) {
        shrunk_.steps = std::move(steps);
    }

    static std::ptrdiff_t at(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }
    const Steps& steps() const { return shrunk_.steps; }
    bool over() {
        if (shrunk_.tries >= limits_.most_tries || limits_.give_up()) shrunk_.whole = false;
        return !shrunk_.whole;
    }
    bool keep_if_still(Steps candidate) {
        ++shrunk_.tries;
        if (!still_(std::as_const(candidate))) return false;
        shrunk_.steps = std::move(candidate);
        return true;
    }
    Shrunk<Step> result() { return std::move(shrunk_); }

    /// Parts of half the length, then of a quarter, and so on; single steps until none can be left
    /// out any more.
    void leave_out() {
        std::size_t part = (shrunk_.steps.size() + 1) / 2;
        while (part > 0 && shrunk_.steps.size() > 1 && !over()) {
            const bool any = leave_out_parts(part);
            if (part > 1 || !any) part /= 2;
        }
    }

    /// Of few steps some two may only be needless together: every choice of them, short ones first.
    bool leave_out_several() {
        const std::size_t size = shrunk_.steps.size();
        if (size > few) return false;
        for (std::size_t left = 1; left + 1 < size; ++left) {
            for (std::size_t bits = 1; bits < std::size_t{1} << size; ++bits) {
                if (static_cast<std::size_t>(std::popcount(bits)) != left) continue;
                if (over()) return false;
                Steps chosen;
                for (std::size_t i = 0; i < size; ++i) {
                    if ((bits >> i & 1U) != 0) chosen.push_back(shrunk_.steps[i]);
                }
                if (keep_if_still(std::move(chosen))) return true;
            }
        }
        return false;
    }

private:
    /// From the end: what comes after the last step that matters goes first.
    bool leave_out_parts(std::size_t part) {
        bool any = false;
        for (std::size_t end = shrunk_.steps.size(); end > 0 && !over();) {
            const std::size_t begin = end > part ? end - part : 0;
            Steps rest = shrunk_.steps;
            rest.erase(rest.begin() + at(begin), rest.begin() + at(end));
            any = (!rest.empty() && keep_if_still(std::move(rest))) || any;
            end = std::min(begin, shrunk_.steps.size());
        }
        return any;
    }

    Still& still_;
    const ShrinkLimits& limits_;
    Shrunk<Step> shrunk_;
};

}  // namespace aoe
