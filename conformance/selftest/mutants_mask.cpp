// SPDX-License-Identifier: MIT
// Mistakes of the MAC mask list: whom it keeps out, and how it is read.
#include <memory>

#include "conformance/selftest/mutant_mask.h"

namespace aoe::conformance {

namespace {

using namespace mask_list;

std::vector<Mutant> admission_mutants() {
    const auto listed = std::make_shared<bool>(false);
    return {
        {"serves-one-initiator", "Only one address is served, with an empty list too.",
         "AOE-MASK-01", ignores(both(by_second, command(0)))},
        {"first-entry-counts",
         "Of the listed addresses only the tester's first is served.",
         "AOE-MASK-02",
         {.on_request =
              [listed](FrameBytes& request) {
                  if (*listed && by_second(request) && at(request, 19) == 1) request.clear();
              },
          .on_reply =
              [listed](const FrameBytes&, FrameBytes& reply) {
                  if (at(reply, 19) == 2 && succeeds(reply)) *listed = count(reply) > 0;
              }}},
        {"mask-ignored", "The mask list is kept and not heeded.", "AOE-MASK-02",
         lets_in([](const FrameBytes& q) { return by_second(q) && !edits(q); })},
        {"masked-writes-done", "Writes from outside the list are carried out in silence.",
         "AOE-MASK-02",
         [] {
             Fault fault = lets_in(both(by_second, writes));
             fault.on_reply = [](const FrameBytes& request, FrameBytes& reply) {
                 if (by_second(request) && writes(request)) reply.clear();
             };
             return fault;
         }()},
        {"mask-not-for-ata", "The mask list does not cover ATA commands.", "AOE-MASK-03",
         lets_in(both(by_second, command(0)))},
        {"mask-not-for-mask-reads", "The mask list does not cover its own reads.", "AOE-MASK-03",
         lets_in(both(by_second, mask(0)))},
        {"mask-not-for-edits", "Whoever is not in the list may add himself.", "AOE-MASK-03",
         lets_in(
             [](const FrameBytes& q) { return by_second(q) && edits(q) && dcmd(q, 0) == add; })},
        {"mask-not-for-reserve", "The mask list does not cover reserve commands.", "AOE-MASK-03",
         lets_in(both(by_second, reserve({0})))},
        {"mask-not-for-wildcards", "The mask list does not cover wildcards.", "AOE-MASK-03",
         lets_in(both(by_second, by_wildcard))},
    };
}

std::vector<Mutant> read_mutants() {
    return {
        {"mask-edits-lost", "Mask list edits do nothing.", "AOE-MASK-04",
         requests(edits, put(25, 0))},
        {"mask-count-one-more", "Reads show one entry too many.", "AOE-MASK-04",
         replies(mask(0), [](FrameBytes& reply) { set(reply, 27, count(reply) + 1); })},
        {"mask-read-dcmd-1", "Reads show DCmd 1.", "AOE-MASK-04",
         replies(mask(0),
                 [](FrameBytes& reply) {
                     if (count(reply) > 0) set(reply, 29, 1);
                 })},
        {"mask-read-reserved-byte", "Reads show a reserved byte that is not 0.", "AOE-MASK-04",
         replies(mask(0),
                 [](FrameBytes& reply) {
                     if (count(reply) > 1) set(reply, 36, 1);
                 })},
        {"mask-read-merror-1", "Reads of a list with entries have MError 1.", "AOE-MASK-04",
         replies(mask(0),
                 [](FrameBytes& reply) {
                     if (count(reply) > 1) set(reply, 26, 1);
                 })},
        {"mask-reserved-refused", "Requests whose reserved byte is set get error 1.", "AOE-MASK-18",
         refuses(both(command(2), has(24, 0xff)), 1)},
        {"mask-reserved-ignored", "Requests whose reserved byte is set are ignored.", "AOE-MASK-18",
         ignores(both(command(2), has(24, 0xff)))},
        {"mask-error-echoed",
         "The request's MError comes back.",
         "AOE-MASK-19",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (mask(0)(request)) set(reply, 26, at(request, 26));
              }}},
        {"mask-read-checks-count", "Reads with a Dir Count beyond their frame get error 2.",
         "AOE-MASK-20", refuses([](const FrameBytes& q) { return mask(0)(q) && count(q) > 4; }, 2)},
    };
}

}  // namespace

std::vector<Mutant> mask_mutants() {
    return joined({admission_mutants(), read_mutants()});
}

}  // namespace aoe::conformance
