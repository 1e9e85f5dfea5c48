// SPDX-License-Identifier: MIT
// What a volley's replies show about the target: every promise that they break.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "fuzz/live/disk_watch.h"
#include "fuzz/live/reply_check.h"
#include "fuzz/live/sender.h"
#include "fuzz/live/shadow_disk.h"
#include "fuzz/live/symptom.h"

namespace aoe::fuzz {

struct Offence {
    Symptom symptom;
    std::size_t frame = 0;  // The request that showed it.
};

class Referee {
public:
    /// `watch` may be null; else it must outlive the referee, and the disk is new whenever the
    /// target is.
    Referee(const ReplyRules& rules, const conformance::SectorRange& scratch,
            const DiskWatch* watch)
        : rules_(rules), shadow_(scratch), watch_(watch) {
        forget();
    }

    std::vector<Offence> judge(std::span<const FrameBytes> frames, const Volley& volley);
    /// The target is a new one, or somebody else talked to it meanwhile.
    void forget() { shadow_.forget(watch_ != nullptr); }

private:
    void judge_replies(std::span<const FrameBytes> frames, const Volley& volley,
                       std::vector<Offence>& offences) const;
    void follow_disk(std::span<const FrameBytes> frames, const Volley& volley,
                     std::vector<Offence>& offences);

    ReplyRules rules_;
    ShadowDisk shadow_;
    const DiskWatch* watch_;
};

}  // namespace aoe::fuzz
