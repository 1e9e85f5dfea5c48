// SPDX-License-Identifier: MIT
// What became of a case, and what a broken requirement means.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/case.h"
#include "conformance/catalogue.h"
#include "conformance/fields.h"

namespace aoe::conformance {

enum class Verdict : std::uint8_t {
    pass,
    info,            // A choice that the protocol leaves, or a habit that this target lacks.
    warn,            // A SHOULD, or a disputed MUST, not met.
    fail,            // A MUST not met.
    flaky,           // Failed, and did not when it was run again.
    skip,            // Not run, or ended before it could judge; with a machine-readable code.
    not_applicable,  // About a later revision of the protocol.
    xfail,           // Failed as the expectation file says.
    xpass,           // Passed although the expectation file says that it fails.
    error,           // The suite's own mistake.
};
inline constexpr std::size_t verdict_count = 10;

std::string_view name(Verdict verdict);

/// What breaking the requirement comes to: fail, warn or info (docs/catalogue.md).
Verdict severity(const Requirement& requirement);

/// One broken requirement, or one thing worth telling (then `expected` is empty).
struct Finding {
    const Requirement* requirement = nullptr;
    Verdict severity = Verdict::fail;
    std::string expected;
    std::string actual;
    std::size_t frame = 0;  // Of the reply in question within the run; 0 when there was none.
    std::string dump;       // Its bytes in hexadecimal.
    ByteVector reply;       // Its bytes.
    std::vector<FieldRow> fields;   // Of the reply: what was expected of each, and which differ.
    std::size_t request_frame = 0;  // Of what was answered, or was not; 0 when unknown.
    ByteVector request;
};

/// The code of a case whose link is a recording (capture/playback.h) that does not hold what the
/// case asks: nothing that it found counts, and nothing is left to be put back.
inline constexpr std::string_view stale_code = "stale";

struct CaseResult {
    const Case* test = nullptr;
    std::string target;  // "e7.3"
    Verdict verdict = Verdict::pass;
    std::string code;    // Of a skip: "door", "need-lba48", ...
    std::string reason;  // Why it is not a pass; empty for a pass.
    std::vector<Finding> findings;
    std::vector<std::string> frames;           // The last frames of the case, described.
    std::vector<TranscriptEntry> last_frames;  // The same, as they were.
    std::size_t first_frame = 0;               // Numbers of all its frames; 0 when it sent none.
    std::size_t last_frame = 0;
    std::string recording;  // The file that has them by these numbers; mostly empty.
    std::string liveness;   // Empty while the target answers; else what happened to it.
    double duration_us = 0;
    unsigned repetition = 1;

    /// The requirement that the verdict is about: the worst finding's, else the case's first.
    const Requirement& requirement() const;
};

/// True when the case came to a judgement of the target, whichever it was.
bool is_judged(Verdict verdict);

}  // namespace aoe::conformance
