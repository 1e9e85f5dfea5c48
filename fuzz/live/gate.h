// SPDX-License-Identifier: MIT
// Which of the frames that were made may go to a live target. The guard at the link has the last
// word by the doors; this comes before it, so that what is sent does not have to be stopped, and
// says more:
//  - what a right target would carry out as a write stays inside the scratch range, door or not;
//  - on a network with others, an ATA command off the list or one that the protocol does not define
//    is for the target alone;
//  - mask and reserve edits leave in phases of their own, and none of them shuts all our addresses
//    out.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "conformance/guard.h"
#include "fuzz/fields.h"
#include "wire/random.h"

namespace aoe::fuzz {

enum class Phase : std::uint8_t {
    general,  // Nothing that edits the mask or reserve list.
    mask,
    reserve,
};
inline constexpr std::array all_phases{Phase::general, Phase::mask, Phase::reserve};
std::string_view name(Phase phase);

class Gate {
public:
    explicit Gate(const conformance::GuardRules& rules) : rules_(rules) {}

    const conformance::GuardRules& rules() const { return rules_; }
    /// Whether the doors that the phase is about are open.
    bool allows(Phase phase) const;
    bool allows(conformance::Door door) const { return rules_.open.contains(door); }

    bool admits(Bytes frame, Phase phase) const;

    /// Takes out of a frame what needs a door that is shut, as far as that can be done in place,
    /// and moves writes into the scratch range.
    void tame(FrameBytes& frame, Random& random) const;

private:
    bool stays_home(Bytes frame) const;
    bool keeps_us_in(Bytes frame) const;
    bool spares_others(Bytes frame) const;
    void bring_home(FrameBytes& frame, Random& random) const;
    void make_harmless(FrameBytes& frame, Random& random) const;
    void make_harmless_argument(FrameBytes& frame, Random& random) const;

    conformance::GuardRules rules_;
};

}  // namespace aoe::fuzz
