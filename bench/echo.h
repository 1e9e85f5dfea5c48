// SPDX-License-Identifier: MIT
// The least that can answer a request: no protocol, no disk, no state. What any target costs more
// than this is its own; what this costs is the link's.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wire/link.h"

namespace aoe::bench {

/// Sends every AoE request back with addresses swapped and the response flag set. A read becomes a
/// read reply's length and a good status; its sectors are whatever the buffer held. No field but
/// these is looked at.
class Echo {
public:
    /// The link must outlive it.
    explicit Echo(Link& link) : link_(link) {}
    Echo(const Echo&) = delete;
    Echo& operator=(const Echo&) = delete;
    virtual ~Echo() = default;

    /// Answers what is here now, a batch at most, and never waits. Returns how many frames came.
    std::size_t step();
    std::uint64_t answered() const noexcept { return answered_; }

protected:
    const Link& link() const noexcept { return link_; }
    /// Returns the reply's size, 0 for none.
    virtual std::size_t answer(Bytes request, MutableBytes reply);

private:
    Link& link_;
    std::uint64_t answered_ = 0;
};

}  // namespace aoe::bench
