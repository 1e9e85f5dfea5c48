// SPDX-License-Identifier: MIT
// A whole replay over a link: finds the target, saves what may be changed, plays every recording,
// puts everything back, and reports each exchange as a case. The same over a real interface and in
// memory.
#pragma once

#include <vector>

#include "conformance/replay/play_options.h"
#include "conformance/replay/replay_cases.h"
#include "conformance/report/report.h"
#include "conformance/session.h"

namespace aoe::conformance {

struct ReplayOptions {
    SessionOptions session;  // Of which `cases` are those to play; with a slot.
    double speed = 1;
    unsigned window = 1;
    bool into_scratch = false;
};

/// Replays and reports. Returns the exit status, 0 to 5. Throws as run_session().
int run_replay(Link& link, Clock& clock, const ReplayOptions& options,
               const std::vector<Recording>& recordings, ReplayCases& cases, Reporter& reporter,
               TargetControl* control, PlayCounts& counts);

}  // namespace aoe::conformance
