// SPDX-License-Identifier: MIT
// A report as text for a terminal, as JSON with every run, and as one HTML file that needs nothing
// else.
#pragma once

#include <string>

#include "bench/live/measurement.h"

namespace aoe::bench {

/// A table for each measurement; what was lost, refused or wrong is said only where there was any.
/// Frames that our own socket had no room for are told apart from what the target lost.
std::string report_text(const Report& report);
/// An object with "program": "aoe-bench"; rates in requests a second, times in microseconds, each
/// run with its histogram as [up to, count] pairs.
std::string report_json(const Report& report);
std::string report_html(const Report& report);

}  // namespace aoe::bench
