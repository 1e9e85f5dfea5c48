// SPDX-License-Identifier: MIT
// The counters as JSON, for aoe-targetctl and for programs. docs/target.md names the fields.
#pragma once

#include <string>

#include "target/daemon/hub.h"

namespace aoe::target {

/// `served_by`: what serves the disks that would block.
std::string stats_json(const Hub& hub, const Clock& clock, const std::string& served_by);

}  // namespace aoe::target
