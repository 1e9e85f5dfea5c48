// SPDX-License-Identifier: MIT
// What mutants say about mask list messages, besides the words for all frames.
#pragma once

#include "conformance/selftest/mutant_frame.h"

namespace aoe::conformance::mask_list {

inline constexpr unsigned add = 1, erase = 2, unknown = 7;

bool edits(const FrameBytes& request);
/// Dir Count, and what directive `index` says; DCmd is 0 behind the last.
unsigned count(const FrameBytes& frame);
unsigned dcmd(const FrameBytes& frame, std::size_t index);
Mac mac_of(const FrameBytes& frame, std::size_t index);
void put_directive(FrameBytes& frame, std::size_t index, unsigned directive, const Mac& mac);

/// Another address than the tester's first, from which most requests come.
bool by_second(const FrameBytes& request);
/// Whoever edited the list last lends its address to the requests that `which` picks.
Fault lets_in(Which which);

}  // namespace aoe::conformance::mask_list
