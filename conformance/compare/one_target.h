// SPDX-License-Identifier: MIT
// A capture may hold several targets and initiators; a column is about one target.
#pragma once

#include <optional>
#include <string>

#include "conformance/report/results.h"

namespace aoe::conformance {

/// What there is of the target with this name ("e7.3", and "e7.3 at MAC" too), or else of the one
/// of which the most was judged. Nothing when there is none.
std::optional<Results> of_one_target(Results results, const std::string& name);

}  // namespace aoe::conformance
