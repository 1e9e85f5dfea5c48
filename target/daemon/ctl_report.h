// SPDX-License-Identifier: MIT
// The counters that a daemon gives as JSON, as tables for people.
#pragma once

#include <string>
#include <vector>

namespace aoe::target {

/// Addresses and names of exports to tell of; of all when there are none.
using Targets = std::vector<std::string>;

/// Both throw std::runtime_error when the text is no such JSON, or has no such target.
std::string stats_table(const std::string& json, const Targets& targets = {});
/// What happened from one moment to the next, in units a second.
std::string monitor_table(const std::string& before, const std::string& now,
                          const Targets& targets = {});

}  // namespace aoe::target
