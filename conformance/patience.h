// SPDX-License-Identifier: MIT
// How long a peer waits for whom.
#pragma once

#include "wire/clock.h"

namespace aoe::conformance {

/// How long to wait, from what round trips took so far.
class Patience {
public:
    explicit Patience(double factor = 1) : factor_(factor) {}

    void measured(Time round_trip);
    /// For a reply that is due: a generous multiple of the slowest round trip.
    Time reply() const;
    /// For a reply that was overtaken by a later request's: targets with several threads do that.
    Time grace() const;

private:
    double factor_;
    Time slowest_{};
};

}  // namespace aoe::conformance
