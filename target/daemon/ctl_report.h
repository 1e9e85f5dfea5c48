// SPDX-License-Identifier: MIT
// The counters that a daemon gives as JSON, as tables for people.
#pragma once

#include <string>

namespace aoe::target {

/// Both throw std::runtime_error when the text is no such JSON.
std::string stats_table(const std::string& json);
/// What happened from one moment to the next, in units a second.
std::string monitor_table(const std::string& before, const std::string& now);

}  // namespace aoe::target
