// SPDX-License-Identifier: MIT
// Mistakes of reservations: who may take one, and what it keeps from whom.
#include <algorithm>
#include <memory>

#include "conformance/selftest/mutant_frame.h"

namespace aoe::conformance {

namespace {

const Mac stranger{std::byte{2}, std::byte{0xa0}, std::byte{0xe0}, {}, std::byte{9}, std::byte{9}};

bool sets(const FrameBytes& request) {
    return reserve({1, 2})(request);
}
bool plain_set(const FrameBytes& request) {
    return reserve({1})(request);
}
unsigned count(const FrameBytes& frame) {
    return at(frame, 25);
}
bool exceeds_frame(const FrameBytes& request) {
    return sets(request) && 26 + 6 * std::size_t{count(request)} > request.size();
}
void set_list(FrameBytes& frame, const std::vector<Mac>& macs) {
    frame.resize(26);
    frame.resize(std::max<std::size_t>(60, 26 + 6 * macs.size()));
    set(frame, 25, static_cast<unsigned>(macs.size()));
    for (std::size_t i = 0; i < macs.size(); ++i) set_mac(frame, 26 + 6 * i, macs[i]);
}

// The list as the target last showed it.
using List = std::shared_ptr<std::vector<Mac>>;
bool outsider(const List& list, const FrameBytes& request) {
    return !list->empty() && std::ranges::find(*list, mac_at(request, 6)) == list->end();
}
void learn(const List& list, const FrameBytes& reply) {
    const bool shown = at(reply, 19) == 3 && (succeeds(reply) || at(reply, 15) == 6);
    if (shown) *list = macs_at(reply, 26, count(reply));
}
// Outsiders are refused at what `which` picks, and served otherwise.
Fault keeps_from_outsiders(Which which, unsigned error = 6) {
    const List list = std::make_shared<std::vector<Mac>>();
    Fault fault = refuses(
        [=](const FrameBytes& request) { return outsider(list, request) && which(request); },
        error);
    fault.on_reply = [=, refuse = fault.on_reply](const FrameBytes& request, FrameBytes& reply) {
        learn(list, reply);
        refuse(request, reply);
    };
    return fault;
}
// Outsiders pass for a member at what `which` picks.
Fault lets_outsiders(Which which) {
    const List list = std::make_shared<std::vector<Mac>>();
    return {.on_request =
                [=](FrameBytes& request) {
                    if (request.size() < 24 || !outsider(list, request) || !which(request)) return;
                    set_mac(request, 6, list->front());
                },
            .on_reply =
                [=](const FrameBytes& request, FrameBytes& reply) {
                    learn(list, reply);
                    if (!reply.empty()) set_mac(reply, 0, mac_at(request, 6));
                }};
}
// Who is in the list and not its first is an outsider to these commands.
Fault heeds_the_first(Which which) {
    const List list = std::make_shared<std::vector<Mac>>();
    Fault fault = refuses(
        [=](const FrameBytes& request) {
            return !list->empty() && which(request) && list->front() != mac_at(request, 6);
        },
        6);
    fault.on_reply = [=, refuse = fault.on_reply](const FrameBytes& request, FrameBytes& reply) {
        learn(list, reply);
        refuse(request, reply);
    };
    return fault;
}

// Sets join the list that is there.
Fault merges(Which which) {
    const List list = std::make_shared<std::vector<Mac>>();
    return {.on_request =
                [=](FrameBytes& request) {
                    if (!which(request) || exceeds_frame(request) || count(request) == 0) return;
                    std::vector<Mac> macs = macs_at(request, 26, count(request));
                    for (const Mac& mac : *list) {
                        if (macs.size() < 10 && std::ranges::find(macs, mac) == macs.end()) {
                            macs.push_back(mac);
                        }
                    }
                    set_list(request, macs);
                },
            .on_reply = [=](const FrameBytes&, FrameBytes& reply) { learn(list, reply); }};
}

std::vector<Mutant> list_mutants() {
    return {
        {"reserve-count-one-more", "RCmd 0 shows one address too many.", "AOE-RES-01",
         replies(reserve({0}), [](FrameBytes& reply) { set(reply, 25, count(reply) + 1); })},
        {"reserve-list-hidden", "RCmd 0 shows an empty list.", "AOE-RES-01",
         replies(reserve({0}), put(25, 0))},
        {"reserve-list-of-one", "RCmd 0 shows the first address only.", "AOE-RES-01",
         replies(reserve({0}),
                 [](FrameBytes& reply) {
                     if (count(reply) > 2) set(reply, 25, 1);
                 })},
        {"set-is-a-read", "RCmd 1 is a read.", "AOE-RES-02", requests(plain_set, put(24, 0))},
        {"members-may-not-set", "RCmd 1 is refused as soon as there is a list.", "AOE-RES-02",
         [] {
             const List list = std::make_shared<std::vector<Mac>>();
             return Fault{.on_request =
                              [=](FrameBytes& request) {
                                  if (plain_set(request) && count(request) > 0 && !list->empty()) {
                                      set_mac(request, 6, stranger);
                                  }
                              },
                          .on_reply =
                              [=](const FrameBytes& request, FrameBytes& reply) {
                                  learn(list, reply);
                                  if (!reply.empty()) set_mac(reply, 0, mac_at(request, 6));
                              }};
         }()},
        {"outsiders-may-set", "RCmd 1 is RCmd 2.", "AOE-RES-03", requests(plain_set, put(24, 2))},
        {"outsiders-may-join", "RCmd 1 by an outsider that keeps the holder is accepted.",
         "AOE-RES-03",
         lets_outsiders([](const FrameBytes& q) { return plain_set(q) && count(q) == 2; })},
        {"refused-set-done", "RCmd 1 by an outsider is done and said to be refused.", "AOE-RES-03",
         [] {
             const List list = std::make_shared<std::vector<Mac>>();
             const auto refused = std::make_shared<bool>(false);
             return Fault{.on_request =
                              [=](FrameBytes& request) {
                                  *refused = plain_set(request) && outsider(list, request);
                                  if (*refused) set(request, 24, 2);
                              },
                          .on_reply =
                              [=](const FrameBytes&, FrameBytes& reply) {
                                  if (!*refused) return learn(list, reply);
                                  *list = macs_at(reply, 26, count(reply));
                                  set_error(reply, 6);
                              }};
         }()},
        {"force-set-is-refused", "RCmd 2 is refused where RCmd 1 is.", "AOE-RES-04",
         requests([](const FrameBytes& q) { return reserve({2})(q) && count(q) > 0; }, put(24, 1))},
        {"releases-nothing", "A set of no addresses is refused.", "AOE-RES-05",
         replies([](const FrameBytes& q) { return sets(q) && count(q) == 0; },
                 [](FrameBytes& reply) { set_error(reply, 2); })},
        {"released-list-stays", "A set of no addresses by a member does nothing.", "AOE-RES-05",
         requests([](const FrameBytes& q) { return plain_set(q) && count(q) == 0; }, put(24, 0))},
        {"sets-merge", "RCmd 1 adds to the list.", "AOE-RES-06", merges(plain_set)},
        {"force-sets-merge", "RCmd 2 adds to the list.", "AOE-RES-06", merges(reserve({2}))},
        {"reserving-shows-nothing", "Replies to sets show an empty list.", "AOE-RES-07",
         replies(sets,
                 [](FrameBytes& reply) {
                     if (succeeds(reply)) set(reply, 25, 0);
                 })},
        {"refusal-shows-nothing", "Error 6 comes without the list.", "AOE-RES-08",
         replies(sets,
                 [](FrameBytes& reply) {
                     if (at(reply, 15) == 6) set(reply, 25, 0);
                 })},
        {"setter-must-be-in", "A set without its own sender gets error 2.", "AOE-RES-16",
         refuses(
             [](const FrameBytes& q) {
                 const auto macs = macs_at(q, 26, count(q));
                 return plain_set(q) && !macs.empty() && !exceeds_frame(q) &&
                        std::ranges::find(macs, mac_at(q, 6)) == macs.end();
             },
             2)},
        {"repeated-set-refused", "A member's set gets error 6 when it changes nothing.",
         "AOE-RES-17",
         [] {
             const List list = std::make_shared<std::vector<Mac>>();
             return Fault{.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
                 const bool same =
                     plain_set(request) && macs_at(request, 26, count(request)) == *list;
                 learn(list, reply);
                 if (same && !list->empty()) set_error(reply, 6);
             }};
         }()},
        {"reserve-read-checks-count", "Reads with an NMacs beyond their frame are ignored.",
         "AOE-RES-18",
         ignores([](const FrameBytes& q) { return reserve({0})(q) && count(q) > 5; })},
        {"room-for-200", "The list holds 200 addresses.", "AOE-RES-19",
         requests([](const FrameBytes& q) { return sets(q) && count(q) > 200; }, put(25, 200))},
    };
}

// What is refused once under a new reservation: the writes that came just before it.
Fault cancels_writes() {
    const auto written = std::make_shared<bool>(false);
    return {.on_batch = [written](std::vector<FrameBytes>& waiting) {
        for (std::size_t i = 0; i + 1 < waiting.size(); ++i) {
            if (!writes(waiting[i]) || !sets(waiting[i + 1])) continue;
            waiting[i].resize(548);
            std::fill(waiting[i].begin() + 36, waiting[i].end(), std::byte{0x5a});
        }
    }};
}

std::vector<Mutant> gate_mutants() {
    return {
        {"reservation-ignored", "A reservation is kept and not heeded.", "AOE-RES-09",
         lets_outsiders(command(0))},
        {"reads-are-free", "Outsiders may read.", "AOE-RES-09", lets_outsiders(reads)},
        {"28-bit-commands-are-free", "Outsiders may use 28-bit commands.", "AOE-RES-09",
         lets_outsiders(ata({0x20, 0x30}))},
        {"dma-is-free", "Outsiders may use DMA commands.", "AOE-RES-09",
         lets_outsiders(ata({0xc8, 0xca, 0x25, 0x35}))},
        {"outsiders-get-error-2", "Outsiders get error 2.", "AOE-RES-09",
         replies(command(0),
                 [](FrameBytes& reply) {
                     if (at(reply, 15) == 6) set(reply, 15, 2);
                 })},
        {"refused-writes-done", "Outsiders' writes are done and said to be refused.", "AOE-RES-09",
         [] {
             Fault fault = lets_outsiders(writes);
             const auto let = fault.on_reply;
             const List list = std::make_shared<std::vector<Mac>>();
             fault.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
                 learn(list, reply);
                 let(request, reply);
                 if (writes(request) && outsider(list, request)) set_error(reply, 6);
             };
             return fault;
         }()},
        {"identify-is-reserved", "Outsiders may not IDENTIFY.", "AOE-RES-10",
         keeps_from_outsiders(ata({0xec}))},
        {"outsiders-flush-error-3", "Outsiders' flushes get error 3.", "AOE-RES-11",
         replies(ata({0xe7}),
                 [](FrameBytes& reply) {
                     if (at(reply, 15) == 6) set(reply, 15, 3);
                 })},
        {"outsiders-may-flush", "Outsiders may flush.", "AOE-RES-11", lets_outsiders(ata({0xe7}))},
        {"second-member-reads-not", "Only the first of the list may read.", "AOE-RES-12",
         heeds_the_first(reads)},
        {"second-member-writes-not", "Only the first of the list may write.", "AOE-RES-12",
         heeds_the_first(writes)},
        {"list-is-reserved", "Outsiders may not read the reserve list.", "AOE-RES-13",
         keeps_from_outsiders(reserve({0}))},
        {"config-is-read-by-members", "Outsiders may not read the config.", "AOE-RES-13",
         keeps_from_outsiders(config({0}))},
        {"config-is-set-by-members", "Outsiders may not set the config string.", "AOE-RES-13",
         keeps_from_outsiders(config({4}))},
        {"mask-is-read-by-members", "Outsiders may not read the mask list.", "AOE-RES-13",
         keeps_from_outsiders(mask(0))},
        {"reservation-before-mask", "Who has the reservation passes the mask.", "AOE-RES-20",
         [] {
             const List list = std::make_shared<std::vector<Mac>>();
             const auto tester = std::make_shared<Mac>();
             return Fault{.on_request =
                              [=](FrameBytes& request) {
                                  if (request.size() < 24) return;
                                  if (*tester == Mac{}) *tester = mac_at(request, 6);
                                  const bool holds = !list->empty() && !outsider(list, request);
                                  if (holds && at(request, 19) == 0) {
                                      set(request, 27, 0xec);
                                      set_mac(request, 6, *tester);
                                  }
                              },
                          .on_reply =
                              [=](const FrameBytes& request, FrameBytes& reply) {
                                  learn(list, reply);
                                  if (!reply.empty()) set_mac(reply, 0, mac_at(request, 6));
                              }};
         }()},
        {"writes-torn-by-reservations", "A write just ahead of a reservation stores other data.",
         "AOE-RES-23", cancels_writes()},
    };
}

}  // namespace

std::vector<Mutant> reserve_mutants() {
    return joined({list_mutants(), gate_mutants()});
}

}  // namespace aoe::conformance
