// SPDX-License-Identifier: MIT
// The chapter on reserve and release: who may take the list, and what a reservation keeps from
// whom. A reservation for an address that nobody has makes outsiders of us, so that most cases
// need no second address.
#include <algorithm>
#include <string>

#include <gmock/gmock-more-matchers.h>

#include "conformance/case.h"
#include "conformance/cases/sector_steps.h"
#include "conformance/exchange.h"

namespace aoe::conformance {

namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Ge;

// Sub-commands.
constexpr std::uint8_t set = 1, force = 2, unknown_command = 9;
constexpr int bad_argument = 2, reserved = 6;
constexpr std::size_t most_macs = 255;

/// Addresses that nobody has.
Mac stranger(std::size_t number) {
    return {std::byte{0x02}, std::byte{0xa0}, std::byte{0xe0},
            std::byte{0x00}, std::byte{0x02}, static_cast<std::byte>(number)};
}

/// What a read shows, in whatever order.
ReplyMatcher Shows(const std::vector<Mac>& macs) {
    return AllOf(Succeeds(), ReserveListIs(macs));
}

/// A step: whatever was reserved, now it is for these.
void reserve_for(Exchange& x, const std::vector<Mac>& macs) {
    x.prepare(reserve_request(force, macs), Succeeds());
}

void check_list(Exchange& x, const std::vector<Mac>& macs, std::string_view requirement = {}) {
    x.check(x.ask(reserve_request()), Shows(macs), requirement);
}

Request from_second(Exchange& x, Request request) {
    request.source = x.second_mac();
    return request;
}

/// A request from outside a reservation is served.
void expect_served(Exchange& x, const Request& request, const ReplyMatcher& matcher) {
    reserve_for(x, {stranger(1)});
    x.check(x.ask(request), matcher);
}

/// A read from outside a reservation gets error 6.
void expect_reserved(Exchange& x, const Request& request) {
    reserve_for(x, {stranger(1)});
    x.check(x.ask(request), AoeErrorIs(reserved));
}

/// Outside the reservation, this command that is neither read nor write: a choice of the target's.
void note_gating(Exchange& x, const Request& request) {
    reserve_for(x, {});
    const Reply free = x.prepare(request, Succeeds());
    reserve_for(x, {stranger(1)});
    const Reply reply = x.ask(request);
    x.check(reply, AnyOf(AoeErrorIs(reserved), Succeeds()));
    x.note(reply.has_error() ? "refused as reserved" : "served as without a reservation");
}

std::vector<Case> list_cases() {
    return {
        {.id = "res.read.free",
         .requirements = {"AOE-RES-01"},
         .summary = "A read of the empty list has NMacs 0.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {});
                 check_list(x, {});
             }},
        {.id = "res.read.entries",
         .requirements = {"AOE-RES-01"},
         .summary = "A read returns every address of the list.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {x.our_mac(), stranger(1), stranger(2)});
                 check_list(x, {x.our_mac(), stranger(1), stranger(2)});
             }},
        {.id = "res.read.ignores-count",
         .requirements = {"AOE-RES-18"},
         .summary = "A read with NMacs 50 in 60 bytes is served, or refused with error 2.",
         .doors = Door::reserve | Door::hostile,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {stranger(1)});
                 Request request = reserve_request();
                 request.reserve().mac_count = 50;
                 const Reply reply = x.ask(request);
                 x.check(reply, AnyOf(Shows({stranger(1)}), AoeErrorIs(bad_argument)));
             }},
        {.id = "res.set.takes-free",
         .requirements = {"AOE-RES-02"},
         .summary = "A set takes a target that nobody has reserved.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {});
                 x.check(x.ask(reserve_request(set, {x.our_mac()})), Succeeds());
                 check_list(x, {x.our_mac()});
             }},
        {.id = "res.set.by-member",
         .requirements = {"AOE-RES-02"},
         .summary = "A set by an address in the list replaces it.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {stranger(1), x.our_mac()});
                 x.check(x.ask(reserve_request(set, {x.our_mac(), stranger(2)})), Succeeds());
                 check_list(x, {x.our_mac(), stranger(2)});
             }},
        {.id = "res.set.by-outsider",
         .requirements = {"AOE-RES-03"},
         .summary = "A set by an address outside the list gets error 6 and changes nothing.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {stranger(1)});
                 x.check(x.ask(reserve_request(set, {x.our_mac()})), AoeErrorIs(reserved));
                 check_list(x, {stranger(1)});
             }},
        {.id = "res.set.outsider-joining",
         .requirements = {"AOE-RES-03"},
         .summary = "A set by an outsider that keeps the holder in the list gets error 6 as well.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {stranger(1)});
                 const Request join = reserve_request(set, {stranger(1), x.our_mac()});
                 x.check(x.ask(join), AoeErrorIs(reserved));
                 check_list(x, {stranger(1)});
             }},
        {.id = "res.set.refusal-shows-list",
         .requirements = {"AOE-RES-08"},
         .summary = "The error 6 reply to a set shows the list in force.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {stranger(1), stranger(2)});
                 const Reply reply =
                     x.prepare(reserve_request(set, {x.our_mac()}), AoeErrorIs(reserved));
                 x.check(reply, ReserveListIs({stranger(1), stranger(2)}));
             }},
        {.id = "res.set.replaces",
         .requirements = {"AOE-RES-06"},
         .summary = "Addresses that a set does not name are no longer in the list.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {x.our_mac(), stranger(1), stranger(2)});
                 x.prepare(reserve_request(set, {stranger(2), x.our_mac()}), Succeeds());
                 check_list(x, {stranger(2), x.our_mac()});
             }},
        {.id = "res.set.without-oneself",
         .requirements = {"AOE-RES-16"},
         .summary = "A set that leaves its own sender off the list is accepted.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {});
                 x.check(x.ask(reserve_request(set, {stranger(1)})), Succeeds());
                 check_list(x, {stranger(1)});
             }},
        {.id = "res.set.repeated",
         .requirements = {"AOE-RES-17"},
         .summary = "A set that a member repeats unchanged succeeds and changes nothing.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {});
                 const Request request = reserve_request(set, {x.our_mac(), stranger(1)});
                 x.prepare(request, Succeeds());
                 x.check(x.ask(request), Shows({x.our_mac(), stranger(1)}));
                 check_list(x, {x.our_mac(), stranger(1)});
             }},
        {.id = "res.set.replies-with-list",
         .requirements = {"AOE-RES-07"},
         .summary = "The reply to a set shows the list that is now in force.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {x.our_mac(), stranger(1)});
                 const Request request = reserve_request(set, {x.our_mac(), stranger(2)});
                 x.check(x.prepare(request, Succeeds()), Shows({x.our_mac(), stranger(2)}));
             }},
        {.id = "res.set.fills-frame",
         .requirements = {"AOE-RES-19"},
         .summary = "A list of as many addresses as a frame carries, at most 255, is stored whole.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {});
                 const std::size_t most = std::min(most_macs, (x.target().mtu - 12) / 6);
                 std::vector<Mac> macs{x.our_mac()};
                 while (macs.size() < most) macs.push_back(stranger(macs.size()));
                 x.check(x.ask(reserve_request(set, macs)), Shows(macs));
                 check_list(x, macs);
             }},
        {.id = "res.force.by-outsider",
         .requirements = {"AOE-RES-04"},
         .summary = "A force set by an address outside the list replaces it.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {stranger(1)});
                 x.check(x.ask(reserve_request(force, {x.our_mac()})), Succeeds());
                 check_list(x, {x.our_mac()});
             }},
        {.id = "res.force.on-free",
         .requirements = {"AOE-RES-04"},
         .summary = "A force set takes a target that nobody has reserved.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {});
                 x.check(x.ask(reserve_request(force, {stranger(1)})), Succeeds());
                 check_list(x, {stranger(1)});
             }},
        {.id = "res.force.replaces",
         .requirements = {"AOE-RES-06"},
         .summary = "Addresses that a force set does not name are no longer in the list.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {stranger(1), stranger(2)});
                 x.prepare(reserve_request(force, {stranger(3)}), Succeeds());
                 check_list(x, {stranger(3)});
             }},
        {.id = "res.force.replies-with-list",
         .requirements = {"AOE-RES-07"},
         .summary = "The reply to a force set shows the list that is now in force.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {stranger(1)});
                 const Request request = reserve_request(force, {stranger(2), stranger(3)});
                 x.check(x.prepare(request, Succeeds()), Shows({stranger(2), stranger(3)}));
             }},
        {.id = "res.set.releases",
         .requirements = {"AOE-RES-05"},
         .summary = "A set of no addresses by a member empties the list.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {x.our_mac(), stranger(1)});
                 x.check(x.ask(reserve_request(set)), Succeeds());
                 check_list(x, {});
             }},
        {.id = "res.force.releases",
         .requirements = {"AOE-RES-05"},
         .summary = "After a force set of no addresses everybody can read.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {stranger(1)});
                 x.check(x.ask(reserve_request(force)), Succeeds());
                 x.check(x.ask(x.read(0, 1)), AtaSucceeds());
             }},
    };
}

