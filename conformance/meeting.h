// SPDX-License-Identifier: MIT
// How everything that we do with a live target begins and ends, whether it is judged, played to,
// fuzzed or measured. find_targets() said who is there; from then on nothing leaves that the open
// doors do not allow to this very target, it is asked what it is, what is about to be changed is
// saved, and at the end put back:
//
//     Meeting meeting(link, clock, options, found.front());
//     meeting.learn();
//     meeting.save();
//     ... meeting.peer() ... meeting.facts() ...
//     problem = meeting.give_back(lost);
#pragma once

#include <optional>
#include <string>

#include "conformance/guard.h"
#include "conformance/peer.h"
#include "conformance/safekeeping.h"
#include "conformance/session.h"

namespace aoe::conformance {

class Meeting {
public:
    /// Sends nothing: whoever wants to hear of every frame tells peer() before learn(). All but
    /// `found` must outlive this.
    Meeting(Link& link, Clock& clock, const SessionOptions& options, const Reply& found);

    Peer& peer() { return peer_; }
    /// Through which everything is sent.
    GuardedLink& link() { return guarded_; }
    const GuardRules& rules() const { return guarded_.rules(); }

    /// Asks the target what it is, and tells the guard how large its disk is. Throws CannotBegin.
    void learn();
    /// For who is going to ask as a second station, too: where the door hostile is open, replies to
    /// that one's address arrive from now on. Throws std::system_error.
    void listen_as_second();
    /// Once learnt.
    const TargetFacts& facts() const { return facts_; }

    /// Saves what the open doors let us change, unless we started the target and nobody misses it.
    /// Throws CannotBegin.
    void save();
    /// What it was like before: as saved, or as a target that was just started is. Without sectors
    /// in that case, because their contents are nobody's.
    TargetState home() const;
    /// Puts back what was saved, if anything. Empty, or one sentence: see Safekeeping.
    std::string give_back(bool lost);

private:
    const SessionOptions& options_;
    Reply found_;
    GuardedLink guarded_;
    Peer peer_;
    TargetFacts facts_;
    std::optional<Safekeeping> safe_;
};

}  // namespace aoe::conformance
