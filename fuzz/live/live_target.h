// SPDX-License-Identifier: MIT
// The target under fuzz, as far as a campaign needs it: send and hear, find out what happened to
// it, make it as new.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/guard.h"
#include "conformance/liveness.h"
#include "conformance/state.h"
#include "fuzz/live/gate.h"
#include "fuzz/live/recipes.h"
#include "fuzz/live/sender.h"
#include "fuzz/live/symptom.h"

namespace aoe::fuzz {

/// The target is gone for good; what() is one sentence.
struct TargetLost : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct LiveTargetOptions {
    conformance::GuardRules rules;
    conformance::TargetFacts facts;
    conformance::TargetState home;  // To put back, on a target that is not started by us.
    World world;
    double timeout_factor = 1;
};

class LiveTarget {
public:
    /// `link`, `clock` and `control`, which may be null, must outlive this. The link receives for
    /// the rules' second address already when the door hostile is open.
    LiveTarget(Link& link, Clock& clock, conformance::TargetControl* control,
               const LiveTargetOptions& options);

    const Gate& gate() const { return gate_; }
    const LiveTargetOptions& options() const { return options_; }
    bool can_restart() const { return control_ != nullptr; }

    /// Throws TargetLost when the link is gone.
    Volley send(std::span<const FrameBytes> frames, Phase phase);
    /// What must be sent, one by one, before a phase begins: our addresses onto the mask list.
    std::vector<FrameBytes> opening(Phase phase) const;

    /// What happened to a target that did not answer a fence. Nothing when it lives after all.
    std::optional<Symptom> look(Phase phase);
    /// How it ended, if it did.
    std::optional<Symptom> ended();

    /// Whether renew() is likely to help against it: tries to get back in from the second address
    /// when the target, which is not started by us, locked us out.
    bool can_renew_after(Kind kind);
    /// As new: started again with an empty disk, or its lists and config string put back. Throws
    /// TargetLost when it does not answer after that.
    void renew();
    /// What the mask and reserve phases left, put back; true when the target is a new one then.
    /// Throws TargetLost.
    bool end_phase(Phase phase);

    /// Of its process; 0 when there is none to look at.
    std::size_t memory_bytes() const;
    std::size_t restarts() const { return restarts_; }

private:
    std::vector<FrameBytes> fences(Phase phase) const;
    bool has_second() const { return gate_.allows(conformance::Door::hostile); }
    bool process_is_busy() const;
    void restart();
    bool rescue();
    conformance::Peer peer();
    std::string put_back(conformance::Doors doors);

    Clock& clock_;
    conformance::TargetControl* control_;
    LiveTargetOptions options_;
    Gate gate_;
    Recipes recipes_;
    conformance::GuardedLink guarded_;
    Sender sender_;
    std::uint32_t peers_ = 0;
    std::size_t restarts_ = 0;
    bool puts_back_ = true;  // The lists, when it is told to.
};

}  // namespace aoe::fuzz