std::vector<Case> gating_cases() {
    return {
        {.id = "res.outsider.read",
         .requirements = {"AOE-RES-09"},
         .summary = "A read from outside the reservation gets error 6.",
         .doors = Door::reserve,
         .run = [](Exchange& x) { expect_reserved(x, x.read(0, 1)); }},
        {.id = "res.outsider.read28",
         .requirements = {"AOE-RES-09"},
         .summary = "A 28-bit read from outside the reservation gets error 6.",
         .doors = Door::reserve,
         .run = [](Exchange& x) { expect_reserved(x, read_request(0, 1, false)); }},
        {.id = "res.outsider.read-dma",
         .requirements = {"AOE-RES-09"},
         .summary = "READ DMA from outside the reservation returns no data.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {stranger(1)});
                 x.check(x.ask(ata_request(opcode::read_dma, 0, 1)), Refused());
             }},
        {.id = "res.outsider.write",
         .requirements = {"AOE-RES-09"},
         .summary = "A write from outside the reservation gets error 6 and changes nothing.",
         .doors = Door::reserve | Door::write,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {});
                 const ByteVector before = fill(x, 0, 1);
                 reserve_for(x, {stranger(1)});
                 const Request write = x.write(x.scratch(), x.pattern(1));
                 x.check(x.ask(write), AoeErrorIs(reserved));
                 reserve_for(x, {});
                 x.check(x.ask(x.read(x.scratch(), 1)), Reads(before));
             }},
        {.id = "res.outsider.write28",
         .requirements = {"AOE-RES-09"},
         .summary = "A 28-bit write from outside the reservation gets error 6, without effect.",
         .doors = Door::reserve | Door::write,
         .needs = Need::scratch28,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {});
                 const ByteVector before = fill(x, 0, 1);
                 reserve_for(x, {stranger(1)});
                 const Request write = write_request(x.scratch(), x.pattern(1), false);
                 x.check(x.ask(write), AoeErrorIs(reserved));
                 reserve_for(x, {});
                 x.check(x.ask(x.read(x.scratch(), 1)), Reads(before));
             }},
        {.id = "res.outsider.real-address",
         .requirements = {"AOE-RES-09"},
         .summary = "While our address has the reservation, another of ours gets error 6.",
         .doors = Door::reserve | Door::hostile,
         .needs = Need::second_mac,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {x.our_mac()});
                 x.check(x.ask(from_second(x, x.read(0, 1))), AoeErrorIs(reserved));
             }},
        {.id = "res.outsider.identify",
         .requirements = {"AOE-RES-10"},
         .summary = "IDENTIFY DEVICE from outside the reservation is served.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 const auto data = FrameSizeIs(Ge(ata_frame_bytes(1)));
                 expect_served(x, identify_request(), AllOf(AtaSucceeds(), data));
             }},
        {.id = "res.outsider.flush",
         .requirements = {"AOE-RES-11"},
         .summary = "FLUSH CACHE from outside the reservation is served or gets error 6.",
         .doors = Door::reserve,
         .run = [](Exchange& x) { note_gating(x, ata_request(opcode::flush)); }},
        {.id = "res.outsider.power",
         .requirements = {"AOE-RES-11"},
         .summary = "CHECK POWER MODE from outside the reservation is served or gets error 6.",
         .doors = Door::reserve,
         .run = [](Exchange& x) { note_gating(x, ata_request(opcode::power)); }},
        {.id = "res.outsider.reserve-read",
         .requirements = {"AOE-RES-13"},
         .summary = "A read of the reserve list from outside the reservation is served.",
         .doors = Door::reserve,
         .run = [](Exchange& x) { expect_served(x, reserve_request(), Shows({stranger(1)})); }},
        {.id = "res.outsider.config",
         .requirements = {"AOE-RES-13"},
         .summary = "A config read from outside the reservation is served.",
         .doors = Door::reserve,
         .run = [](Exchange& x) { expect_served(x, config_request(), Succeeds()); }},
        {.id = "res.outsider.config-set",
         .requirements = {"AOE-RES-13"},
         .summary = "A force set of the config string from outside the reservation is served.",
         .doors = Door::reserve | Door::config,
         .run =
             [](Exchange& x) {
                 const std::string string = "set by an outsider";
                 expect_served(x, config_request(4, string), ConfigStringIs(string));
             }},
        {.id = "res.outsider.mask-read",
         .requirements = {"AOE-RES-13"},
         .summary = "A read of the mask list from outside the reservation is served.",
         .doors = Door::reserve,
         .run = [](Exchange& x) { expect_served(x, mask_request(), Succeeds()); }},
        {.id = "res.member.reads",
         .requirements = {"AOE-RES-12"},
         .summary = "Every address in the reservation reads, wherever it stands in the list.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {x.our_mac(), stranger(1)});
                 x.check(x.ask(x.read(0, 1)), AtaSucceeds());
                 reserve_for(x, {stranger(1), x.our_mac()});
                 x.check(x.ask(x.read(0, 1)), AtaSucceeds());
             }},
        {.id = "res.member.writes",
         .requirements = {"AOE-RES-12"},
         .summary = "An address in the reservation writes.",
         .doors = Door::reserve | Door::write,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {stranger(1), x.our_mac()});
                 const ByteVector sector = x.pattern(1);
                 x.check(x.ask(x.write(x.scratch(), sector)), AtaSucceeds());
                 x.check(x.ask(x.read(x.scratch(), 1)), Reads(sector));
             }},
        {.id = "res.member.both-addresses",
         .requirements = {"AOE-RES-12"},
         .summary = "Two addresses of ours in one reservation both read.",
         .doors = Door::reserve | Door::hostile,
         .needs = Need::second_mac,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {x.our_mac(), x.second_mac()});
                 x.check(x.ask(x.read(0, 1)), AtaSucceeds());
                 x.check(x.ask(from_second(x, x.read(0, 1))), AtaSucceeds());
             }},
        {.id = "res.mask.goes-first",
         .requirements = {"AOE-RES-20"},
         .summary = "An address that has the reservation but is not in the mask list gets silence.",
         .doors = Door::reserve | Door::mask | Door::hostile,
         .needs = Need::second_mac,
         .run =
             [](Exchange& x) {
                 x.prepare(mask_request(1, {{1, x.our_mac()}, {2, x.second_mac()}}),
                           MaskErrorIs(0));
                 reserve_for(x, {x.second_mac()});
                 x.expect_silence(from_second(x, x.read(0, 1)));
                 x.expect_silence(from_second(x, reserve_request(set)));
             }},
    };
}

