// SPDX-License-Identifier: MIT
// Mistakes of mask list edits: what a directive does, what is refused, and how many entries fit.
#include <algorithm>
#include <memory>
#include <utility>

#include "conformance/selftest/mutant_mask.h"

namespace aoe::conformance {

namespace {

using namespace mask_list;

// An edit whose directives change, one by one.
Fault directives(std::function<void(FrameBytes& frame, std::size_t index)> change) {
    return requests(edits, [=](FrameBytes& request) {
        const std::size_t whole = std::min<std::size_t>(count(request), (request.size() - 28) / 8);
        for (std::size_t i = 0; i < whole; ++i) change(request, i);
    });
}
bool has_unknown_second(const FrameBytes& request) {
    return edits(request) && dcmd(request, 1) == unknown;
}
bool exceeds_frame(const FrameBytes& request) {
    return edits(request) && 28 + 8 * std::size_t{count(request)} > request.size();
}

std::vector<Mutant> edit_mutants() {
    return {
        {"directives-reversed", "Directives are carried out last to first.", "AOE-MASK-05",
         requests(edits,
                  [](FrameBytes& q) {
                      if (count(q) < 2 || 28 + 8 * std::size_t{count(q)} > q.size()) return;
                      if (dcmd(q, 1) == unknown || dcmd(q, 0) == 0) return;
                      for (std::size_t i = 0, j = count(q) - 1; i < j; ++i, --j) {
                          const auto first = q.begin() + static_cast<std::ptrdiff_t>(28 + 8 * i);
                          const auto last = q.begin() + static_cast<std::ptrdiff_t>(28 + 8 * j);
                          std::swap_ranges(first, first + 8, last);
                      }
                  })},
        {"first-directive-only", "Only the first directive of several deletions is carried out.",
         "AOE-MASK-05",
         requests([](const FrameBytes& q) { return edits(q) && count(q) == 4; }, put(27, 1))},
        {"edit-shows-nothing", "Replies to edits show an empty list.", "AOE-MASK-06",
         replies(edits,
                 [](FrameBytes& reply) {
                     if (at(reply, 26) == 0) set(reply, 27, 0);
                 })},
        {"edit-shows-request",
         "Replies to edits show the directives of the request.",
         "AOE-MASK-06",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (!edits(request) || !succeeds(reply) || at(reply, 26) != 0) return;
                  reply = answer_to(request, std::max<std::size_t>(60, request.size()));
                  std::copy(request.begin() + 24, request.end(), reply.begin() + 24);
              }}},
        {"empty-edit-clears", "An edit without directives shows an empty list.", "AOE-MASK-06",
         replies([](const FrameBytes& q) { return edits(q) && count(q) == 0; }, put(27, 0))},
        {"none-is-an-error", "DCmd 0 is a bad directive.", "AOE-MASK-07",
         directives([](FrameBytes& q, std::size_t i) {
             if (dcmd(q, i) == 0) set(q, 29 + 8 * i, unknown);
         })},
        {"none-adds", "DCmd 0 adds.", "AOE-MASK-07", directives([](FrameBytes& q, std::size_t i) {
             if (dcmd(q, i) == 0) set(q, 29 + 8 * i, add);
         })},
        {"none-ends", "Nothing is done after DCmd 0.", "AOE-MASK-07",
         requests([](const FrameBytes& q) { return edits(q) && count(q) > 0 && dcmd(q, 0) == 0; },
                  put(27, 0))},
        {"adding-twice-is-an-error", "Adding what is there is MError 1.", "AOE-MASK-08",
         [] {
             const auto list = std::make_shared<std::vector<Mac>>();
             return Fault{.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
                 if (at(reply, 19) != 2 || !succeeds(reply) || at(reply, 26) != 0) return;
                 const bool there = std::ranges::find(*list, mac_of(request, 0)) != list->end();
                 const bool again =
                     edits(request) && count(request) == 1 && there && dcmd(request, 0) == add;
                 list->clear();
                 for (std::size_t i = 0; i < count(reply); ++i) list->push_back(mac_of(reply, i));
                 if (again) set(reply, 26, 1);
             }};
         }()},
        {"adds-twice", "Reads show the last entry of three or more twice.", "AOE-MASK-08",
         replies(mask(0),
                 [](FrameBytes& reply) {
                     const unsigned entries = count(reply);
                     if (entries < 2 || entries > 3) return;
                     put_directive(reply, entries, 0, mac_of(reply, entries - 1));
                     set(reply, 27, entries + 1);
                 })},
        {"adds-seven-at-most", "The eighth address is dropped in silence.", "AOE-MASK-08",
         requests(
             [](const FrameBytes& q) {
                 return edits(q) && count(q) == 1 && dcmd(q, 0) == add && at(q, 35) == 8;
             },
             put(29, 0))},
        {"deletes-nothing", "DCmd 2 does nothing.", "AOE-MASK-09",
         directives([](FrameBytes& q, std::size_t i) {
             if (dcmd(q, i) == erase && count(q) == 1) set(q, 29 + 8 * i, 0);
         })},
        {"deletes-the-rest", "With an entry the one after it is deleted.", "AOE-MASK-09",
         requests(
             [](const FrameBytes& q) {
                 return edits(q) && count(q) == 1 && dcmd(q, 0) == erase && at(q, 35) == 2;
             },
             [](FrameBytes& q) {
                 Mac next = mac_of(q, 0);
                 next[5] = std::byte{3};
                 put_directive(q, 1, erase, next);
                 set(q, 27, 2);
             })},
        {"deleting-absent-is-an-error", "Deleting what is not there is MError 1.", "AOE-MASK-09",
         replies(
             [](const FrameBytes& q) { return edits(q) && dcmd(q, 0) == erase && at(q, 35) == 9; },
             put(26, 1))},
        {"dies-of-emptied-list", "Deleting the only entry is deadly.", "AOE-MASK-09",
         dies([](const FrameBytes& q) {
             return edits(q) && count(q) == 1 && dcmd(q, 0) == erase &&
                    mac_of(q, 0) == mac_at(q, 6) && !by_second(q);
         })},
        {"leavers-unanswered", "Who deletes himself gets no reply.", "AOE-MASK-17",
         keeps_quiet(
             [](const FrameBytes& q) { return edits(q) && by_second(q) && dcmd(q, 0) == erase; })},
        {"leavers-stay", "Who deletes himself is still served.", "AOE-MASK-17",
         [] {
             const auto left = std::make_shared<bool>(false);
             Fault fault = lets_in([=](const FrameBytes& q) {
                 if (edits(q)) *left = by_second(q) && dcmd(q, 0) == erase;
                 return *left && by_second(q) && at(q, 19) == 1;
             });
             return fault;
         }()},
    };
}

