// SPDX-License-Identifier: MIT
// What changed between two runs, target by target: what fails now and did not, what was mended,
// what is no longer judged, which cases came or went, which texts and times are others.
#pragma once

#include <cstddef>
#include <ostream>

#include "conformance/report/results.h"

namespace aoe::conformance {

struct Difference {
    /// Cases that were met (pass, info, warn, xfail, xpass) and now are fail, flaky or error; that
    /// were judged and now are skipped, not applicable, or gone.
    std::size_t regressions = 0;
    /// Cases that both runs have. None: nothing was compared.
    std::size_t compared = 0;
};

/// Writes it for people. The targets of both are matched by name, or when each has one, those two.
/// Of repetitions the worst counts, and the median of their times.
Difference write_diff(std::ostream& out, const Results& before, const Results& after);

}  // namespace aoe::conformance
