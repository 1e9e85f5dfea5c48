// SPDX-License-Identifier: MIT
// Mistakes of reservations: unknown sub-commands, and counts beyond the frame.
#include "conformance/selftest/mutant_frame.h"

namespace aoe::conformance {

namespace {

unsigned count(const FrameBytes& frame) {
    return at(frame, 25);
}
bool exceeds_frame(const FrameBytes& request) {
    return reserve({1, 2})(request) && 26 + 6 * std::size_t{count(request)} > request.size();
}

}  // namespace

std::vector<Mutant> reserve_refusal_mutants() {
    return {
        {"unknown-rcmd-reads", "Unknown RCmds are taken for a read.", "AOE-RES-14",
         requests(reserve({9}), put(24, 0))},
        {"unknown-rcmd-sets",
         "RCmd 9 is done and answered with error 2.",
         "AOE-RES-14",
         {.on_request =
              [](FrameBytes& q) {
                  if (reserve({9})(q)) set(q, 24, 2);
              },
          .on_reply =
              [](const FrameBytes& q, FrameBytes& reply) {
                  if (reserve({9})(q) && !reply.empty()) set_error(reply, 2);
              }}},
        {"stale-addresses", "Addresses beyond the frame are what was in the buffer.", "AOE-RES-15",
         requests(exceeds_frame, [](FrameBytes& q) { q.resize(26 + 6 * std::size_t{count(q)}); })},
        {"count-beyond-ignored", "An NMacs beyond the frame is ignored.", "AOE-RES-15",
         ignores(exceeds_frame)},
        {"force-stores-beyond",
         "A force set with an NMacs beyond its frame empties the list.",
         "AOE-RES-15",
         {.on_request =
              [](FrameBytes& q) {
                  if (exceeds_frame(q) && at(q, 24) == 2) set(q, 25, 0);
              },
          .on_reply =
              [](const FrameBytes& q, FrameBytes& reply) {
                  if (exceeds_frame(q) && at(q, 24) == 2) set_error(reply, 2);
              }}},
    };
}

}  // namespace aoe::conformance