std::vector<Mutant> refusal_mutants() {
    return {
        {"bad-directive-skipped", "An unknown directive is DCmd 0.", "AOE-MASK-10",
         directives([](FrameBytes& q, std::size_t i) {
             if (dcmd(q, i) > 2) set(q, 29 + 8 * i, 0);
         })},
        {"bad-directive-goes-on",
         "Directives after an unknown one are carried out.",
         "AOE-MASK-10",
         {.on_request =
              [](FrameBytes& q) {
                  if (has_unknown_second(q)) set(q, 37, 0);
              },
          .on_reply =
              [](const FrameBytes& q, FrameBytes& reply) {
                  if (!has_unknown_second(q) || reply.empty()) return;
                  set(reply, 26, 2);
                  set(reply, 27, 1);
              }}},
        {"bad-directive-merror-1", "An unknown directive is MError 1.", "AOE-MASK-10",
         replies(edits,
                 [](FrameBytes& reply) {
                     if (at(reply, 26) == 2) set(reply, 26, 1);
                 })},
        {"bad-directive-counts-all", "Dir Count with MError 2 is the request's.", "AOE-MASK-12",
         replies(has_unknown_second, put(27, 3))},
        {"bad-directive-undoes", "With MError 2 nothing is in force.", "AOE-MASK-13",
         requests(has_unknown_second, put(29, 0))},
        {"mask-error-as-flag", "A bad directive sets flag E.", "AOE-MASK-14",
         replies(edits,
                 [](FrameBytes& reply) {
                     if (at(reply, 26) != 0) set_error(reply, 2);
                 })},
        {"unknown-mcmd-reads", "Unknown MCmds are taken for a read.", "AOE-MASK-15",
         requests(mask(5), put(25, 0))},
        {"unknown-mcmd-edits",
         "MCmd 5 is carried out and answered with error 2.",
         "AOE-MASK-15",
         {.on_request =
              [](FrameBytes& q) {
                  if (mask(5)(q)) set(q, 25, 1);
              },
          .on_reply =
              [](const FrameBytes& q, FrameBytes& reply) {
                  if (mask(5)(q) && !reply.empty()) set_error(reply, 2);
              }}},
        {"stale-directives", "Directives beyond the frame are what was in the buffer.",
         "AOE-MASK-16",
         requests(
             exceeds_frame,
             [](FrameBytes& q) {
                 for (std::size_t i = 4; i < 7; ++i) {
                     put_directive(
                         q, i, add,
                         Mac{std::byte{2}, {}, {}, {}, std::byte{9}, static_cast<std::byte>(i)});
                 }
                 set(q, 27, 7);
             })},
        {"directives-as-far-as-there", "Directives are carried out as far as they are there.",
         "AOE-MASK-16", requests(exceeds_frame, put(27, 2))},
        {"full-list-silent", "Additions to a full list are MError 0.", "AOE-MASK-11",
         replies(edits,
                 [](FrameBytes& reply) {
                     if (at(reply, 26) == 3) set(reply, 26, 0);
                 })},
        {"full-list-goes-on", "After MError 3 deletions are still carried out.", "AOE-MASK-11",
         [] {
             const auto swapped = [](FrameBytes& q) {
                 if (count(q) != 2 || dcmd(q, 0) != add || dcmd(q, 1) != erase) return;
                 const Mac deleted = mac_of(q, 1);
                 if (at(q, 35) < 100) return;
                 put_directive(q, 1, add, mac_of(q, 0));
                 put_directive(q, 0, erase, deleted);
             };
             Fault fault = requests(edits, swapped);
             fault.on_reply = [](const FrameBytes& q, FrameBytes& reply) {
                 if (edits(q) && count(q) == 2 && dcmd(q, 1) == erase && at(q, 35) >= 100) {
                     set(reply, 26, 3);
                 }
             };
             return fault;
         }()},
        {"long-list-cut", "Reads of long lists lack entries that Dir Count says.", "AOE-MASK-23",
         replies(mask(0),
                 [](FrameBytes& reply) {
                     if (count(reply) > 100) reply.resize(28 + 8 * 100);
                 })},
        {"no-room", "No entry is taken.", "AOE-MASK-24",
         replies(edits,
                 [](FrameBytes& reply) {
                     set(reply, 26, 3);
                     set(reply, 27, 0);
                 })},
        {"room-for-32", "The list holds 32 entries.", "AOE-MASK-24",
         [] {
             const auto entries = std::make_shared<unsigned>(0);
             Fault fault = requests(edits, [=](FrameBytes& q) {
                 if (*entries >= 32 && dcmd(q, 0) == add) set(q, 29, 0);
             });
             fault.on_reply = [=](const FrameBytes& q, FrameBytes& reply) {
                 if (at(reply, 19) != 2 || at(reply, 26) != 0) return;
                 const bool full = edits(q) && dcmd(q, 0) == add && *entries >= 32;
                 *entries = count(reply);
                 if (full) set(reply, 26, 3);
             };
             return fault;
         }()},
    };
}

}  // namespace

std::vector<Mutant> mask_edit_mutants() {
    return joined({edit_mutants(), refusal_mutants()});
}

}  // namespace aoe::conformance
