// SPDX-License-Identifier: MIT
// What a campaign found, and which findings are the same one.
//
// Two deaths, hangs or lock-outs are the same when the signal or exit status and the telling line
// of the output are, and the later one's last frame does all that the earlier one's does, or it has
// the same command and comes after more frames: another way to the same place. Two replies are the
// same when they break the same promise on the same command.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fuzz/fields.h"
#include "fuzz/live/gate.h"
#include "fuzz/live/symptom.h"

namespace aoe::fuzz {

struct Spoken {
    bool sent = false;
    FrameBytes bytes;
};

struct Finding {
    Symptom symptom;
    Phase phase{};
    std::vector<FrameBytes> steps;  // What to send, to a new target, to see it.
    std::vector<Spoken> said;       // The same with the replies, of the last time that it was seen.
    std::string shape;              // Of the last step.
    // The same before it was made plainer; and those of others that came to be the same finding.
    std::vector<std::string> other_shapes;
    unsigned confirmed = 0;  // So often of `tries`.
    unsigned tries = 0;
    std::size_t attempts = 0;  // To make it small.
    bool shortest = false;     // No step can be left out.
    std::uint64_t at_case = 0;
    std::uint64_t seen = 1;  // Times in this campaign.
};

class Findings {
public:
    /// A symptom that so many attempts could not bring about again is left at that.
    static constexpr std::uint64_t most_attempts = 3;

    /// The finding that a symptom is likely to be another occurrence of, or null: `shapes` are
    /// those of the frames that it may be due to.
    Finding* known(const Symptom& symptom, std::span<const std::string> shapes);
    /// Adds it, unless there is one that is the same, which is then counted once more. One that was
    /// confirmed takes the place of one that was not. Returns what is worth telling: a new one that
    /// was confirmed, or one of which all attempts are over.
    const Finding* add(Finding finding);
    /// Frames of this shape are known to end or silence the target.
    bool deadly(const std::string& shape) const;
    bool any_deadly() const { return any_deadly_; }

    const std::vector<Finding>& all() const { return all_; }

private:
    std::vector<Finding> all_;
    bool any_deadly_ = false;
};

}  // namespace aoe::fuzz
