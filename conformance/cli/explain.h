// SPDX-License-Identifier: MIT
// aoe-conform explain: a requirement or a case told in full, with the frames that go over the wire.
// The frames are those of a run against the reference target in memory, so they cannot grow old;
// whoever starts the program provides that run, since the suite itself knows no target.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "conformance/verdict.h"

namespace aoe::conformance {

struct Rehearsal {
    CaseResult result;  // Without a verdict to rely on when there are no frames.
    std::vector<TranscriptEntry> frames;
};
using Rehearse = std::function<Rehearsal(const Case& test)>;

/// Each of `ids` is that of a requirement or a case, or a pattern with * and ?. `bytes` adds what
/// is in each frame. Throws UsageError for one that matches nothing, naming what comes close.
void explain_ids(std::ostream& out, const std::vector<std::string>& ids, bool bytes,
                 const Rehearse& rehearse);

}  // namespace aoe::conformance
