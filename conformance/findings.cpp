// SPDX-License-Identifier: MIT
#include "conformance/findings.h"

#include <algorithm>

#include "conformance/describe.h"

namespace aoe::conformance {

Verdict worst(const std::vector<Finding>& findings) {
    Verdict verdict = Verdict::pass;
    for (const Finding& finding : findings) verdict = std::max(verdict, finding.severity);
    return verdict;
}

std::string reason_of(const std::vector<Finding>& findings) {
    std::string reason;
    for (const Finding& finding : findings) {
        if (!reason.empty()) reason += "; ";
        reason += finding.requirement->id + ": ";
        if (!finding.expected.empty()) reason += "expected " + finding.expected + ", got ";
        reason += finding.actual;
    }
    return reason;
}

void keep_frames(const std::vector<TranscriptEntry>& frames, CaseResult& result) {
    constexpr std::size_t most = 8;
    if (frames.empty()) return;
    result.first_frame = frames.front().number;
    result.last_frame = frames.back().number;
    const std::size_t first = frames.size() > most ? frames.size() - most : 0;
    result.last_frames.assign(frames.begin() + static_cast<std::ptrdiff_t>(first), frames.end());
    for (const TranscriptEntry& frame : result.last_frames) {
        result.frames.push_back("#" + std::to_string(frame.number) + (frame.sent ? " > " : " < ") +
                                describe_frame(std::as_bytes(std::span(frame.bytes))));
    }
}

}  // namespace aoe::conformance