std::vector<Case> refusal_cases() {
    return {
        {.id = "res.command.unknown",
         .requirements = {"AOE-RES-14"},
         .summary = "RCmd 9 gets error 2 and changes nothing.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {x.our_mac()});
                 const Request request =
                     reserve_request(unknown_command, {x.our_mac(), stranger(1)});
                 x.check(x.ask(request), AoeErrorIs(bad_argument));
                 check_list(x, {x.our_mac()});
             }},
        {.id = "res.count.beyond-frame",
         .requirements = {"AOE-RES-15"},
         .summary = "A set of 50 addresses in 60 bytes gets error 2 and changes nothing.",
         .doors = Door::reserve | Door::hostile,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {x.our_mac()});
                 Request request = reserve_request(set, {x.our_mac(), stranger(1)});
                 request.reserve().mac_count = 50;
                 x.check(x.ask(request), AoeErrorIs(bad_argument));
                 check_list(x, {x.our_mac()});
             }},
        {.id = "res.count.beyond-frame-forced",
         .requirements = {"AOE-RES-15"},
         .summary = "A force set of 50 addresses in 60 bytes gets error 2 and changes nothing.",
         .doors = Door::reserve | Door::hostile,
         .run =
             [](Exchange& x) {
                 reserve_for(x, {x.our_mac()});
                 Request request = reserve_request(force, {stranger(1)});
                 request.reserve().mac_count = 50;
                 x.check(x.ask(request), AoeErrorIs(bad_argument));
                 check_list(x, {x.our_mac()});
             }},
        {.id = "res.change.under-way",
         .requirements = {"AOE-RES-23"},
         .summary = "A write just ahead of a reservation is done if it succeeds, else not at all.",
         .doors = Door::reserve | Door::write,
         .run =
             [](Exchange& x) {
                 if (x.target().config.buffer_count < 2) {
                     x.skip("buffer-count", "the target takes one message at a time");
                 }
                 for (unsigned i = 0; i < Peer::tries; ++i) {
                     reserve_for(x, {});
                     const ByteVector before = fill(x, 0, 1);
                     const ByteVector after = x.pattern(1);
                     const auto replies = x.burst(
                         {x.write(x.scratch(), after), reserve_request(force, {stranger(1)})},
                         false);
                     reserve_for(x, {});
                     if (!replies.front()) continue;
                     const bool done = outcome(replies.front()) == "success";
                     x.check(x.ask(x.read(x.scratch(), 1)), Reads(done ? after : before));
                     return;
                 }
                 x.skip("lost", "the write was not answered");
             }},
    };
}

}  // namespace

std::vector<Case> reserve_cases() {
    std::vector<Case> cases;
    for (const auto& group : {list_cases(), gating_cases(), refusal_cases()}) {
        cases.insert(cases.end(), group.begin(), group.end());
    }
    return cases;
}

}  // namespace aoe::conformance
