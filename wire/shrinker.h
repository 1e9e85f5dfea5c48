// SPDX-License-Identifier: MIT
// Makes a list of steps that shows something as short and plain as it can be and still show it:
// delta debugging (Zeller and Hildebrandt 2002) over the steps, then over what each step is. Of
// any kind of step; deterministic, when the predicate is.
//
//     const auto small = shrink(steps, [&](const Steps& steps) { return crashes(steps); },
//                               [](const Step& step) { return plainer_ones(step); });
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <type_traits>
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

template <typename Step, typename Still, typename Plainer> class Shrinker {
public:
    Shrinker(std::vector<Step> steps, Still& still, Plainer& plainer, const ShrinkLimits& limits)
        : still_(still), plainer_(plainer), limits_(limits) {
        shrunk_.steps = std::move(steps);
    }

    Shrunk<Step> run() {
        // What was in the way of leaving a step out may be gone once another is plainer.
        do {
            leave_out();
        } while (make_plainer());
        return std::move(shrunk_);
    }

private:
    using Steps = std::vector<Step>;
    static std::ptrdiff_t at(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

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

    /// Parts of half the length, then of a quarter, and so on; single steps until none can be left
    /// out any more.
    void leave_out() {
        std::size_t part = (shrunk_.steps.size() + 1) / 2;
        while (part > 0 && shrunk_.steps.size() > 1 && !over()) {
            const bool any = leave_out_parts(part);
            if (part > 1 || !any) part /= 2;
        }
    }
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

    bool make_plainer() {
        bool any = false;
        for (std::size_t i = 0; i < shrunk_.steps.size(); ++i) {
            while (!over() && make_plainer(i)) any = true;
        }
        return any && !over();
    }
    bool make_plainer(std::size_t index) {
        for (Step& candidate : plainer_(std::as_const(shrunk_.steps[index]))) {
            if (over()) return false;
            Steps steps = shrunk_.steps;
            steps[index] = std::move(candidate);
            if (keep_if_still(std::move(steps))) return true;
        }
        return false;
    }

    Still& still_;
    Plainer& plainer_;
    const ShrinkLimits& limits_;
    Shrunk<Step> shrunk_;
};

/// `steps` must show it: `still(steps)` is not asked again of them. `plainer(step)` gives steps to
/// try in its place, the most promising first, each plainer than it, so that this ends; none when
/// there is nothing to make plainer. Never returns an empty list.
template <typename Step, typename Still, typename Plainer>
Shrunk<Step> shrink(std::vector<Step> steps, Still&& still, Plainer&& plainer,
                    const ShrinkLimits& limits = {}) {
    return Shrinker<Step, std::remove_reference_t<Still>, std::remove_reference_t<Plainer>>(
               std::move(steps), still, plainer, limits)
        .run();
}

}  // namespace aoe
