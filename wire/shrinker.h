// SPDX-License-Identifier: MIT
// Makes a list of steps that shows something as short and plain as it can be and still show it:
// delta debugging (Zeller and Hildebrandt 2002) over the steps, then over what each step is; and
// when few steps are left, two changes at a time. Of any kind of step; deterministic, when the
// predicate is.
//
//     const auto small = shrink(steps, [&](const Steps& steps) { return crashes(steps); },
//                               [](const Step& step) { return plainer_ones(step); });
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include "wire/fewer_steps.h"

namespace aoe {

template <typename Step, typename Still, typename Plainer> class Shrinker {
public:
    Shrinker(std::vector<Step> steps, Still& still, Plainer& plainer, const ShrinkLimits& limits)
        : fewer_(std::move(steps), still, limits), plainer_(plainer) {}

    Shrunk<Step> run() {
        // What was in the way of leaving a step out may be gone once another is plainer.
        do {
            fewer_.leave_out();
        } while (make_plainer() || fewer_.leave_out_several() || leave_out_and_make_plainer());
        return fewer_.result();
    }

private:
    using Fewer = FewerSteps<Step, Still>;
    using Steps = typename Fewer::Steps;

    bool make_plainer() {
        bool any = false;
        for (std::size_t i = 0; i < fewer_.steps().size(); ++i) any = make_plainer(i) || any;
        return any && !fewer_.over();
    }
    /// Goes on where the last one did: what failed before that is likely to fail again, but it is
    /// tried once more before the end.
    bool make_plainer(std::size_t index) {
        bool any = false;
        auto candidates = plainer_(fewer_.steps()[index]);
        for (std::size_t next = 0, failed = 0; failed < candidates.size() && !fewer_.over();) {
            next %= candidates.size();
            Steps steps = fewer_.steps();
            steps[index] = candidates[next];
            if (fewer_.keep_if_still(std::move(steps))) {
                any = true;
                failed = 0;
                candidates = plainer_(fewer_.steps()[index]);
            } else {
                ++failed;
                ++next;
            }
        }
        return any;
    }

    /// One may be needed only because another is not plainer.
    bool leave_out_and_make_plainer() {
        const std::size_t size = fewer_.steps().size();
        if (size > Fewer::few) return false;
        for (std::size_t out = 0; out < size && size > 1; ++out) {
            Steps rest = fewer_.steps();
            rest.erase(rest.begin() + Fewer::at(out));
            for (std::size_t i = 0; i < rest.size(); ++i) {
                for (Step& candidate : plainer_(std::as_const(rest[i]))) {
                    if (fewer_.over()) return false;
                    Steps steps = rest;
                    steps[i] = std::move(candidate);
                    if (fewer_.keep_if_still(std::move(steps))) return true;
                }
            }
        }
        return false;
    }

    Fewer fewer_;
    Plainer& plainer_;
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
